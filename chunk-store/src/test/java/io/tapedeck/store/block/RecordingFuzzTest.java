package io.tapedeck.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.fuzz.Fuzzer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings that are nearly right: whatever the bytes, they are read or refused as CORRUPT or UNSUPPORTED_VERSION. */
public class RecordingFuzzTest {
    private static final long BYTES_MAX = 64L << 20;
    private static final int FRAMES_MAX = 32;
    private static final byte[] INDEX_START = "{\"project\"".getBytes(StandardCharsets.US_ASCII);

    @Test
    void read_ofARecordingNearlyRight_isReadOrRefused(@TempDir Path folder) throws Exception {
        new Fuzzer(RecordingFuzzTest.class, BYTES_MAX, RecordingFuzzTest::decode)
                .seed(recording(folder))
                .seed(markers(recording(folder)))
                .run(20_000);
    }

    /** The name by which a fuzzer of its own finds it: see docs/testing.md. */
    public static void fuzzerTestOneInput(byte[] input) {
        decode(input);
    }

    private static boolean decode(byte[] input) {
        read(input.clone());
        read(repaired(input.clone(), false));
        readMarkers(ByteBuffer.wrap(input));
        return read(repaired(input, true));
    }

    private static byte[] recording(Path folder) throws Exception {
        Path file = folder.resolve("recording");
        GoldenFiles.writeRecording(
                file,
                Map.of(
                        "w1",
                        List.of(Chunks.chunk(GoldenFiles.SESSION, "w1", 0), Chunks.chunk(GoldenFiles.SESSION, "w1", 1)),
                        "w2",
                        List.of(Fixtures.chunk(
                                GoldenFiles.SESSION,
                                "w2",
                                0,
                                Fixtures.meta(1_794_116_410_000L, "https://a.example/pay?card=1"),
                                Fixtures.fullSnapshot(1_794_116_410_001L, "Zażółć")))));
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return bytes;
    }

    /** The marker track alone. */
    private static byte[] markers(byte[] recording) {
        RecordingIndex index = RecordingReader.index(recording.length, ByteBuffer.wrap(recording));
        int from = Math.toIntExact(index.markersOffset());
        return Arrays.copyOfRange(recording, from, from + index.markersLength());
    }

    /** @return whether it was not refused */
    private static boolean read(byte[] object) {
        try {
            RecordingIndex index = index(object);
            assertThat(index.facts().plus(index.facts()).windows())
                    .isEqualTo(index.facts().windows());
            index.frames().stream().limit(FRAMES_MAX).forEach(frame -> readFrame(object, frame));
            readMarkers(ByteBuffer.wrap(object, Math.toIntExact(index.markersOffset()), index.markersLength())
                    .slice());
            return true;
        } catch (StoreException refused) {
            assertThat(refused.kind()).isIn(StoreErrorKind.CORRUPT, StoreErrorKind.UNSUPPORTED_VERSION);
            return false;
        }
    }

    /** As readers do it: a piece of the end first, and more if that was not enough. */
    private static RecordingIndex index(byte[] object) {
        int first = Math.min(object.length, 64);
        int needed = Math.max(
                first, RecordingReader.tailBytes(object.length, ByteBuffer.wrap(object, object.length - first, first)));
        return RecordingReader.index(object.length, ByteBuffer.wrap(object, object.length - needed, needed));
    }

    /** With the checksum that the frame has, so that what is behind it is reached. */
    private static void readFrame(byte[] object, FrameRef frame) {
        ByteBuffer bytes = ByteBuffer.wrap(object, Math.toIntExact(frame.offset()), frame.length());
        FrameRef trusted = new FrameRef(
                frame.window(),
                frame.offset(),
                frame.length(),
                frame.rawLength(),
                Frames.crc32c(bytes),
                frame.events(),
                frame.firstAt(),
                frame.lastAt(),
                frame.fullSnapshotTimes());
        try {
            assertThat(RecordingReader.lines(trusted, bytes)).hasSize(frame.rawLength());
        } catch (StoreException refused) {
            assertThat(refused.kind()).isEqualTo(StoreErrorKind.CORRUPT);
        }
    }

    private static void readMarkers(ByteBuffer track) {
        try {
            assertThat(RecordingReader.markers(1, track).markers()).doesNotContainNull();
        } catch (StoreException refused) {
            assertThat(refused.kind()).isEqualTo(StoreErrorKind.CORRUPT);
        }
    }

    /** With the index's checksum as it must be, and on demand its length, so that what is behind them is reached. */
    private static byte[] repaired(byte[] object, boolean lengthToo) {
        int trailer = object.length - RecordingLayout.SEEK_ENTRY_BYTES - RecordingLayout.SEEK_FOOTER_BYTES;
        if (trailer <= 0) {
            return object;
        }
        ByteBuffer bytes = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(object.length - Integer.BYTES, RecordingLayout.SEEKABLE_MAGIC);
        long seekTable = RecordingLayout.SKIPPABLE_HEADER_BYTES
                + RecordingLayout.SEEK_FOOTER_BYTES
                + (long) RecordingLayout.SEEK_ENTRY_BYTES * bytes.getInt(trailer + RecordingLayout.SEEK_ENTRY_BYTES);
        long end = object.length - seekTable;
        int headerBytes = RecordingLayout.SKIPPABLE_HEADER_BYTES + RecordingLayout.INDEX_HEADER_BYTES;
        if (seekTable < 0 || end < headerBytes) {
            return object;
        }
        long from = lengthToo ? indexFrom(object, (int) end) - headerBytes : end - bytes.getInt(trailer);
        if (from < 0 || end - from < headerBytes) {
            return object;
        }
        int length = (int) (end - from);
        byte[] json = Arrays.copyOfRange(object, (int) from + headerBytes, (int) end);
        bytes.putInt(trailer, length).putInt(trailer + Integer.BYTES, 0);
        bytes.putInt((int) from, RecordingLayout.INDEX_MAGIC);
        bytes.putInt((int) from + Integer.BYTES, length - RecordingLayout.SKIPPABLE_HEADER_BYTES);
        bytes.put((int) from + RecordingLayout.SKIPPABLE_HEADER_BYTES, RecordingLayout.INDEX_NAME);
        int version = bytes.getInt((int) from + headerBytes - 2 * Integer.BYTES);
        bytes.putInt((int) from + headerBytes - Integer.BYTES, RecordingLayout.indexChecksum(version, json));
        return object;
    }

    /** Where the index's JSON begins if it is one that a writer wrote; -1 if it is nowhere. */
    private static int indexFrom(byte[] object, int end) {
        for (int i = 0; i + INDEX_START.length <= end; i++) {
            if (Arrays.equals(object, i, i + INDEX_START.length, INDEX_START, 0, INDEX_START.length)) {
                return i;
            }
        }
        return -1;
    }
}
