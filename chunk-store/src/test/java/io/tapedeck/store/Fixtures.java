package io.tapedeck.store;

import com.github.luben.zstd.ZstdInputStream;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.PackedLines;
import io.tapedeck.store.event.EventScanner;
import io.tapedeck.store.event.ScanLimits;
import io.tapedeck.store.event.ScannedEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Chunks for tests, made up or from real recordings. */
public final class Fixtures {
    public static final String PROJECT = "default";
    /** When the made-up chunks were received: a moment after the time of the made-up events. */
    public static final long RECEIVED_AT = 1_794_116_500_000L;

    private static final EventScanner SCANNER = new EventScanner(ScanLimits.DEFAULT);

    private Fixtures() {}

    /** The recordings in the test resources. */
    public static List<String> corpusNames() {
        return List.of("todo-1", "sbadmin-1", "chat-1", "material-2");
    }

    /** A real recording as NDJSON. */
    public static byte[] corpus(String name) {
        try (InputStream file = Fixtures.class.getResourceAsStream("/corpus/" + name + ".ndjson.zst");
                InputStream ndjson = new ZstdInputStream(file).setLongMax(27)) {
            return ndjson.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The events of a real recording, one JSON text each. */
    public static List<String> corpusEvents(String name) {
        return new String(corpus(name), StandardCharsets.UTF_8).lines().toList();
    }

    public static SessionKey session(String id) {
        return new SessionKey(PROJECT, id);
    }

    /** An event at {@code timestamp} with nothing in it but the text. */
    public static String event(long timestamp, String text) {
        return "{\"type\":5,\"data\":{\"tag\":\"note\",\"payload\":{\"text\":\"" + text + "\"}},\"timestamp\":"
                + timestamp + "}";
    }

    public static String meta(long timestamp, String href) {
        return "{\"type\":4,\"data\":{\"href\":\"" + href + "\",\"width\":800,\"height\":600},\"timestamp\":"
                + timestamp + "}";
    }

    /** A full snapshot with {@code text} as the page's only content. */
    public static String fullSnapshot(long timestamp, String text) {
        return "{\"type\":2,\"data\":{\"node\":{\"type\":0,\"childNodes\":[{\"type\":3,\"textContent\":\"" + text
                + "\",\"id\":2}],\"id\":1},\"initialOffset\":{\"left\":0,\"top\":0}},\"timestamp\":" + timestamp + "}";
    }

    /** A chunk with these events, received at {@link #RECEIVED_AT}. */
    public static Chunk chunk(SessionKey session, String window, long seq, String... events) {
        return chunk(session, window, seq, RECEIVED_AT, List.of(events));
    }

    /** A chunk as the gateway makes it of an upload. */
    public static Chunk chunk(SessionKey session, String window, long seq, long receivedAt, List<String> events) {
        WindowId windowId = new WindowId(window);
        byte[] json = ("[" + String.join(",", events) + "]").getBytes(StandardCharsets.UTF_8);
        ScannedEvents scanned = SCANNER.scan(json, 0, json.length, windowId, receivedAt);
        return new Chunk(
                session,
                windowId,
                Chunks.id(new String(json, StandardCharsets.UTF_8)),
                seq,
                receivedAt,
                receivedAt,
                PackedLines.of(scanned.lines(), BlockWriter.DEFAULT_LEVEL),
                scanned.events(),
                scanned.firstAt(),
                scanned.lastAt(),
                scanned.fullSnapshotTimes(),
                facts(windowId, receivedAt, scanned));
    }

    /** A real recording cut into chunks of {@code eventsPerChunk}, received a second after their last event. */
    public static List<Chunk> corpusChunks(SessionKey session, String window, String name, int eventsPerChunk) {
        List<String> events = corpusEvents(name);
        List<Chunk> chunks = new ArrayList<>();
        for (int from = 0; from < events.size(); from += eventsPerChunk) {
            List<String> some = events.subList(from, Math.min(from + eventsPerChunk, events.size()));
            Chunk probe = chunk(session, window, chunks.size(), RECEIVED_AT, some);
            chunks.add(chunk(session, window, chunks.size(), probe.lastAt() + 1_000, some));
        }
        return chunks;
    }

    /** The lines of all chunks in their order. */
    public static byte[] lines(List<Chunk> chunks) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Chunk chunk : chunks) {
            all.writeBytes(chunk.lines().unpack());
        }
        return all.toByteArray();
    }

    public static String text(List<Chunk> chunks) {
        return new String(lines(chunks), StandardCharsets.UTF_8);
    }

    /** What remains in a buffer, which is left as it was. */
    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static SessionFacts facts(WindowId window, long receivedAt, ScannedEvents scanned) {
        return new SessionFacts(
                receivedAt,
                receivedAt,
                scanned.startedAt(),
                scanned.lastEventAt(),
                scanned.events(),
                scanned.lines().remaining(),
                scanned.counts(),
                scanned.entry(),
                scanned.exit(),
                scanned.urls(),
                null,
                new TreeSet<>(),
                "Chrome 156",
                "Linux",
                "desktop",
                null,
                "tapedeck/0.1.0",
                null,
                new TreeMap<>(),
                scanned.customEvents(),
                new TreeSet<>(List.of(window.value())),
                new TreeSet<>(),
                scanned.clockImplausible());
    }
}
