package io.tapedeck.recorder.dialect.rrweb;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tapedeck.http.Problem;
import io.tapedeck.http.Problems;
import io.tapedeck.recorder.dialect.Endpoint;
import io.tapedeck.recorder.dialect.JsonAnswer;
import io.tapedeck.recorder.dialect.QueryKey;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.dialect.SoundText;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.List;

/** Where events are posted: who they are of is in the query, and the body is what any code that uses rrweb has at hand. */
final class EventsEndpoint implements Endpoint {
    private static final int USER_ID_CHARS_MAX = 200;

    @Override
    public List<String> paths() {
        return List.of("/ingest/v1/rrweb");
    }

    @Override
    public String identify(RequestHead head) {
        return QueryKey.of(head.query());
    }

    @Override
    public boolean isPacked() {
        return true;
    }

    @Override
    public Decoded decode(RequestHead head, ByteBuffer body, Unpacker unpacker) {
        MultiMap query = head.query();
        Upload upload = Upload.of("rrweb", id("session", query), new WindowId(id("window", query)))
                .seq(seq(query.get("seq")))
                .masking(masking(query.get("masking")))
                .person(person(query.get("user")))
                .events(new EventsReader(unpacker).read(body))
                .build();
        return new Decoded(null, List.of(upload));
    }

    private static String id(String name, MultiMap query) {
        String id = query.get(name);
        if (id == null) {
            throw Problem.malformed(name + " is missing: ?" + name + "=…");
        }
        if (!SessionKey.isValidId(id)) {
            throw Problem.malformed(name + " must be " + SessionKey.ID_FORM);
        }
        return id;
    }

    /** Who does not count its uploads may well send events again, among others. */
    private static long seq(String seq) {
        if (seq == null) {
            return Chunk.OVERLAPPING;
        }
        try {
            int number = Integer.parseInt(seq);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw Problem.malformed("seq must be from 0 to 2147483647");
    }

    private static MaskingLevel masking(String level) {
        if (level == null) {
            return null;
        }
        return switch (level) {
            case "strict" -> MaskingLevel.STRICT;
            case "balanced" -> MaskingLevel.BALANCED;
            case "open" -> MaskingLevel.OPEN;
            default -> throw Problem.malformed("masking must be strict, balanced or open");
        };
    }

    private static Upload.Person person(String userId) {
        if (userId == null || userId.isEmpty()) {
            return null;
        }
        if (userId.length() > USER_ID_CHARS_MAX) {
            throw Problem.malformed("user must be at most " + USER_ID_CHARS_MAX + " characters");
        }
        return new Upload.Person(SoundText.of(userId), JsonNodeFactory.instance.objectNode());
    }

    @Override
    public void acknowledge(RoutingContext ctx) {
        JsonAnswer.end(ctx, JsonAnswer.OK);
    }

    @Override
    public void refuse(RoutingContext ctx, Problem problem) {
        Problems.answer(ctx, problem);
    }
}
