package io.tapedeck.recorder.dialect.sentry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.event.EventHead;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Makes uploads of what the SDK says beside a recording, and names that recording in: errors and feedback. Each becomes an
 * event of the recorder's own kind, so that it has its place on the timeline.
 */
final class ReportUploads {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ReportUploads() {}

    /** @return empty if the item is no error, or of no recording */
    static Optional<Upload> error(Envelope envelope, Envelope.Item item) {
        ReportedEvent reported = ReportedEvent.read(envelope, item);
        return reported.error() == null
                ? Optional.empty()
                : upload(envelope, reported, "tapedeck.error", reported.error().toJson());
    }

    /** @return empty if the item says nothing, or is of no recording */
    static Optional<Upload> feedback(Envelope envelope, Envelope.Item item) {
        ReportedEvent reported = ReportedEvent.read(envelope, item);
        if (reported.feedback() == null) {
            return Optional.empty();
        }
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put("message", reported.feedback());
        return upload(envelope, reported, "Feedback", payload);
    }

    private static Optional<Upload> upload(Envelope envelope, ReportedEvent reported, String tag, ObjectNode payload) {
        EnvelopeHeader header = envelope.header();
        String session = Values.idOrNull(reported.replay() == null ? header.replay() : reported.replay());
        long at = reported.at() == Chunk.NO_TIME ? header.sentAt() : reported.at();
        if (session == null || at == Chunk.NO_TIME) {
            return Optional.empty();
        }
        ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", EventHead.CUSTOM);
        event.putObject("data").put("tag", tag).set("payload", payload);
        event.put("timestamp", at);
        return Optional.of(Upload.of(header.sdk(), session, Upload.NO_WINDOW)
                .id(id(reported.id() == null ? header.eventId() : reported.id()))
                .sentAt(header.sentAt())
                .person(reported.person())
                .release(reported.release())
                .beside()
                .events(ByteBuffer.wrap(arrayOf(event)))
                .build());
    }

    /** An event's id is a uuid without its dashes; of one that is not, the content is its id. */
    private static ChunkId id(String text) {
        if (text == null) {
            return null;
        }
        try {
            return ChunkId.ofHex(text.replace("-", ""));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static byte[] arrayOf(ObjectNode event) {
        try {
            return MAPPER.writeValueAsBytes(JsonNodeFactory.instance.arrayNode().add(event));
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of strings and numbers can be written", e);
        }
    }
}
