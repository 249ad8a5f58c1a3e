package io.tapedeck.store.flush;

import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.JournalProgress;
import io.tapedeck.store.Catalog.NodeStart;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Journal;
import io.tapedeck.store.Journal.JournalCursor;
import io.tapedeck.store.Journal.JournalRecord;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.SessionKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is in the journal into committed segments.
 *
 * <p><b>The order of the steps</b>, and what a crash after each leaves behind:
 *
 * <pre>
 *   journal.append ──► ack ──► gather ──► seal ──► compress ──► catalog.intend ──► objectStore.put ──► catalog.commitSegment ──► journal.trim
 *        │                                                           │                  │                      │                     │
 *        └ the records are read again at the next start, for their   │                  │                      └ one transaction     └ records
 *          numbers are not in the catalog's progress                 │                  │                        makes the blocks      are gone
 *                                                                    │                  └ an object nobody       visible and the
 *                                                                    └ an intent        refers to                numbers done
 * </pre>
 *
 * Nothing is lost: a record is trimmed only after the transaction that holds its number. Nothing is duplicated: the same
 * transaction makes the chunks visible and their numbers done, so a record is read again exactly if it is not visible; and
 * a commit whose outcome is unknown is repeated under the same key, which changes nothing if it took effect. Intents
 * and objects without a commit are doomed by upkeep once their writer must be gone. A process that was superseded cannot
 * commit, for its epoch is no longer the node's; its journal is its successor's.
 *
 * <p><b>One feed.</b> Chunks enter segments in the order of their numbers, and {@code position} is the next number to
 * enter. Normally a chunk enters right after its append. Where that is impossible (there is no room in memory, an append
 * failed or told us late, or this is the start and the journal holds records of the process before) the flusher is
 * <i>behind</i>: one thread reads from {@code position} on out of the journal until it has caught up. Falling behind costs
 * no memory, and recovery is nothing but starting behind. A segment covers a contiguous range of numbers, those of
 * refused or unreadable records included, and never one that is committed.
 *
 * <p>Thread-safe. Its threads: {@code tapedeck-flush}, which seals and catches up, and {@code tapedeck-flush-N}, which
 * compress and upload.
 */
public final class SegmentFlusher {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFlusher.class);
    /** Chunks that waited no longer than this are as visible as was promised. */
    private static final long VISIBLE_WITHIN_MS = 5_000;

    private static final long NONE = -1;

    private final FlushPolicy policy;
    private final Journal journal;
    private final Consumer<JournalRecord> onReadBack;
    private final CommitLedger ledger;
    private final FlushMeters meters;
    private final SegmentUploads uploads;
    private final String node;
    private final Thread feeder;
    private final CountDownLatch ended = new CountDownLatch(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** When each sealed segment that is not committed was opened, by its first number. */
    private final Map<Long, Long> sealedSinceNanos = new HashMap<>();

    private OpenSegment open;
    private long position;
    private long coveredTo;
    private long lastAppended;
    private boolean behind = true;
    private long behindSinceNanos = System.nanoTime();
    private long heldBytes;
    private int uploading;
    private boolean closing;
    private boolean stopped;
    private boolean superseded;

    /**
     * @param progress what of the journal is committed
     * @param onReadBack told of every record that is read out of the journal, on the flusher's thread
     */
    public SegmentFlusher(
            FlushPolicy policy,
            Journal journal,
            ObjectStore objectStore,
            String objectStoreId,
            Catalog catalog,
            NodeStart node,
            JournalProgress progress,
            Consumer<JournalRecord> onReadBack,
            MeterRegistry registry,
            Clock clock) {
        this.policy = policy;
        this.journal = journal;
        this.onReadBack = onReadBack;
        this.node = node.node();
        this.position = journal.first();
        this.coveredTo = position;
        this.lastAppended = journal.next() - 1;
        this.ledger = new CommitLedger(journal, catalog, node.node(), progress);
        this.meters = new FlushMeters(registry, this);
        this.uploads = new SegmentUploads(
                policy, objectStore, objectStoreId, catalog, node, clock, meters, new UploadListener());
        this.feeder = new Thread(this::feed, "tapedeck-flush");
        feeder.setDaemon(true);
    }

    /** Starts its threads; what the journal holds is flushed first. */
    public void start() {
        feeder.start();
    }

    /** Tells that a chunk is in the journal. In any order; short. */
    public void appended(long number, Chunk chunk) {
        lock.lock();
        try {
            lastAppended = Math.max(lastAppended, number);
            if (behind || number < position || stopped || superseded) {
                return;
            }
            boolean feederSleeps = open == null;
            if (number == position && hasRoom(OpenSegment.bytes(chunk))) {
                enter(number, chunk);
            } else {
                behind = true;
                behindSinceNanos = System.nanoTime();
            }
            if (feederSleeps || behind) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells when a chunk that is in the journal is committed; fails with ERASED if its session was erased meanwhile, with
     * UNAVAILABLE if this process ends before (the chunk is kept all the same).
     */
    public CompletableFuture<Void> committed(long number, SessionKey session) {
        return ledger.await(number, session);
    }

    /** How long the oldest chunk waits that readers cannot see yet; 0 if no longer than promised. */
    public long behindMs() {
        long lagMs = lagMs();
        return lagMs <= VISIBLE_WITHIN_MS ? 0 : lagMs;
    }

    /** Whether another process has become this node, so that nothing can be stored here any more. */
    public boolean isSuperseded() {
        lock.lock();
        try {
            return superseded;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Seals and uploads what is in memory, waiting for that at most {@code wait}, and ends. The rest stays in the journal.
     *
     * @return whether everything that was in the journal is committed
     */
    public boolean close(Duration wait) {
        long deadline = System.nanoTime() + wait.toNanos();
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
            while (!superseded && (uploading > 0 || open != null || (behind && feeder.isAlive()))) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        stop();
        return ledger.low() > lastAppended();
    }

    private void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        ended.countDown();
        uploads.close();
        ledger.end();
        try {
            feeder.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The feeder thread: seals segments that are due, and catches up while behind. */
    private void feed() {
        while (true) {
            boolean catchUp;
            lock.lock();
            try {
                catchUp = awaitWork();
                if (stopped || superseded) {
                    return;
                }
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts the flusher's thread", e);
            } finally {
                lock.unlock();
            }
            if (catchUp) {
                catchUp();
            }
        }
    }

    /** Seals when due; returns true when behind, else once there is nothing more to do for now. */
    private boolean awaitWork() throws InterruptedException {
        while (!stopped && !superseded && !behind) {
            long now = System.nanoTime();
            long ageMs = open == null ? 0 : TimeUnit.NANOSECONDS.toMillis(now - open.openedAtNanos());
            if (open != null && (closing || policy.isDue(ageMs))) {
                seal();
            } else if (open != null) {
                changed.awaitNanos(TimeUnit.MILLISECONDS.toNanos(policy.sealAgeMs() - ageMs));
            } else {
                changed.await();
            }
        }
        return behind;
    }

    /** Reads records out of the journal until none is left that was appended. */
    private void catchUp() {
        Backoff backoff = new Backoff(policy, ended);
        while (true) {
            try (JournalCursor cursor = journal.read(position())) {
                for (long target = target(); target != NONE; target = target()) {
                    JournalRecord record = cursor.next();
                    if (record == null) {
                        passOverTo(target);
                    } else {
                        onReadBack.accept(record);
                        if (!enterWhenThereIsRoom(record)) {
                            return;
                        }
                    }
                }
                return;
            } catch (RuntimeException | Error e) {
                LOG.error("the journal cannot be read from number {} on; trying again", position(), e);
                if (!backoff.pause()) {
                    return;
                }
            }
        }
    }

    /** Up to which number there is something to be read; NONE once the flusher is no longer behind. */
    private long target() {
        lock.lock();
        try {
            if (position > lastAppended) {
                behind = false;
                changed.signalAll();
            }
            return behind && !stopped ? lastAppended : NONE;
        } finally {
            lock.unlock();
        }
    }

    /** No record up to {@code target} is left to be read: refused, unreadable, or trimmed by the process before. */
    private void passOverTo(long target) {
        lock.lock();
        try {
            position = Math.max(position, target + 1);
        } finally {
            lock.unlock();
        }
    }

    private boolean enterWhenThereIsRoom(JournalRecord record) {
        lock.lock();
        try {
            if (record.number() < position || ledger.contains(record.number())) {
                return true;
            }
            while (!hasRoom(OpenSegment.bytes(record.chunk())) && !stopped && !superseded) {
                if (open != null) {
                    seal();
                }
                changed.await();
            }
            if (stopped || superseded) {
                return false;
            }
            enter(record.number(), record.chunk());
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts the flusher's thread", e);
        } finally {
            lock.unlock();
        }
    }

    /** One chunk always has room, however large, so that the flusher goes on. */
    private boolean hasRoom(long bytes) {
        return heldBytes == 0 || heldBytes + bytes <= policy.memoryBytesMax();
    }

    private void enter(long number, Chunk chunk) {
        if (open != null && ledger.intersects(open.journalTo(), number)) {
            seal();
        }
        if (open == null) {
            open = new OpenSegment(ledger.endBefore(number, coveredTo), System.nanoTime());
        }
        long before = open.bytes();
        open.add(number, chunk);
        heldBytes += open.bytes() - before;
        position = number + 1;
        if (policy.isFull(open.bytes())) {
            seal();
        }
    }

    private void seal() {
        OpenSegment sealed = open;
        open = null;
        coveredTo = sealed.journalTo();
        uploading++;
        sealedSinceNanos.put(sealed.journalFrom(), sealed.openedAtNanos());
        meters.sealed.increment();
        uploads.submit(sealed);
    }

    private final class UploadListener implements SegmentUploads.Listener {
        @Override
        public void compressed(OpenSegment segment, long bytes) {
            hold(bytes - segment.bytes());
        }

        @Override
        public void committed(OpenSegment segment, long bytes, Collection<SessionKey> leftOut) {
            hold(-bytes);
            ledger.commit(segment.journalFrom(), segment.journalTo(), leftOut);
            ledger.trim();
            uploaded(segment);
        }

        @Override
        public void superseded() {
            lock.lock();
            try {
                superseded = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            LOG.error("another process has become node {}: this one stores nothing any more", node);
            ledger.end();
        }
    }

    private void hold(long moreBytes) {
        lock.lock();
        try {
            heldBytes += moreBytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void uploaded(OpenSegment segment) {
        lock.lock();
        try {
            uploading--;
            sealedSinceNanos.remove(segment.journalFrom());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of open and sealed segments in memory. */
    long heldBytes() {
        lock.lock();
        try {
            return heldBytes;
        } finally {
            lock.unlock();
        }
    }

    /** How long the oldest chunk waits that is not committed. */
    long lagMs() {
        lock.lock();
        try {
            long since = System.nanoTime();
            for (long sealedSince : sealedSinceNanos.values()) {
                since = Math.min(since, sealedSince);
            }
            if (open != null) {
                since = Math.min(since, open.openedAtNanos());
            }
            if (behind) {
                since = Math.min(since, behindSinceNanos);
            }
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        } finally {
            lock.unlock();
        }
    }

    private long position() {
        lock.lock();
        try {
            return position;
        } finally {
            lock.unlock();
        }
    }

    private long lastAppended() {
        lock.lock();
        try {
            return lastAppended;
        } finally {
            lock.unlock();
        }
    }
}
