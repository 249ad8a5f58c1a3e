package io.tapedeck.store.block;

import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.EventHead;
import io.tapedeck.store.event.MarkerDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the golden files of the present format versions: {@code segment-v1.seg} and {@code recording-v1.ndjson.zst}.
 * Run it once when a version is new; files that are committed are never written again.
 */
final class GoldenFiles {
    static final SessionKey SESSION = Fixtures.session("golden");

    private GoldenFiles() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        writeSegment(folder.resolve("segment-v" + FormatVersion.SEGMENT + ".seg"));
        writeRecording(folder.resolve("recording-v" + FormatVersion.RECORDING + ".ndjson.zst"), windows());
        writeRecording(folder.resolve("recording-v" + FormatVersion.RECORDING + "-part-1.ndjson.zst"), secondPart(), 1);
    }

    /** Of the same session, what would come into its second part: the later chunks of one window. */
    static Map<String, List<Chunk>> secondPart() {
        List<Chunk> chunks = windows().get("tab-1");
        return Map.of("tab-1", chunks.subList(1, chunks.size()));
    }

    /** Two windows of one session: a real recording, and one with a page, a click and an error. */
    static Map<String, List<Chunk>> windows() {
        long at = 1_794_116_410_000L;
        Map<String, List<Chunk>> windows = new LinkedHashMap<>();
        windows.put("tab-1", Fixtures.corpusChunks(SESSION, "tab-1", "todo-1", 50));
        windows.put(
                "tab-2",
                List.of(Fixtures.chunk(
                        SESSION,
                        "tab-2",
                        Chunk.NO_SEQ,
                        Fixtures.meta(at, "https://a.example/pay?card=1"),
                        Fixtures.fullSnapshot(at + 1, "Zażółć \uD83D\uDE00"),
                        "{\"type\":3,\"data\":{\"source\":2,\"type\":2,\"id\":9,\"x\":1.5,\"y\":2},\"timestamp\":"
                                + (at + 2) + "}",
                        "{\"type\":5,\"data\":{\"tag\":\"tapedeck.error\",\"payload\":{\"name\":\"TypeError\","
                                + "\"message\":\"x is null\"}},\"timestamp\":" + (at + 3) + "}")));
        return windows;
    }

    private static void writeSegment(Path path) throws IOException {
        SegmentWriter writer = new SegmentWriter("node-1", 7);
        for (List<Chunk> chunks : windows().values()) {
            EncodedBlock block = new BlockWriter(BlockWriter.DEFAULT_LEVEL).encode(chunks);
            writer.add(SESSION, facts(chunks), block);
        }
        Files.write(path, Fixtures.bytes(writer.finish(100, 104).bytes()));
    }

    static void writeRecording(Path path, Map<String, List<Chunk>> windows) throws IOException {
        writeRecording(path, windows, 0);
    }

    private static void writeRecording(Path path, Map<String, List<Chunk>> windows, int part) throws IOException {
        MarkerDetector detector = new MarkerDetector();
        EventHead head = new EventHead();
        Map<WindowId, List<ChunkRef>> refs = new LinkedHashMap<>();
        SessionFacts facts = null;
        try (RecordingWriter writer = new RecordingWriter(path, RecordingWriter.DEFAULT_LEVEL)) {
            for (Map.Entry<String, List<Chunk>> window : windows.entrySet()) {
                WindowId id = new WindowId(window.getKey());
                writer.beginWindow(id);
                detector.beginWindow(id);
                byte[] lines = Fixtures.lines(window.getValue());
                for (int from = 0, to = 0; from < lines.length; from = to + 1) {
                    to = from;
                    while (lines[to] != '\n') {
                        to++;
                    }
                    head.read(lines, from, to);
                    writer.line(lines, head);
                    detector.event(lines, head);
                }
                refs.put(id, window.getValue().stream().map(ChunkRef::of).toList());
                facts = facts == null ? facts(window.getValue()) : facts.plus(facts(window.getValue()));
            }
            writer.finish(SESSION, part, facts, refs, detector.finish());
        }
    }

    private static SessionFacts facts(List<Chunk> chunks) {
        return chunks.stream().map(Chunk::facts).reduce(SessionFacts::plus).orElseThrow();
    }
}
