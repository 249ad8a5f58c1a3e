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
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.SegmentWriter.Segment;
import io.tapedeck.store.flush.SegmentUpload.SupersededException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    private final FlushPolicy policy;
    private final Journal journal;
    private final ObjectStore objectStore;
    private final Catalog catalog;
    private final NodeStart node;
    private final Consumer<JournalRecord> onReadBack;
    private final Clock clock;
    private final SegmentKeys keys;
    private final BlockWriter blocks = new BlockWriter(BlockWriter.DEFAULT_LEVEL);
    private final FlushMeters meters;
    private final ExecutorService workers;
    private final Thread feeder;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final CommittedNumbers committed;
    private final TreeMap<Long, Waiter> waiters = new TreeMap<>();
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

    private final Object trimming = new Object();
    private long forgottenBelow;

    /** Somebody who wants to know that a chunk is committed. */
    private record Waiter(SessionKey session, CompletableFuture<Void> done) {}

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
        this.objectStore = objectStore;
        this.catalog = catalog;
        this.node = node;
        this.onReadBack = onReadBack;
        this.clock = clock;
        this.keys = new SegmentKeys(node, objectStoreId);
        this.position = journal.first();
        this.coveredTo = position;
        this.lastAppended = journal.next() - 1;
        this.committed = new CommittedNumbers(position, progress);
        this.meters = new FlushMeters(registry, this);
        AtomicInteger threads = new AtomicInteger();
        this.workers = Executors.newFixedThreadPool(policy.uploadsMax(), work -> {
            Thread thread = new Thread(work, "tapedeck-flush-" + threads.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
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
            if (number == position && hasRoom(OpenSegment.bytes(chunk))) {
                enter(number, chunk);
            } else {
                behind = true;
                behindSinceNanos = System.nanoTime();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells when a chunk that is in the journal is committed; fails with ERASED if its session was erased meanwhile, with
     * UNAVAILABLE if this process ends before (the chunk is kept all the same).
     */
    public CompletableFuture<Void> committed(long number, SessionKey session) {
        lock.lock();
        try {
            if (committed.contains(number)) {
                return CompletableFuture.completedFuture(null);
            }
            if (stopped || superseded) {
                return CompletableFuture.failedFuture(stoppedFailure());
            }
            return waiters.computeIfAbsent(number, n -> new Waiter(session, new CompletableFuture<>()))
                    .done();
        } finally {
            lock.unlock();
        }
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
        return committedBelow() > lastAppended();
    }

    private void stop() {
        List<Waiter> left;
        lock.lock();
        try {
            stopped = true;
            left = new ArrayList<>(waiters.values());
            waiters.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        workers.shutdownNow();
        left.forEach(waiter -> waiter.done().completeExceptionally(stoppedFailure()));
        try {
            feeder.join();
            workers.awaitTermination(10, TimeUnit.SECONDS);
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
        Backoff backoff = new Backoff(policy.retryMinMs(), policy.retryMaxMs());
        while (true) {
            try (JournalCursor cursor = journal.read(position())) {
                while (!isCaughtUp()) {
                    long target = lastAppended();
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
            } catch (StoreException e) {
                LOG.error("the journal cannot be read from number {} on; trying again", position(), e);
                if (!pause(backoff.pauseMs())) {
                    return;
                }
            }
        }
    }

    private boolean isCaughtUp() {
        lock.lock();
        try {
            if (position > lastAppended) {
                behind = false;
                changed.signalAll();
            }
            return !behind || stopped;
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
            if (record.number() < position || committed.contains(record.number())) {
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
        if (open != null && committed.intersects(open.journalTo(), number)) {
            seal();
        }
        if (open == null) {
            open = new OpenSegment(committed.endBefore(number, coveredTo), System.nanoTime());
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
        workers.execute(() -> upload(sealed));
    }

    /** A worker: brings one segment into the catalog, trying again for as long as this process lives. */
    private void upload(OpenSegment sealed) {
        Backoff backoff = new Backoff(policy.retryMinMs(), policy.retryMaxMs());
        SegmentUpload upload = null;
        while (true) {
            try {
                if (upload == null) {
                    upload = compress(sealed);
                }
                Collection<SessionKey> leftOut = upload.attempt();
                done(sealed, upload.bytes(), leftOut);
                trim();
                ended();
                return;
            } catch (SupersededException e) {
                supersede();
                return;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                meters.retried.increment();
                LOG.warn("a segment of {} chunks cannot be stored yet; trying again", sealed.chunks(), e);
                if (!pause(backoff.pauseMs())) {
                    return;
                }
            }
        }
    }

    private SegmentUpload compress(OpenSegment sealed) {
        long rawBytes = sealed.bytes();
        Segment segment = sealed.encode(blocks, node.node(), node.epoch());
        lock.lock();
        try {
            heldBytes += segment.bytes().remaining() - rawBytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return new SegmentUpload(catalog, objectStore, keys, node, clock, segment);
    }

    private void done(OpenSegment sealed, int segmentBytes, Collection<SessionKey> leftOut) {
        List<Waiter> told;
        lock.lock();
        try {
            committed.add(sealed.journalFrom(), sealed.journalTo());
            heldBytes -= segmentBytes;
            sealedSinceNanos.remove(sealed.journalFrom());
            SortedMap<Long, Waiter> covered = waiters.subMap(sealed.journalFrom(), sealed.journalTo());
            told = List.copyOf(covered.values());
            covered.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        meters.flushed.increment();
        meters.bytes.record(segmentBytes);
        for (Waiter waiter : told) {
            if (leftOut.contains(waiter.session())) {
                waiter.done()
                        .completeExceptionally(
                                new StoreException(StoreErrorKind.ERASED, "the session was erased or has expired"));
            } else {
                waiter.done().complete(null);
            }
        }
    }

    private void ended() {
        lock.lock();
        try {
            uploading--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Deletes what is committed from the journal; where that fails, the next segment's commit does it. */
    private void trim() {
        synchronized (trimming) {
            try {
                journal.trim(committedBelow());
                long first = journal.first();
                if (first > forgottenBelow) {
                    catalog.forgetJournalBelow(node.node(), first);
                    forgottenBelow = first;
                }
            } catch (StoreException e) {
                LOG.warn("the journal is trimmed later", e);
            }
        }
    }

    private void supersede() {
        List<Waiter> left;
        lock.lock();
        try {
            superseded = true;
            left = List.copyOf(waiters.values());
            waiters.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        LOG.error("another process has become node {}: this one stores nothing any more", node.node());
        left.forEach(waiter -> waiter.done().completeExceptionally(stoppedFailure()));
    }

    private static StoreException stoppedFailure() {
        return new StoreException(StoreErrorKind.UNAVAILABLE, "this process does not store chunks any more");
    }

    /** Waits; returns false if this process is ending. */
    private boolean pause(long pauseMs) {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(pauseMs);
            while (left > 0 && !stopped && !superseded) {
                left = changed.awaitNanos(left);
            }
            return !stopped && !superseded;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** All numbers below this one are committed. */
    public long committedBelow() {
        lock.lock();
        try {
            return committed.low();
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
