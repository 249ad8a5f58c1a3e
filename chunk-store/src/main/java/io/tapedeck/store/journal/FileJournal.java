package io.tapedeck.store.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Journal;
import io.tapedeck.store.Loops;
import io.tapedeck.store.Loops.Loop;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.journal.JournalWriter.Pending;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The journal in files of a local folder.
 *
 * <p><b>Threads.</b> {@link #append} hands the chunk to one writer, a loop, and returns. The writer takes what is waiting,
 * however little, writes it, fsyncs once, and completes the futures in its own loop in the order of the numbers; what
 * arrives meanwhile is the next batch. So a lone chunk waits for one fsync, and many chunks share one. Where chunks come so
 * fast that they share, the next batch gathers for 20 ms or 1 MB: a fast disk would otherwise be asked for an fsync for every chunk
 * or two, each of which costs more processor time than the chunk's bytes. What depends on a future must be short or go
 * elsewhere.
 *
 * <p><b>Files.</b> A file is named by the number of its first record and closed once it holds {@code fileBytes}; the
 * records of a file are those from its number up to the next file's. All numbers are big-endian.
 *
 * <pre>
 * 00000000000000004711.journal
 *   0          8         12            20        24
 *   +----------+---------+-------------+---------+
 *   | TDJRNL\r\n| version | first number| crc32c  |                                  file header
 *   +------+---+----+----+---+---------+----+----+----------------+---------------+
 *   | FF54 | crc32c | length | number  | header | header (JSON)   | lines (zstd)  |  record
 *   | 4400 |        |        |         | length |                 |               |
 *   +------+--------+--------+---------+--------+-----------------+---------------+
 *   0      4        8        12        20       24
 *          crc32c covers everything after itself; length counts what follows number
 * </pre>
 *
 * The lines are as they were packed if the header gives their {@code rawLength}; otherwise (version 1, and where the packed
 * bytes hold a record's magic) they are NDJSON.
 *
 * <p><b>Damage.</b> A crash can tear only the end of the newest file: at start what follows its last whole record is set
 * aside and cut off. Bytes that are no record in the middle of a file are set aside and passed over by whoever reads them;
 * the records after them are found again by their magic, which cannot occur within a record. Nothing is ever deleted unread.
 *
 * <p><b>Failure.</b> After a write or fsync that failed, the batch is refused, the file is not appended to again and the
 * next batch begins a new one; numbers of refused records are not used again.
 *
 * <p><b>Numbers</b> never start again: the newest file stays even if all of its records are trimmed, and its name says how
 * far the numbers have come.
 */
public final class FileJournal implements Journal {
    private static final int BATCH_RECORDS_MAX = 1_024;
    /** A batch takes no further chunk once it holds so much, so that small chunks do not wait for many large ones. */
    private static final long BATCH_BYTES_MAX = 16L << 20;
    /** Counted for each chunk beside its packed lines. */
    private static final long CHUNK_OVERHEAD_BYTES = 2_048;

    /** So many files at least make up a full journal. */
    private static final int FILES_MIN = 8;

    private static final long IDLE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Short beside what a client's network takes. */
    private static final long GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long GATHERED_BYTES_MAX = 1L << 20;

    private final Path folder;
    private final Disk disk;
    private final JournalSettings settings;
    private final Quarantine quarantine;
    private final JournalFiles files;
    private final JournalCapacity capacity;
    private final JournalWriter writer;
    private final Counter refused;
    /** Null until the journal is open. */
    private volatile Loop loop;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Pending> queue = new ArrayDeque<>();
    private long pendingBytes;
    /** The chunk that was refused for want of room and would fit an empty journal, unless one was taken since; else 0. */
    private volatile long refusedBytes;

    private long next;
    private boolean closed;
    /** After its batch the writer rests although there may be chunks, and is not to be woken for a few. */
    private boolean gathering;
    /** Null unless somebody waits for a new file. */
    private CompletableFuture<Long> rolling;
    /** Records below this number go into the file before. */
    private long rollFrom;

    private FileJournal(Path folder, JournalSettings settings, long nextAtLeast, Disk disk, MeterRegistry meters)
            throws IOException {
        Files.createDirectories(folder);
        this.folder = folder;
        this.disk = disk;
        this.settings = settings;
        this.quarantine = new Quarantine(folder.resolve(Quarantine.FOLDER), meters);
        JournalRecovery.Recovered recovered = new JournalRecovery(folder, quarantine, disk).recover();
        this.next = Math.max(recovered.next(), nextAtLeast);
        this.files = new JournalFiles(folder, disk, recovered.files());
        this.capacity = new JournalCapacity(settings, folder, disk);
        this.writer = new JournalWriter(files, fileBytes(settings), meters);
        writer.begin(next);
        this.refused = Counter.builder("tapedeck.journal.refused")
                .description("chunks refused because the journal or its disk is full")
                .register(meters);
        Gauge.builder("tapedeck.journal.bytes", files, JournalFiles::bytes)
                .description("bytes of journal files")
                .register(meters);
        Gauge.builder("tapedeck.journal.pending.bytes", this, FileJournal::pendingBytes)
                .description("bytes of chunks that wait for the disk")
                .register(meters);
    }

    /** The newest file is never deleted: it must leave room below the cap, or a full journal would stay full. */
    private static long fileBytes(JournalSettings settings) {
        return Math.min(settings.fileBytes(), Math.max(1, settings.bytesMax() / FILES_MIN));
    }

    /**
     * Opens the journal in a folder, which is made if absent and which the caller has to itself.
     *
     * @param nextAtLeast the next record's number is at least this: more than any number that was ever committed
     * @throws StoreException UNAVAILABLE if the disk does not work, UNSUPPORTED_VERSION
     */
    public static FileJournal open(Path folder, JournalSettings settings, long nextAtLeast, MeterRegistry meters) {
        return open(folder, settings, nextAtLeast, Disk.system(), meters, Loops.threads(meters));
    }

    static FileJournal open(
            Path folder, JournalSettings settings, long nextAtLeast, Disk disk, MeterRegistry meters, Loops loops) {
        try {
            FileJournal journal = new FileJournal(folder, settings, nextAtLeast, disk, meters);
            journal.loop = loops.begin("tapedeck-journal", journal::step);
            return journal;
        } catch (IOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "the journal cannot be opened", e);
        }
    }

    @Override
    public CompletableFuture<Long> append(Chunk chunk) {
        long bytes = chunk.lines().length() + CHUNK_OVERHEAD_BYTES;
        lock.lock();
        try {
            StoreException refusal = refusal(bytes);
            if (refusal != null) {
                refused.increment();
                return CompletableFuture.failedFuture(refusal);
            }
            Pending pending = new Pending(next, chunk, bytes, new CompletableFuture<>());
            next++;
            pendingBytes += bytes;
            refusedBytes = 0;
            queue.add(pending);
            if (!gathering || pendingBytes >= GATHERED_BYTES_MAX) {
                loop.wake();
            }
            return pending.done();
        } finally {
            lock.unlock();
        }
    }

    private StoreException refusal(long bytes) {
        if (closed) {
            return new StoreException(StoreErrorKind.UNAVAILABLE, "the journal is closed");
        }
        if (pendingBytes > 0 && pendingBytes + bytes > settings.pendingBytesMax()) {
            return new StoreException(StoreErrorKind.OVER_CAPACITY, "too many chunks wait for the journal's disk");
        }
        String reason = capacity.refusal(files.bytes() + pendingBytes, bytes);
        if (reason == null) {
            return null;
        }
        boolean everFits = capacity.refusal(0, bytes) == null;
        refusedBytes = everFits ? bytes : refusedBytes;
        return new StoreException(StoreErrorKind.OVER_CAPACITY, reason);
    }

    /** Writes one batch of what waits. */
    private long step() {
        List<Pending> batch = new ArrayList<>();
        boolean drained = take(batch);
        capacity.refresh();
        if (!batch.isEmpty()) {
            writer.write(batch);
            release(batch);
        }
        rollIfAsked();
        if (drained) {
            writer.release();
            return Loops.ENDED;
        }
        if (batch.isEmpty()) {
            return IDLE_WAIT_NANOS;
        }
        return batch.size() > 1 ? GATHERING_NANOS : 0;
    }

    @Override
    public CompletableFuture<Long> roll() {
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new StoreException(StoreErrorKind.UNAVAILABLE, "the journal is closed"));
            }
            if (rolling == null) {
                rolling = new CompletableFuture<>();
            }
            rollFrom = next;
            loop.wake();
            return rolling;
        } finally {
            lock.unlock();
        }
    }

    /** Once everything is written that was appended before somebody asked. */
    private void rollIfAsked() {
        CompletableFuture<Long> asked;
        long first;
        lock.lock();
        try {
            first = queue.isEmpty() ? next : queue.peek().number();
            if (rolling == null || first < rollFrom) {
                return;
            }
            asked = rolling;
            rolling = null;
        } finally {
            lock.unlock();
        }
        try {
            writer.roll(first);
            asked.complete(first);
        } catch (IOException | RuntimeException e) {
            asked.completeExceptionally(
                    new StoreException(StoreErrorKind.UNAVAILABLE, "the journal cannot begin another file", e));
        }
    }

    /** Fills the batch with what waits; returns whether the journal is closed and nothing will come any more. */
    private boolean take(List<Pending> batch) {
        lock.lock();
        try {
            long bytes = 0;
            while (!queue.isEmpty() && batch.size() < BATCH_RECORDS_MAX && bytes < BATCH_BYTES_MAX) {
                Pending pending = queue.remove();
                bytes += pending.bytes();
                batch.add(pending);
            }
            gathering = batch.size() > 1;
            return batch.isEmpty() && closed;
        } finally {
            lock.unlock();
        }
    }

    private void release(List<Pending> batch) {
        lock.lock();
        try {
            for (Pending pending : batch) {
                pendingBytes -= pending.bytes();
            }
        } finally {
            lock.unlock();
        }
    }

    private long pendingBytes() {
        lock.lock();
        try {
            return pendingBytes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public JournalCursor read(long from) {
        return new FileJournalCursor(files, quarantine, from);
    }

    @Override
    public long next() {
        lock.lock();
        try {
            return next;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void trim(long number) {
        try {
            files.trim(number);
        } catch (IOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "journal files cannot be deleted", e);
        }
    }

    @Override
    public int purge(long before, Collection<String> names) {
        try {
            return quarantine.purge(before, names);
        } catch (IOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "what was set aside cannot be deleted", e);
        }
    }

    @Override
    public long first() {
        return files.first();
    }

    @Override
    public long bytes() {
        return files.bytes();
    }

    @Override
    public void check() {
        String reason = capacity.refusal(files.bytes(), refusedBytes);
        if (reason != null) {
            throw new StoreException(StoreErrorKind.OVER_CAPACITY, reason);
        }
        Path probe = folder.resolve("probe");
        try (FileChannel channel = disk.create(probe)) {
            channel.write(JournalFormat.header(0));
            channel.force(false);
        } catch (IOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "the journal's disk cannot be written", e);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        loop.wake();
        loop.join();
    }
}
