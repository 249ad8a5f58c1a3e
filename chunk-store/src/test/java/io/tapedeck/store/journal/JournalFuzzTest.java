package io.tapedeck.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.Journal.JournalRecord;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.block.BlockReader;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.SegmentReader;
import io.tapedeck.store.block.SegmentWriter;
import io.tapedeck.store.fuzz.Fuzzer;
import io.tapedeck.store.fuzz.QuickFolder;
import io.tapedeck.store.journal.JournalRecovery.Recovered;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Journal files that are nearly right: recovery finds its way through, whatever comes out of it can go into a segment, and
 * a second recovery finds the same.
 */
public class JournalFuzzTest {
    private static final long BYTES_MAX = 64L << 20;
    private static final long FIRST_NUMBER = 41;

    @Test
    void recover_aFileNearlyRight_givesWholeChunksOnly() throws Exception {
        new Fuzzer(JournalFuzzTest.class, BYTES_MAX, JournalFuzzTest::decode)
                .seed(journal())
                .run(1_000);
    }

    /** The name by which a fuzzer of its own finds it: see docs/testing.md. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        decode(input);
    }

    private static boolean decode(byte[] input) throws IOException {
        try (QuickFolder folder = new QuickFolder("journal-fuzz")) {
            read(folder.path().resolve("raw"), input.clone());
            return read(folder.path().resolve("repaired"), repaired(input));
        }
    }

    private static byte[] journal() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(JournalFormat.header(FIRST_NUMBER).array());
        long number = FIRST_NUMBER;
        for (Chunk chunk : List.of(
                Chunks.chunk(Fixtures.session("s1"), "w1", 0, "ä€😀"),
                Chunks.finalChunk(Fixtures.session("s1"), "w1", 1),
                Chunks.chunk(Fixtures.session("s2"), "w1", Chunk.NO_SEQ))) {
            ChunkCodec.Payload payload = ChunkCodec.encode(chunk);
            file.writeBytes(JournalFormat.recordHead(number++, payload.header(), payload.lines())
                    .array());
            file.writeBytes(Fixtures.bytes(payload.header()));
            file.writeBytes(Fixtures.bytes(payload.lines()));
        }
        return file.toByteArray();
    }

    /** @return whether two of the three records were read */
    private static boolean read(Path folder, byte[] file) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve(JournalFormat.fileName(FIRST_NUMBER)), file);
        try {
            List<JournalRecord> found = recover(folder);
            assertThat(recover(folder)).isEqualTo(found);
            return found.size() >= 2;
        } catch (StoreException refused) {
            assertThat(refused).matches(e -> e.kind() == StoreErrorKind.UNSUPPORTED_VERSION);
            return false;
        }
    }

    private static List<JournalRecord> recover(Path folder) throws IOException {
        Quarantine quarantine = new Quarantine(folder.resolve("quarantine"), new SimpleMeterRegistry());
        Disk disk = Disk.system();
        Recovered recovered = new JournalRecovery(folder, quarantine, disk).recover();
        List<JournalRecord> records = new ArrayList<>();
        try (FileJournalCursor cursor =
                new FileJournalCursor(new JournalFiles(folder, disk, recovered.files()), quarantine, 0)) {
            for (JournalRecord record = cursor.next(); record != null; record = cursor.next()) {
                assertThat(record.number()).isGreaterThanOrEqualTo(FIRST_NUMBER);
                records.add(record);
                flush(record.chunk());
            }
        }
        long last = records.isEmpty()
                ? FIRST_NUMBER - 1
                : records.get(records.size() - 1).number();
        assertThat(recovered.next()).isGreaterThan(last);
        return records;
    }

    /** What the flusher will do with it. */
    private static void flush(Chunk chunk) {
        SegmentWriter writer = new SegmentWriter("node", 1);
        writer.add(
                chunk.session(),
                chunk.facts().plus(chunk.facts()),
                new BlockWriter(BlockWriter.DEFAULT_LEVEL).encode(List.of(chunk)));
        ByteBuffer segment = writer.finish(1, 2).bytes();
        BlockRef block = SegmentReader.footer(segment.remaining(), segment)
                .sessions()
                .get(0)
                .blocks()
                .get(0);
        BlockReader.open(block, segment.slice(0, block.length()));
    }

    /** With every checksum as it must be where lengths allow, so that what is behind them is reached. */
    private static byte[] repaired(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        if (file.length < JournalFormat.HEADER_BYTES) {
            return file;
        }
        bytes.put(0, JournalFormat.header(FIRST_NUMBER), 0, Long.BYTES);
        bytes.putInt(
                JournalFormat.HEADER_BYTES - Integer.BYTES,
                JournalFormat.crc(bytes.slice(0, JournalFormat.HEADER_BYTES - Integer.BYTES)));
        int at = JournalFormat.HEADER_BYTES;
        while (at + JournalFormat.RECORD_HEAD_BYTES + Integer.BYTES <= file.length) {
            long end = JournalFormat.RECORD_HEAD_BYTES + (long) at + bytes.getInt(at + 2 * Integer.BYTES);
            boolean isRecord = bytes.getInt(at) == JournalFormat.RECORD_MAGIC
                    && end <= file.length
                    && end > at + 2 * Integer.BYTES;
            if (isRecord) {
                int checkedFrom = at + 2 * Integer.BYTES;
                bytes.putInt(at + Integer.BYTES, JournalFormat.crc(bytes.slice(checkedFrom, (int) end - checkedFrom)));
            }
            at = isRecord ? (int) end : at + 1;
        }
        return file;
    }
}
