package io.tapedeck.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Journal.JournalCursor;
import io.tapedeck.store.Journal.JournalRecord;
import io.tapedeck.store.Loops;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.User;
import io.tapedeck.store.block.PackedLines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest {
    private static final SessionKey SESSION = new SessionKey("default", "s1");
    private static final JournalSettings SMALL_FILES = new JournalSettings(4_000, 64L << 20, 1, 0, 32L << 20);

    @TempDir
    Path folder;

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final FaultyDisk disk = new FaultyDisk();
    private final List<FileJournal> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(FileJournal::close);
    }

    @Test
    void append_isReadBackAsItWas() throws Exception {
        FileJournal journal = keep(open(folder));
        Chunk chunk = Chunks.chunk(SESSION, "w1", 0, "ä€😀");

        long number = append(journal, chunk);

        assertThat(number).isEqualTo(1);
        assertThat(records(journal, 0)).containsExactly(new JournalRecord(1, chunk));
    }

    @Test
    void append_ofAVeryLargeChunk_isReadBackAsItWas() throws Exception {
        FileJournal journal = keep(open(folder));
        Chunk chunk = Chunks.chunk(SESSION, "w1", 0, Chunks.noise(20 << 20));

        append(journal, chunk);

        assertThat(records(journal, 0)).containsExactly(new JournalRecord(1, chunk));
    }

    @Test
    void append_ofLinesThatPackedLookLikeARecord_keepsThemUnpacked() throws Exception {
        Chunk chunk = Chunks.chunk(SESSION, "w1", 0);
        PackedLines lines = chunk.lines();
        // A skippable frame changes nothing of what comes out, and holds whatever it is given.
        ByteBuffer frame = ByteBuffer.allocate(12 + lines.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x184D2A50)
                .putInt(Integer.BYTES)
                .put(new byte[] {(byte) 0xFF, 0x54, 0x44, 0x00})
                .put(lines.frame().duplicate())
                .order(ByteOrder.BIG_ENDIAN)
                .flip();
        Chunk lookalike = chunk.withLines(new PackedLines(frame, lines.rawLength()));

        ChunkCodec.Payload payload = ChunkCodec.encode(lookalike);

        assertThat(JournalFormat.holdsMagic(frame)).isTrue();
        assertThat(payload.lines()).isEqualTo(ByteBuffer.wrap(lines.unpack()));
        FileJournal journal = keep(open(folder));
        append(journal, lookalike);
        assertThat(records(journal, 0)).containsExactly(new JournalRecord(1, chunk));
    }

    @Test
    void append_numbersRecordsInTheOrderOfTheCalls() throws Exception {
        FileJournal journal = keep(open(folder));
        List<CompletableFuture<Long>> futures = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            futures.add(journal.append(Chunks.chunk(SESSION, "w1", i)));
        }

        for (int i = 0; i < futures.size(); i++) {
            assertThat(get(futures.get(i))).isEqualTo(i + 1L);
        }
        List<JournalRecord> records = records(journal, 0);
        assertThat(records).hasSize(3_000);
        for (int i = 0; i < records.size(); i++) {
            assertThat(records.get(i).chunk().seq()).isEqualTo(i);
        }
    }

    @Test
    void reopen_goesOnWithTheNextNumber() throws Exception {
        try (FileJournal first = open(folder)) {
            appendMany(first, 0, 10);
        }

        FileJournal second = keep(open(folder));

        assertThat(second.next()).isEqualTo(11);
        assertThat(append(second, Chunks.chunk(SESSION, "w1", 10))).isEqualTo(11);
        assertThat(seqs(second, 4)).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    }

    @Test
    void trim_ofEverything_keepsTheNumbersOverRestarts() throws Exception {
        for (int round = 0; round < 3; round++) {
            try (FileJournal journal = open(folder)) {
                assertThat(journal.next()).isEqualTo(1 + round * 20L);
                appendMany(journal, round * 20, 20);
                journal.trim(journal.next());
            }
        }
    }

    @Test
    void trim_deletesOnlyFilesThatAreWhollyBelow() throws Exception {
        FileJournal journal = keep(open(folder));
        appendMany(journal, 0, 30);
        long files = fileCount();
        assertThat(files).isGreaterThan(3);

        journal.trim(15);

        long first = journal.first();
        assertThat(first).isBetween(2L, 15L);
        assertThat(fileCount()).isLessThan(files);
        assertThat(records(journal, 0).get(0).number()).isEqualTo(first);
        assertThat(seqs(journal, 15)).hasSize(16);
    }

    @Test
    void cursor_seesRecordsAppendedLaterAndOverFileEnds() throws Exception {
        FileJournal journal = keep(open(folder));
        try (JournalCursor cursor = journal.read(0)) {
            assertThat(cursor.next()).isNull();
            for (int i = 0; i < 20; i++) {
                append(journal, Chunks.chunk(SESSION, "w1", i));
                assertThat(cursor.next().chunk().seq()).isEqualTo(i);
                assertThat(cursor.next()).isNull();
            }
        }
    }

    @Test
    void open_atLeastAtANumber_neverGoesBelow() throws Exception {
        try (FileJournal journal = FileJournal.open(folder, SMALL_FILES, 500, disk, meters, Loops.threads(meters))) {
            assertThat(append(journal, Chunks.chunk(SESSION, "w1", 0))).isEqualTo(500);
        }
        FileJournal again = keep(open(folder));

        assertThat(again.next()).isEqualTo(501);
    }

    @Test
    void open_afterATearAtAnyByte_keepsEveryWholeRecordAndSetsTheRestAside(@TempDir Path copies) throws Exception {
        try (FileJournal journal = open(folder)) {
            appendMany(journal, 0, 3);
        }
        Path file = folder.resolve(JournalFormat.fileName(1));
        byte[] whole = Files.readAllBytes(file);
        NavigableMap<Integer, Long> recordsByEnd = recordEnds(whole);
        assertThat(recordsByEnd).hasSize(4);
        int lastRecord = recordsByEnd.lowerKey(whole.length);
        for (int length = 0; length < whole.length; length += length < lastRecord ? 13 : 1) {
            Path copy = Files.createDirectory(copies.resolve("cut-" + length));
            Files.write(copy.resolve(file.getFileName()), Arrays.copyOf(whole, length));
            long expected = length < JournalFormat.HEADER_BYTES
                    ? 0
                    : recordsByEnd.floorEntry(length).getValue();

            try (FileJournal journal = open(copy)) {
                assertThat(seqs(journal, 0)).as("cut at %s", length).hasSize((int) expected);
                assertThat(journal.next()).as("cut at %s", length).isEqualTo(expected + 1);
                long next = append(journal, Chunks.chunk(SESSION, "w2", 7));
                assertThat(records(journal, next)).as("cut at %s", length).hasSize(1);
            }
            boolean torn = length > 0 && (length < JournalFormat.HEADER_BYTES || !recordsByEnd.containsKey(length));
            assertThat(Files.exists(copy.resolve("quarantine")))
                    .as("cut at %s", length)
                    .isEqualTo(torn);
        }
    }

    @Test
    void read_pastADamagedByteAnywhere_losesAtMostThatRecordAndSetsItAside(@TempDir Path copies) throws Exception {
        try (FileJournal journal = open(folder)) {
            appendMany(journal, 0, 3);
        }
        Path file = folder.resolve(JournalFormat.fileName(1));
        byte[] whole = Files.readAllBytes(file);
        NavigableMap<Integer, Long> recordsByEnd = recordEnds(whole);
        int second = recordsByEnd.higherKey(JournalFormat.HEADER_BYTES);
        int secondLines = second + 100;
        for (int damaged = 0; damaged < whole.length; damaged += damaged < second || damaged > secondLines ? 17 : 1) {
            byte[] bytes = whole.clone();
            bytes[damaged] ^= 0x40;
            Path copy = Files.createDirectory(copies.resolve("damaged-" + damaged));
            Files.write(copy.resolve(file.getFileName()), bytes);
            boolean inHeader = damaged < JournalFormat.HEADER_BYTES;
            long lost = inHeader ? -1 : recordsByEnd.floorEntry(damaged).getValue();
            if (damaged >= Long.BYTES && damaged < Long.BYTES + Integer.BYTES) {
                // A damaged version number is told from a later version by the checksum.
                assertThat(inHeader).isTrue();
            }

            try (FileJournal journal = open(copy)) {
                List<Long> seqs = seqs(journal, 0);
                List<Long> expected =
                        Stream.of(0L, 1L, 2L).filter(seq -> seq != lost).toList();
                assertThat(seqs).as("damaged byte %s", damaged).isEqualTo(expected);
                assertThat(copy.resolve("quarantine")).isNotEmptyDirectory();
            }
        }
    }

    @Test
    void open_ofALaterVersion_isRefused() throws Exception {
        try (FileJournal journal = open(folder)) {
            appendMany(journal, 0, 1);
        }
        Path file = folder.resolve(JournalFormat.fileName(1));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        bytes.putInt(8, JournalFormat.VERSION + 1);
        bytes.putInt(20, JournalFormat.crc(bytes.slice(0, 20)));
        Files.write(file, bytes.array());

        assertThatThrownBy(() -> open(folder))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.UNSUPPORTED_VERSION));
    }

    @Test
    void append_whenFsyncFails_isRefusedAndTheFileIsNotAppendedTo() throws Exception {
        FileJournal journal = keep(open(folder));
        append(journal, Chunks.chunk(SESSION, "w1", 0));
        disk.forceFailure = "Input/output error";

        assertThat(failure(journal.append(Chunks.chunk(SESSION, "w1", 1)))).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(disk.failures).isPositive();
        long before = fileCount();
        disk.forceFailure = null;
        long number = append(journal, Chunks.chunk(SESSION, "w1", 2));

        assertThat(number).isEqualTo(3);
        assertThat(fileCount()).isEqualTo(before + 1);
        assertThat(seqs(journal, 0)).containsExactly(0L, 2L);
    }

    @Test
    void append_ofAChunkThatCannotBeEncoded_isRefusedAlone() throws Exception {
        StepByHand loops = new StepByHand();
        FileJournal journal = keep(FileJournal.open(folder, SMALL_FILES, 1, disk, meters, loops));
        long files = fileCount();
        JsonNode traits = JsonNodeFactory.instance.objectNode();
        for (int depth = 1; depth < 1_000; depth++) {
            traits = JsonNodeFactory.instance.objectNode().set("a", traits);
        }
        Chunk tooDeep = Chunks.with(Chunks.chunk(SESSION, "w1", 1), new User("u1", traits, Chunks.START_AT));

        CompletableFuture<Long> before = journal.append(Chunks.chunk(SESSION, "w1", 0));
        CompletableFuture<Long> refused = journal.append(tooDeep);
        CompletableFuture<Long> after = journal.append(Chunks.chunk(SESSION, "w1", 2));
        loops.step.run();
        CompletableFuture<Long> refusedByItself = journal.append(tooDeep);
        loops.step.run();

        assertThat(before).isCompletedWithValue(1L);
        assertThat(failure(refused)).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(after).isCompletedWithValue(3L);
        assertThat(failure(refusedByItself)).isEqualTo(StoreErrorKind.UNAVAILABLE);
        assertThat(fileCount()).isEqualTo(files);
        assertThat(seqs(journal, 0)).containsExactly(0L, 2L);
    }

    @Test
    void append_whenTheDiskIsFullInTheMiddleOfARecord_isOverCapacityAndGoesOnLater() throws Exception {
        FileJournal journal = keep(open(folder));
        append(journal, Chunks.chunk(SESSION, "w1", 0));
        disk.bytesBeforeWriteFailure = 30;
        disk.writeFailure = "No space left on device";
        for (int i = 1; i < 4; i++) {
            assertThat(failure(journal.append(Chunks.chunk(SESSION, "w1", i)))).isEqualTo(StoreErrorKind.OVER_CAPACITY);
        }
        disk.writeFailure = null;

        append(journal, Chunks.chunk(SESSION, "w1", 9));

        assertThat(seqs(journal, 0)).containsExactly(0L, 9L);
        journal.close();
        assertThat(seqs(keep(open(folder)), 0)).containsExactly(0L, 9L);
    }

    @Test
    void append_whenNoFileCanBeCreated_isRefusedUntilOneCan() throws Exception {
        FileJournal journal = keep(open(folder));
        disk.createFailure = "Read-only file system";
        appendMany(journal, 0, 1);
        while (failureOrNull(journal.append(Chunks.chunk(SESSION, "w1", 5))) == null) {
            assertThat(journal.bytes()).isLessThan(2 * SMALL_FILES.fileBytes());
        }
        assertThat(failure(journal.append(Chunks.chunk(SESSION, "w1", 6)))).isEqualTo(StoreErrorKind.UNAVAILABLE);
        disk.createFailure = null;

        append(journal, Chunks.chunk(SESSION, "w1", 7));

        assertThat(seqs(journal, 0)).endsWith(7L).doesNotContain(6L);
    }

    @Test
    void append_atTheCap_isOverCapacityUntilTrimmed() throws Exception {
        JournalSettings capped = new JournalSettings(4_000, 12_000, 1, 0, 1L << 20);
        FileJournal journal = keep(FileJournal.open(folder, capped, 1, disk, meters, Loops.threads(meters)));
        StoreErrorKind refusal = null;
        for (int i = 0; i < 100 && refusal == null; i++) {
            refusal = failureOrNull(journal.append(Chunks.chunk(SESSION, "w1", i)));
        }
        assertThat(refusal).isEqualTo(StoreErrorKind.OVER_CAPACITY);
        assertThat(journal.bytes()).isLessThanOrEqualTo(12_000);
        await().untilAsserted(
                        () -> { // a refusal for what is only about to be written does not count
                            assertThat(failureOrNull(journal.append(Chunks.chunk(SESSION, "w1", 100))))
                                    .isEqualTo(StoreErrorKind.OVER_CAPACITY);
                            assertThatThrownBy(journal::check)
                                    .isInstanceOfSatisfying(
                                            StoreException.class,
                                            e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.OVER_CAPACITY));
                        });

        journal.trim(journal.next());

        journal.check();
        append(journal, Chunks.chunk(SESSION, "w1", 200));
    }

    @Test
    void append_onANearlyFullDisk_isOverCapacityUntilThereIsRoom() throws Exception {
        disk.usableBytes = 1L << 30;
        JournalSettings tenth = new JournalSettings(4_000, 1L << 30, 1, 0.1, 1L << 20);
        FileJournal journal = keep(FileJournal.open(folder, tenth, 1, disk, meters, Loops.threads(meters)));

        assertThat(failure(journal.append(Chunks.chunk(SESSION, "w1", 0)))).isEqualTo(StoreErrorKind.OVER_CAPACITY);
        assertThatThrownBy(journal::check)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.OVER_CAPACITY));
        disk.usableBytes = 1L << 39;

        Awaitility.await().until(() -> failureOrNull(journal.append(Chunks.chunk(SESSION, "w1", 0))) == null);
    }

    @Test
    void check_onABrokenDisk_isUnavailable() {
        FileJournal journal = keep(open(folder));
        journal.check();
        disk.forceFailure = "Input/output error";

        assertThatThrownBy(journal::check)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.UNAVAILABLE));
    }

    @Test
    void append_afterClose_isUnavailable() {
        FileJournal journal = keep(open(folder));
        journal.close();

        assertThat(failure(journal.append(Chunks.chunk(SESSION, "w1", 0)))).isEqualTo(StoreErrorKind.UNAVAILABLE);
    }

    @Test
    void nodeFolder_isHeldByOneAtATimeAndKeepsItsId() {
        String node;
        try (NodeFolder held = NodeFolder.open(folder)) {
            node = held.node();
            assertThatThrownBy(() -> NodeFolder.open(folder)).isInstanceOf(StoreException.class);
        }
        try (NodeFolder again = NodeFolder.open(folder)) {
            assertThat(again.node()).isEqualTo(node);
        }
    }

    private FileJournal open(Path in) {
        return FileJournal.open(in, SMALL_FILES, 1, disk, meters, Loops.threads(meters));
    }

    private FileJournal keep(FileJournal journal) {
        opened.add(journal);
        return journal;
    }

    private static void appendMany(FileJournal journal, int firstSeq, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            append(journal, Chunks.chunk(SESSION, "w1", firstSeq + i));
        }
    }

    private static long append(FileJournal journal, Chunk chunk) throws Exception {
        return get(journal.append(chunk));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    private static StoreErrorKind failure(CompletableFuture<Long> future) {
        StoreErrorKind kind = failureOrNull(future);
        assertThat(kind).isNotNull();
        return kind;
    }

    private static StoreErrorKind failureOrNull(CompletableFuture<Long> future) {
        try {
            get(future);
            return null;
        } catch (ExecutionException e) {
            return ((StoreException) e.getCause()).kind();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static List<JournalRecord> records(FileJournal journal, long from) {
        List<JournalRecord> records = new ArrayList<>();
        try (JournalCursor cursor = journal.read(from)) {
            for (JournalRecord record = cursor.next(); record != null; record = cursor.next()) {
                records.add(record);
            }
        }
        return records;
    }

    private static List<Long> seqs(FileJournal journal, long from) {
        return records(journal, from).stream()
                .map(record -> record.chunk().seq())
                .toList();
    }

    private long fileCount() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> entry.toString().endsWith(".journal"))
                    .count();
        }
    }

    /** Where records end, and how many there are up to there. */
    private static NavigableMap<Integer, Long> recordEnds(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        NavigableMap<Integer, Long> ends = new TreeMap<>();
        int at = JournalFormat.HEADER_BYTES;
        long count = 0;
        ends.put(at, count);
        while (at < file.length) {
            at += JournalFormat.RECORD_HEAD_BYTES + bytes.getInt(at + 8);
            ends.put(at, ++count);
        }
        return ends;
    }
}
