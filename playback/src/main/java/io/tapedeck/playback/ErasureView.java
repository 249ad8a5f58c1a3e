package io.tapedeck.playback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.NodePassed;
import io.tapedeck.store.ErasureCatalog.Outstanding;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.List;
import java.util.Locale;

/**
 * An erasure as JSON: the components are the members, in this order.
 *
 * @param name the session's or user's id; null for a project, and for a user once the erasure is final
 * @param outstanding null in lists, and once the erasure is final
 * @param certificate null in lists, and until the erasure is final
 */
record ErasureView(
        String id,
        long number,
        String kind,
        String project,
        String name,
        String reason,
        String requestedBy,
        long requestedAt,
        long sessions,
        Long finalAt,
        OutstandingView outstanding,
        JsonNode certificate) {

    /** What must still happen. */
    record OutstandingView(long sessions, long objects, long segments, long intents, List<NodeView> nodes) {
        static OutstandingView of(Outstanding outstanding) {
            return new OutstandingView(
                    outstanding.sessions(),
                    outstanding.objects(),
                    outstanding.segments(),
                    outstanding.intents(),
                    outstanding.nodes().stream().map(NodeView::of).toList());
        }
    }

    /** @param seenAt null if it has not been seen since that is recorded */
    record NodeView(String id, long erasuresPassed, Long seenAt) {
        static NodeView of(NodePassed node) {
            return new NodeView(node.node(), node.passed(), node.seenAt() == 0 ? null : node.seenAt());
        }
    }

    static ErasureView of(Erasure erasure) {
        return of(erasure, null, null);
    }

    /** @param outstanding null if nothing is */
    static ErasureView of(Erasure erasure, Outstanding outstanding) {
        return of(erasure, outstanding, erasure.certificate() == null ? null : certificate(erasure));
    }

    private static ErasureView of(Erasure erasure, Outstanding outstanding, JsonNode certificate) {
        return new ErasureView(
                erasure.id(),
                erasure.number(),
                erasure.subject().kind().name().toLowerCase(Locale.ROOT),
                erasure.subject().project(),
                erasure.subject().name(),
                erasure.reason(),
                erasure.requested().actor(),
                erasure.requested().at(),
                erasure.sessions(),
                erasure.finalAt(),
                outstanding == null ? null : OutstandingView.of(outstanding),
                certificate);
    }

    private static JsonNode certificate(Erasure erasure) {
        try {
            return Json.MAPPER.readTree(erasure.certificate());
        } catch (JsonProcessingException e) {
            throw new StoreException(StoreErrorKind.CORRUPT, "catalog: a certificate cannot be read", e);
        }
    }
}
