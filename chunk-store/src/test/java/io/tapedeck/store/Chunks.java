package io.tapedeck.store;

import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.PackedLines;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes chunks for tests: well-formed NDJSON lines with times that ascend with the sequence number. */
public final class Chunks {
    /** Time of the first event of chunk 0. */
    public static final long START_AT = 1_795_000_000_000L;
    /** Time between two chunks of a window. */
    public static final long CHUNK_MS = 1_000;

    private Chunks() {}

    /** A chunk of three events, the first of which is a full snapshot in chunk 0. */
    public static Chunk chunk(SessionKey session, String window, long seq) {
        return chunk(session, window, seq, "");
    }

    /** The same with some more text in its first event. */
    public static Chunk chunk(SessionKey session, String window, long seq, String text) {
        long firstAt = START_AT + seq * CHUNK_MS;
        List<String> events = new ArrayList<>();
        events.add(event(window, seq == 0 ? 2 : 3, firstAt, session.session() + "/" + seq + text));
        events.add(event(window, 3, firstAt + 100, "b"));
        events.add(event(window, 3, firstAt + 200, "c"));
        return of(session, window, seq, events, firstAt, firstAt + 200, seq == 0 ? List.of(firstAt) : List.of());
    }

    /** A chunk with the events {@code [from, to)} of a window whose chunks may repeat events. */
    public static Chunk overlapping(SessionKey session, String window, int from, int to) {
        List<String> events = new ArrayList<>();
        for (int i = from; i < to; i++) {
            events.add(event(window, 3, START_AT + i * 100L, session.session() + "/" + i));
        }
        return of(
                session,
                window,
                Chunk.OVERLAPPING,
                events,
                START_AT + from * 100L,
                START_AT + (to - 1) * 100L,
                List.of());
    }

    /** A chunk that says that its window ends, without events. */
    public static Chunk finalChunk(SessionKey session, String window, long seq) {
        long at = START_AT + seq * CHUNK_MS;
        Chunk chunk = of(session, window, seq, List.of(), at, at, List.of());
        return new Chunk(
                session,
                chunk.window(),
                chunk.id(),
                seq,
                at,
                at,
                chunk.lines(),
                0,
                at,
                at,
                List.of(),
                facts(window, at, at, 0, 0, true));
    }

    private static Chunk of(
            SessionKey session,
            String window,
            long seq,
            List<String> events,
            long firstAt,
            long lastAt,
            List<Long> fullSnapshotTimes) {
        ByteBuffer lines = StandardCharsets.UTF_8.encode(String.join("", events));
        return new Chunk(
                session,
                new WindowId(window),
                id(session + window + seq + String.join("", events)),
                seq,
                lastAt,
                lastAt,
                PackedLines.of(lines, BlockWriter.DEFAULT_LEVEL),
                events.size(),
                firstAt,
                lastAt,
                fullSnapshotTimes,
                facts(window, firstAt, lastAt, events.size(), lines.remaining(), false));
    }

    /** An id made of a text as the golden files have it, whatever a gateway makes of events today. */
    static ChunkId id(String text) {
        return ChunkId.ofHex(Sha256.hex(text).substring(0, 2 * ChunkId.BYTES));
    }

    /** One line with its line feed. */
    public static String event(String window, int type, long at, String text) {
        String data = type == 2
                ? "{\"node\":{\"type\":0,\"childNodes\":[],\"id\":1},\"initialOffset\":{\"left\":0,\"top\":0},\"t\":\""
                        + text + "\"}"
                : "{\"source\":1,\"positions\":[],\"t\":\"" + text + "\"}";
        return "{\"w\":\"" + window + "\",\"type\":" + type + ",\"data\":" + data + ",\"timestamp\":" + at + "}\n";
    }

    private static SessionFacts facts(
            String window, long firstAt, long lastAt, long events, long bytes, boolean isFinal) {
        TreeSet<String> windows = new TreeSet<>(List.of(window));
        return new SessionFacts(
                lastAt,
                lastAt,
                firstAt,
                lastAt,
                events,
                bytes,
                EventCounts.NONE,
                null,
                null,
                List.of(),
                null,
                new TreeSet<>(),
                "Chrome 156",
                "Linux",
                "desktop",
                null,
                "tapedeck/0.1.0",
                null,
                new TreeMap<>(),
                new TreeSet<>(),
                windows,
                isFinal ? windows : new TreeSet<>(),
                false);
    }

    /** Text of so many characters that hardly gets smaller when it is compressed; always the same. */
    public static String noise(int length) {
        Random random = new Random(length);
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('0' + random.nextInt(1 << 6)));
        }
        return text.toString().replace('\\', '~');
    }

    /** The chunk as one that says who the session belongs to. */
    public static Chunk with(Chunk chunk, User user) {
        SessionFacts facts = chunk.facts();
        return new Chunk(
                chunk.session(),
                chunk.window(),
                chunk.id(),
                chunk.seq(),
                chunk.sentAt(),
                chunk.receivedAt(),
                chunk.lines(),
                chunk.events(),
                chunk.firstAt(),
                chunk.lastAt(),
                chunk.fullSnapshotTimes(),
                new SessionFacts(
                        facts.firstReceivedAt(),
                        facts.lastReceivedAt(),
                        facts.startedAt(),
                        facts.lastEventAt(),
                        facts.events(),
                        facts.bytesRaw(),
                        facts.counts(),
                        facts.entry(),
                        facts.exit(),
                        facts.urls(),
                        user,
                        new TreeSet<>(List.of(user.id())),
                        facts.browser(),
                        facts.os(),
                        facts.device(),
                        facts.country(),
                        facts.sdk(),
                        facts.release(),
                        facts.tags(),
                        facts.customEvents(),
                        facts.windows(),
                        facts.finalWindows(),
                        facts.clockImplausible()));
    }

    /** The chunk's lines as text. */
    public static String text(Chunk chunk) {
        return new String(chunk.lines().unpack(), StandardCharsets.UTF_8);
    }
}
