package io.tapedeck.loadtest.codec;

import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.Lines;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.PackedLines;
import io.tapedeck.store.block.RecordingWriter;
import io.tapedeck.store.event.EventHead;
import io.tapedeck.store.event.EventScanner;
import io.tapedeck.store.event.MarkerDetector;
import io.tapedeck.store.event.ScanLimits;
import io.tapedeck.store.event.ScannedEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A session as Tapedeck stores it once settled: the very recording that its settler writes.
 *
 * @param bytes of the whole object: frames, markers, index and seek table
 * @param index what is in it
 * @param lines the recording's lines in their order
 */
record Settled(long bytes, RecordingIndex index, List<Line> lines) {
    private static final WindowId WINDOW = new WindowId(CorpusFile.WINDOW);
    private static final EventScanner SCANNER = new EventScanner(ScanLimits.DEFAULT);
    private static final long CHUNK_MS = 5_000;

    /** @param rawEnd one past the line's last byte, counted from the recording's first line */
    record Line(long rawEnd, long timestamp, boolean isFullSnapshot) {}

    /** The session's chunks, as a gateway makes them of what a recorder sends every 5 s. */
    static List<Chunk> chunks(CorpusFile file) {
        SessionKey session = new SessionKey("default", file.name());
        List<Chunk> chunks = new ArrayList<>();
        for (List<CorpusFile.Event> slice : file.slices(CHUNK_MS)) {
            byte[] json = CorpusFile.array(slice);
            long receivedAt = slice.get(slice.size() - 1).timestamp();
            ScannedEvents scanned = SCANNER.scan(json, 0, json.length, WINDOW, receivedAt);
            chunks.add(new Chunk(
                    session,
                    WINDOW,
                    scanned.contentId(),
                    chunks.size(),
                    receivedAt,
                    receivedAt,
                    PackedLines.of(scanned.lines(), BlockWriter.DEFAULT_LEVEL),
                    scanned.events(),
                    scanned.firstAt(),
                    scanned.lastAt(),
                    scanned.fullSnapshotTimes(),
                    facts(receivedAt, scanned)));
        }
        return chunks;
    }

    /** Writes the recording of these chunks, reads its size and deletes it. */
    static Settled write(List<Chunk> chunks, int level, Path folder) throws IOException {
        Path path = folder.resolve("recording");
        try {
            List<Line> lines = new ArrayList<>();
            RecordingIndex index = write(chunks, level, path, lines);
            return new Settled(Files.size(path), index, lines);
        } finally {
            Files.deleteIfExists(path);
        }
    }

    private static RecordingIndex write(List<Chunk> chunks, int level, Path path, List<Line> lines) {
        MarkerDetector markers = new MarkerDetector();
        EventHead head = new EventHead();
        long[] raw = new long[1];
        try (RecordingWriter writer = new RecordingWriter(path, level)) {
            writer.beginWindow(WINDOW);
            markers.beginWindow(WINDOW);
            SessionFacts facts = null;
            for (Chunk chunk : chunks) {
                ByteBuffer text = ByteBuffer.wrap(chunk.lines().unpack());
                Lines.each(text, (json, from, to) -> {
                    head.read(json, from, to);
                    writer.line(json, head);
                    markers.event(json, head);
                    raw[0] += to - from + 1;
                    lines.add(new Line(raw[0], head.timestamp(), head.type() == EventHead.FULL_SNAPSHOT));
                });
                facts = facts == null ? chunk.facts() : facts.plus(chunk.facts());
            }
            List<ChunkRef> refs = chunks.stream().map(ChunkRef::of).toList();
            MarkerDetector.Findings findings = markers.finish();
            return writer.finish(
                    chunks.get(0).session(),
                    0,
                    facts.counting(lines.size(), raw[0], findings.counts()),
                    Map.of(WINDOW, refs),
                    findings);
        }
    }

    private static SessionFacts facts(long receivedAt, ScannedEvents scanned) {
        EventCounts counts = scanned.counts();
        return new SessionFacts(
                receivedAt,
                receivedAt,
                scanned.startedAt(),
                scanned.lastEventAt(),
                scanned.events(),
                scanned.lines().remaining(),
                counts,
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
                new TreeSet<>(List.of(WINDOW.value())),
                new TreeSet<>(),
                scanned.clockImplausible());
    }
}
