package io.tapedeck.store.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The payload of a journal record: everything of a chunk but its lines as JSON, and the lines as they are. */
final class ChunkCodec {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ChunkCodec() {}

    /** The JSON part; the chunk's lines follow it in the record. */
    static byte[] header(Chunk chunk) {
        Header header = new Header(
                chunk.session().project(),
                chunk.session().session(),
                chunk.window().value(),
                chunk.id().toString(),
                chunk.seq(),
                chunk.sentAt(),
                chunk.receivedAt(),
                chunk.events(),
                chunk.firstAt(),
                chunk.lastAt(),
                chunk.fullSnapshotTimes(),
                chunk.facts());
        try {
            return JSON.writeValueAsBytes(header);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a chunk's header is always representable as JSON", e);
        }
    }

    /** @param lines becomes the chunk's */
    static Chunk chunk(byte[] header, ByteBuffer lines) {
        try {
            Header read = JSON.readValue(header, Header.class);
            require(read.facts() != null && read.events() == linesIn(lines));
            return new Chunk(
                    new SessionKey(read.project(), read.session()),
                    new WindowId(read.window()),
                    ChunkId.ofHex(read.id()),
                    read.seq(),
                    read.sentAt(),
                    read.receivedAt(),
                    lines,
                    read.events(),
                    read.firstAt(),
                    read.lastAt(),
                    List.copyOf(read.fullSnapshotTimes()),
                    read.facts());
        } catch (IOException | RuntimeException e) {
            // Its checksum is right: another program's idea of a header, not a damaged one.
            throw new StoreException(StoreErrorKind.CORRUPT, "a journal record's header cannot be read", e);
        }
    }

    /** A chunk with other lines than it says would take the rest of its block with it. */
    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("a header that is not its lines'");
        }
    }

    /** How many lines there are; -1 if the last one does not end. */
    private static int linesIn(ByteBuffer lines) {
        if (lines.hasRemaining() && lines.get(lines.limit() - 1) != '\n') {
            return -1;
        }
        int count = 0;
        for (int i = lines.position(); i < lines.limit(); i++) {
            count += lines.get(i) == '\n' ? 1 : 0;
        }
        return count;
    }

    private record Header(
            String project,
            String session,
            String window,
            String id,
            long seq,
            long sentAt,
            long receivedAt,
            int events,
            long firstAt,
            long lastAt,
            List<Long> fullSnapshotTimes,
            SessionFacts facts) {}
}
