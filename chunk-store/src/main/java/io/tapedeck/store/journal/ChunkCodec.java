package io.tapedeck.store.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionFactsJson;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.PackedLines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The payload of a journal record: a length, everything of a chunk but its lines as JSON, and the lines. */
final class ChunkCodec {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .addModule(new SimpleModule().addSerializer(new SessionFactsJson()))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ChunkCodec() {}

    /**
     * What a record holds.
     *
     * @param header JSON
     * @param lines packed as the chunk has them, or else NDJSON
     */
    record Payload(ByteBuffer header, ByteBuffer lines) {}

    /** @throws IllegalArgumentException if the chunk cannot be written as JSON */
    static Payload encode(Chunk chunk) {
        PackedLines lines = chunk.lines();
        if (JournalFormat.holdsMagic(lines.frame())) {
            return new Payload(header(chunk, null), ByteBuffer.wrap(lines.unpack()));
        }
        return new Payload(header(chunk, lines.rawLength()), lines.frame());
    }

    private static ByteBuffer header(Chunk chunk, Integer rawLength) {
        Header header = new Header(
                chunk.session().project(),
                chunk.session().session(),
                chunk.window().value(),
                chunk.id().toString(),
                chunk.seq(),
                chunk.sentAt(),
                chunk.receivedAt(),
                rawLength,
                chunk.events(),
                chunk.firstAt(),
                chunk.lastAt(),
                chunk.fullSnapshotTimes(),
                chunk.facts());
        try {
            return ByteBuffer.wrap(JSON.writeValueAsBytes(header));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a chunk's header cannot be written as JSON", e);
        }
    }

    /** @param payload the record's, from the header's length on; the chunk has a part of it */
    static Chunk decode(ByteBuffer payload) {
        try {
            int headerBytes = payload.getInt();
            require(headerBytes >= 0 && headerBytes <= payload.remaining());
            byte[] header = new byte[headerBytes];
            payload.get(header);
            Header read = JSON.readValue(header, Header.class);
            PackedLines lines = lines(read.rawLength(), payload.slice());
            require(read.facts() != null && read.events() == linesIn(lines.unpack()));
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
            // Its checksum is right: another program's idea of a chunk, not a damaged one.
            throw new StoreException(StoreErrorKind.CORRUPT, "a journal record cannot be read", e);
        }
    }

    private static PackedLines lines(Integer rawLength, ByteBuffer lines) {
        return rawLength == null ? PackedLines.of(lines, BlockWriter.DEFAULT_LEVEL) : new PackedLines(lines, rawLength);
    }

    /** A chunk with other lines than it says would take the rest of its block with it. */
    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("a header that is not its lines'");
        }
    }

    /** How many lines there are; -1 if the last one does not end. */
    private static int linesIn(byte[] lines) {
        if (lines.length > 0 && lines[lines.length - 1] != '\n') {
            return -1;
        }
        int count = 0;
        for (byte b : lines) {
            count += b == '\n' ? 1 : 0;
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
            Integer rawLength,
            int events,
            long firstAt,
            long lastAt,
            List<Long> fullSnapshotTimes,
            SessionFacts facts) {}
}
