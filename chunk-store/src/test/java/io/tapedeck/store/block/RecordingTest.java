package io.tapedeck.store.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.github.luben.zstd.ZstdInputStream;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.EventHead;
import io.tapedeck.store.event.Marker;
import io.tapedeck.store.event.MarkerDetector;
import io.tapedeck.store.event.MarkerDetector.Findings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
    private static final SessionKey SESSION = Fixtures.session("s1");

    @TempDir
    Path folder;

    @Test
    void recording_ofRealWindows_givesBackAllThatWasWritten() throws IOException {
        Map<String, List<Chunk>> windows = new LinkedHashMap<>();
        for (String name : Fixtures.corpusNames()) {
            windows.put(name, Fixtures.corpusChunks(SESSION, name, name, 100));
        }
        Written written = write(windows);
        byte[] file = Files.readAllBytes(written.path);

        RecordingIndex index = RecordingReader.index(file.length, ByteBuffer.wrap(file));

        assertThat(index).isEqualTo(written.index);
        assertThat(index.facts()).isEqualTo(written.facts);
        assertThat(written.bytes).isEqualTo(file.length);
        for (Map.Entry<String, List<Chunk>> window : windows.entrySet()) {
            WindowId id = new WindowId(window.getKey());
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            for (FrameRef frame : index.frames()) {
                if (frame.window().equals(id)) {
                    byte[] raw = RecordingReader.lines(frame, slice(file, frame.offset(), frame.length()));
                    assertThat(new String(raw, StandardCharsets.UTF_8).lines()).hasSize(frame.events());
                    lines.writeBytes(raw);
                }
            }
            assertThat(lines.toByteArray()).isEqualTo(Fixtures.lines(window.getValue()));
            assertThat(index.chunks().get(id))
                    .isEqualTo(window.getValue().stream().map(ChunkRef::of).toList());
        }
        MarkerTrack track = RecordingReader.markers(5, slice(file, index.markersOffset(), index.markersLength()));
        assertThat(track.rev()).isEqualTo(5);
        assertThat(track.truncated()).isFalse();
        assertThat(track.markers())
                .extracting(Marker::at, Marker::window, Marker::kind, Marker::title)
                .containsExactlyElementsOf(written.findings.markers().stream()
                        .map(m -> tuple(m.at(), m.window(), m.kind(), m.title()))
                        .toList());
    }

    @Test
    void recording_readByZstdItself_isExactlyTheLines() throws Exception {
        List<Chunk> chat = Fixtures.corpusChunks(SESSION, "tab-1", "chat-1", 100);
        List<Chunk> todo = Fixtures.corpusChunks(SESSION, "tab-2", "todo-1", 100);
        Map<String, List<Chunk>> windows = new LinkedHashMap<>();
        windows.put("tab-1", chat);
        windows.put("tab-2", todo);
        Path path = write(windows).path;
        List<Chunk> all = new ArrayList<>(chat);
        all.addAll(todo);
        byte[] expected = Fixtures.lines(all);

        try (ZstdInputStream ndjson = new ZstdInputStream(new ByteArrayInputStream(Files.readAllBytes(path)))) {
            assertThat(ndjson.readAllBytes()).isEqualTo(expected);
        }
        Optional<Path> zstd = onPath("zstd");
        if (zstd.isPresent()) {
            assertThat(new ProcessBuilder(zstd.get().toString(), "-q", "-t", path.toString())
                            .start()
                            .waitFor())
                    .isZero();
            Process zstdcat = new ProcessBuilder(zstd.get().toString(), "-q", "-d", "-c", path.toString()).start();
            assertThat(zstdcat.getInputStream().readAllBytes()).isEqualTo(expected);
            assertThat(zstdcat.waitFor()).isZero();
        }
    }

    @Test
    void seekTable_describesEveryFrameBeforeIt() throws IOException {
        Written written = write(Map.of("tab-1", Fixtures.corpusChunks(SESSION, "tab-1", "todo-1", 100)));
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(written.path)).order(ByteOrder.LITTLE_ENDIAN);
        int end = file.capacity();

        assertThat(file.getInt(end - 4)).isEqualTo(0x8F92EAB1);
        int entries = file.getInt(end - 9);
        int table = end - 9 - 8 * entries;
        assertThat(file.getInt(table - 8)).isEqualTo(0x184D2A5E);
        assertThat(file.getInt(table - 4)).isEqualTo(end - table);
        long compressed = 0;
        long raw = 0;
        for (int i = 0; i < entries; i++) {
            int magic = file.getInt((int) compressed);
            boolean skippable = (magic & 0xFFFFFFF0) == 0x184D2A50;
            assertThat(skippable || magic == 0xFD2FB528).isTrue();
            int entryRaw = file.getInt(table + 8 * i + 4);
            assertThat(entryRaw == 0).isEqualTo(skippable);
            compressed += file.getInt(table + 8 * i);
            raw += entryRaw;
        }
        assertThat(compressed).isEqualTo(table - 8);
        assertThat(raw).isEqualTo(written.facts.bytesRaw());
    }

    @Test
    void frames_areCutBeforeThePageEventOnceTheyAreLargeEnough() throws IOException {
        Random random = new Random(1);
        List<String> events = new ArrayList<>();
        for (int page = 0; page < 6; page++) {
            long at = Fixtures.RECEIVED_AT + page * 1_000L;
            events.add(Fixtures.meta(at, "https://a.example/" + page));
            events.add(Fixtures.fullSnapshot(at + 1, "page " + page));
            // Pages 1, 2 and 4 have some 300 KB each that do not compress further, page 3 has 600 KB.
            int[] kilobytes = {1, 300, 300, 600, 300, 1};
            for (int i = 0; i < kilobytes[page] / 30 + 1; i++) {
                events.add(Fixtures.event(at + 2 + i, noise(random, 30 * 1024)));
            }
        }
        Written written =
                write(Map.of("tab-1", List.of(Fixtures.chunk(SESSION, "tab-1", 0, Fixtures.RECEIVED_AT, events))));
        byte[] file = Files.readAllBytes(written.path);

        List<String> starts = new ArrayList<>();
        for (FrameRef frame : written.index.frames()) {
            byte[] raw = RecordingReader.lines(frame, slice(file, frame.offset(), frame.length()));
            starts.add(new String(raw, 0, 60, StandardCharsets.UTF_8).replaceAll(".*\"href\":\"([^\"]*)\".*", "$1"));
        }
        assertThat(starts).containsExactly("https://a.example/0", "https://a.example/3", "https://a.example/4");
        assertThat(written.index.frames().get(0).fullSnapshotTimes())
                .containsExactly(Fixtures.RECEIVED_AT + 1, Fixtures.RECEIVED_AT + 1_001, Fixtures.RECEIVED_AT + 2_001);
        assertThat(written.index.frames().get(1).firstAt()).isEqualTo(Fixtures.RECEIVED_AT + 3_000);
    }

    @Test
    void frames_areCutBeforeASnapshotWithoutPageEvent() throws IOException {
        Random random = new Random(2);
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            events.add(Fixtures.event(i, noise(random, 30 * 1024)));
        }
        events.add(Fixtures.fullSnapshot(100, "x"));

        Written written =
                write(Map.of("tab-1", List.of(Fixtures.chunk(SESSION, "tab-1", 0, Fixtures.RECEIVED_AT, events))));

        assertThat(written.index.frames()).extracting(FrameRef::events).containsExactly(25, 1);
    }

    @Test
    void frames_withoutASnapshot_areCutAt32MegabytesRawAndBrowsersTakeThem() throws IOException {
        String megabyte = "0123456789abcdef".repeat(65_536);
        Path path = folder.resolve("long.zst");
        EventHead head = new EventHead();
        try (RecordingWriter writer = new RecordingWriter(path, 1)) {
            writer.beginWindow(new WindowId("tab-1"));
            for (int i = 0; i < 40; i++) {
                line(writer, head, Fixtures.event(i, megabyte));
            }
            line(writer, head, Fixtures.event(40, megabyte.repeat(33)));
            line(writer, head, Fixtures.event(41, "x"));
            RecordingIndex index = writer.finish(
                    SESSION, 0, Fixtures.chunk(SESSION, "tab-1", 0).facts(), Map.of(), new MarkerDetector().finish());

            assertThat(index.frames()).extracting(FrameRef::events).containsExactly(31, 9, 1, 1);
            byte[] file = Files.readAllBytes(path);
            for (FrameRef frame : index.frames()) {
                assertThat(windowBytes(slice(file, frame.offset(), frame.length())))
                        .isLessThanOrEqualTo(8 << 20);
            }
        }
    }

    @Test
    void blocks_ofAnySize_areTakenByBrowsers() {
        for (int rawLength : new int[] {0, 1, 300, 1 << 20, (8 << 20) - 1, 8 << 20, (8 << 20) + 1, 20 << 20}) {
            for (int level : new int[] {1, 3, 9, 19}) {
                if (level == 19 && rawLength > 1 << 20) {
                    continue;
                }
                byte[] frame = Frames.encode(level, List.of(ByteBuffer.allocate(rawLength)));
                assertThat(windowBytes(ByteBuffer.wrap(frame))).isLessThanOrEqualTo(8 << 20);
            }
        }
    }

    @Test
    void markers_thatWereTruncated_areSaidToBe() throws IOException {
        MarkerDetector detector = new MarkerDetector();
        Findings findings = new Findings(
                List.of(new Marker(7, "tab-1", Marker.Kind.CLICK, "Click", null, null, null)),
                true,
                detector.finish().counts(),
                0);
        Path path = folder.resolve("truncated.zst");
        try (RecordingWriter writer = new RecordingWriter(path, 3)) {
            RecordingIndex index = writer.finish(
                    SESSION, 0, Fixtures.chunk(SESSION, "tab-1", 0).facts(), Map.of(), findings);
            byte[] file = Files.readAllBytes(path);

            MarkerTrack track = RecordingReader.markers(1, slice(file, index.markersOffset(), index.markersLength()));

            assertThat(track).isEqualTo(new MarkerTrack(1, findings.markers(), true));
            assertThat(RecordingReader.index(file.length, ByteBuffer.wrap(file)).frames())
                    .isEmpty();
        }
    }

    @Test
    void reading_anyByteOfTheObjectChanged_givesWhatWasWrittenOrCorrupt() throws IOException {
        List<Chunk> chunks =
                Fixtures.corpusChunks(SESSION, "tab-1", "todo-1", 100).subList(1, 2);
        Written written = write(Map.of("tab-1", chunks));
        byte[] file = Files.readAllBytes(written.path);
        RecordingIndex index = written.index;
        FrameRef frame = index.frames().get(0);
        byte[] lines = RecordingReader.lines(frame, slice(file, frame.offset(), frame.length()));
        MarkerTrack markers = RecordingReader.markers(1, slice(file, index.markersOffset(), index.markersLength()));
        int corrupt = 0;
        for (int i = 0; i < file.length; i++) {
            for (int change : new int[] {0x01, 0x80, 0xFF}) {
                byte[] damaged = file.clone();
                damaged[i] ^= (byte) change;
                corrupt += isCorruptOr(index, () -> RecordingReader.index(damaged.length, ByteBuffer.wrap(damaged)));
                corrupt += isCorruptOr(
                        markers,
                        () -> RecordingReader.markers(1, slice(damaged, index.markersOffset(), index.markersLength())));
                boolean inFrame = i >= frame.offset() && i < frame.offset() + frame.length();
                int frameCorrupt = isCorruptOr(
                        lines, () -> RecordingReader.lines(frame, slice(damaged, frame.offset(), frame.length())));
                assertThat(frameCorrupt).isEqualTo(inFrame ? 1 : 0);
                corrupt += frameCorrupt;
            }
        }
        assertThat(corrupt).isGreaterThan(file.length * 2);
    }

    @Test
    void reading_objectCutShortAnywhere_isCorrupt() throws IOException {
        Written written = write(Map.of("tab-1", List.of(Fixtures.chunk(SESSION, "tab-1", 0, Fixtures.event(7, "x")))));
        byte[] file = Files.readAllBytes(written.path);
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertCorrupt(() -> RecordingReader.index(cut.length, ByteBuffer.wrap(cut)));
        }
    }

    @Test
    void index_ofALaterVersion_saysSo() throws IOException {
        Written written = write(Map.of("tab-1", List.of(Fixtures.chunk(SESSION, "tab-1", 0, Fixtures.event(7, "x")))));
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(written.path)).order(ByteOrder.LITTLE_ENDIAN);
        int size = file.capacity();
        int indexAt = size - RecordingReader.tailBytes(size, file);
        int jsonAt = indexAt + RecordingLayout.SKIPPABLE_HEADER_BYTES + RecordingLayout.INDEX_HEADER_BYTES;
        byte[] json = Arrays.copyOfRange(file.array(), jsonAt, indexAt + 8 + file.getInt(indexAt + 4));
        file.putInt(jsonAt - 8, 2).putInt(jsonAt - 4, RecordingLayout.indexChecksum(2, json));

        assertThatThrownBy(() -> RecordingReader.index(size, file))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.UNSUPPORTED_VERSION));
    }

    @Test
    void tailBytes_ofALongIndex_asksForMoreThanTheFirstReadGave() throws IOException {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            chunks.add(Fixtures.chunk(SESSION, "tab-1", i, Fixtures.event(i, "x")));
        }
        Written written = write(Map.of("tab-1", chunks));
        byte[] file = Files.readAllBytes(written.path);
        ByteBuffer tail = slice(file, file.length - RecordingReader.TAIL_BYTES, RecordingReader.TAIL_BYTES);

        int needed = RecordingReader.tailBytes(file.length, tail);

        assertThat(needed).isGreaterThan(RecordingReader.TAIL_BYTES);
        assertThat(RecordingReader.index(file.length, slice(file, file.length - needed, needed)))
                .isEqualTo(written.index);
    }

    @Test
    void writer_windowBegunTwice_isRefused() {
        try (RecordingWriter writer = new RecordingWriter(folder.resolve("twice.zst"), 3)) {
            writer.beginWindow(new WindowId("tab-1"));
            assertThatThrownBy(() -> writer.beginWindow(new WindowId("tab-1")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void writer_fileThatCannotBeMade_isUnavailable() {
        Path missing = folder.resolve("missing").resolve("a.zst");
        assertThatThrownBy(() -> new RecordingWriter(missing, 3))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.UNAVAILABLE));
    }

    private record Written(Path path, RecordingIndex index, SessionFacts facts, Findings findings, long bytes) {}

    private Written write(Map<String, List<Chunk>> windows) throws IOException {
        Path path = Files.createTempDirectory(folder, "recording").resolve("recording.ndjson.zst");
        MarkerDetector detector = new MarkerDetector();
        EventHead head = new EventHead();
        Map<WindowId, List<ChunkRef>> chunkRefs = new LinkedHashMap<>();
        SessionFacts facts = null;
        try (RecordingWriter writer = new RecordingWriter(path, 3)) {
            for (Map.Entry<String, List<Chunk>> window : windows.entrySet()) {
                WindowId id = new WindowId(window.getKey());
                writer.beginWindow(id);
                detector.beginWindow(id);
                for (Chunk chunk : window.getValue()) {
                    byte[] lines = chunk.lines().unpack();
                    for (int from = 0, to = 0; from < lines.length; from = to + 1) {
                        to = from;
                        while (lines[to] != '\n') {
                            to++;
                        }
                        head.read(lines, from, to);
                        writer.line(lines, head);
                        detector.event(lines, head);
                    }
                    facts = facts == null ? chunk.facts() : facts.plus(chunk.facts());
                }
                chunkRefs.put(id, window.getValue().stream().map(ChunkRef::of).toList());
            }
            Findings findings = detector.finish();
            RecordingIndex index = writer.finish(SESSION, 0, facts, chunkRefs, findings);
            return new Written(path, index, facts, findings, writer.bytes());
        }
    }

    private static Optional<Path> onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void line(RecordingWriter writer, EventHead head, String event) {
        byte[] json = event.getBytes(StandardCharsets.UTF_8);
        head.read(json, 0, json.length);
        writer.line(json, head);
    }

    private static String noise(Random random, int bytes) {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        return Base64.getEncoder().encodeToString(noise);
    }

    /** What a reader of the frame must hold: its window, or all of it if it has none (RFC 8878, 3.1.1.1). */
    private static long windowBytes(ByteBuffer frame) {
        ByteBuffer header = frame.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.getInt()).isEqualTo(0xFD2FB528);
        int descriptor = header.get();
        boolean singleSegment = (descriptor & 0x20) != 0;
        boolean checksum = (descriptor & 0x04) != 0;
        assertThat(checksum).isTrue();
        if (!singleSegment) {
            int window = header.get() & 0xFF;
            long base = 1L << (10 + (window >>> 3));
            return base + base / 8 * (window & 7);
        }
        return switch (descriptor >>> 6 & 3) {
            case 0 -> header.get() & 0xFF;
            case 1 -> (header.getShort() & 0xFFFF) + 256;
            case 2 -> header.getInt() & 0xFFFFFFFFL;
            default -> header.getLong();
        };
    }

    private static ByteBuffer slice(byte[] bytes, long offset, int length) {
        return ByteBuffer.wrap(bytes, (int) offset, length).slice();
    }

    private static int isCorruptOr(Object expected, Supplier<Object> reading) {
        try {
            assertThat(reading.get()).isEqualTo(expected);
            return 0;
        } catch (StoreException e) {
            assertThat(e.kind()).isEqualTo(StoreErrorKind.CORRUPT);
            return 1;
        }
    }

    private static void assertCorrupt(ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.CORRUPT));
    }
}
