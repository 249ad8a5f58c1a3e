package io.tapedeck.store.flush;

import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.JournalProgress;
import io.tapedeck.store.Catalog.NodeStart;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Journal;
import io.tapedeck.store.Journal.JournalRecord;
import io.tapedeck.store.Loops;
import io.tapedeck.store.Loops.Loop;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WorkTracer;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
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
 * <p><b>One feed.</b> Chunks enter segments in the order of their numbers, and {@link Gathering#position} is the next number
 * to enter. Normally a chunk enters right after its append. Where that is impossible (there is no room in memory, an append
 * failed or told us late, or this is the start and the journal holds records of the process before) the flusher is
 * <i>behind</i>: one loop reads from there on out of the journal until it has caught up. Falling behind costs
 * no memory, and recovery is nothing but starting behind. A segment covers a contiguous range of numbers, those of
 * refused or unreadable records included, and never one that is committed.
 *
 * <p>Thread-safe. Its loops: {@code tapedeck-flush}, which seals and catches up, and {@code tapedeck-flush-N}, which
 * compress and upload.
 */
public final class SegmentFlusher {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFlusher.class);
    /** Chunks that waited no longer than this are as visible as was promised. */
    private static final long VISIBLE_WITHIN_MS = 5_000;

    private static final long NONE = -1;
    private static final int LEFT_OUT_MAX = 10_000;
    /** Read back in one step, so that a step is short. */
    private static final int RECORDS_A_STEP = 64;

    private final ReadBack readBack;
    private final Backoff readBackoff;
    private final CommitLedger ledger;
    private final FlushMeters meters;
    private final SegmentUploads uploads;
    private final String node;
    private final Loops loops;
    /** Null until {@link #start}. */
    private Loop feeder;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final FlushLag lag = new FlushLag();
    /** What does not fit is only learnt later. */
    private final Queue<SessionKey> leftOut = new ArrayBlockingQueue<>(LEFT_OUT_MAX);

    private final Gathering gathering;
    private long lastAppended;
    private boolean behind = true;
    private boolean closing;
    private boolean stopped;
    private boolean superseded;

    /**
     * @param progress what of the journal is committed
     * @param onReadBack told of every record that is read out of the journal, within the flusher's loop
     * @param loops what the flusher works in
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
            WorkTracer tracer,
            MeterRegistry registry,
            Clock clock,
            Loops loops) {
        this.readBack = new ReadBack(journal, onReadBack);
        this.readBackoff = new Backoff(policy);
        this.loops = loops;
        lag.fellBehind(loops.nanoTime());
        this.node = node.node();
        this.lastAppended = journal.next() - 1;
        this.ledger = new CommitLedger(journal, catalog, node.node(), progress);
        this.gathering = new Gathering(policy, ledger, loops::nanoTime, journal.first(), this::upload);
        this.meters = new FlushMeters(registry, this);
        this.uploads = new SegmentUploads(
                policy, objectStore, objectStoreId, catalog, node, clock, tracer, meters, new UploadListener());
    }

    /** Starts its loops; what the journal holds is flushed first. */
    public void start() {
        lock.lock(); // nobody looks for the feeder before it is there
        try {
            uploads.start(loops);
            feeder = loops.begin("tapedeck-flush", this::step);
        } finally {
            lock.unlock();
        }
    }

    /** Tells that a chunk is in the journal. In any order; short. */
    public void appended(long number, Chunk chunk) {
        lock.lock();
        try {
            lastAppended = Math.max(lastAppended, number);
            if (behind || number < gathering.position() || stopped || superseded) {
                return;
            }
            boolean feederSleeps = gathering.open() == null;
            if (number == gathering.position() && gathering.hasRoomFor(chunk)) {
                gathering.enter(number, chunk);
            } else {
                fallBehind();
            }
            if (feederSleeps || behind) {
                feeder.wake();
            }
        } finally {
            lock.unlock();
        }
    }

    private void fallBehind() {
        if (!behind) {
            behind = true;
            lag.fellBehind(loops.nanoTime());
        }
    }

    /**
     * Tells when a chunk that is in the journal is committed; fails with ERASED if its session was erased meanwhile, with
     * UNAVAILABLE if this process ends before (the chunk is kept all the same).
     */
    public CompletableFuture<Void> committed(long number, SessionKey session) {
        return ledger.await(number, session);
    }

    /**
     * Whether every chunk below {@code number} is committed, all of which are in the journal. Those of which {@link #appended}
     * has not told yet are read from there from now on: who tells may be a moment late.
     */
    public boolean isCommittedBelow(long number) {
        lock.lock();
        try {
            if (gathering.position() < number) {
                lastAppended = Math.max(lastAppended, number - 1);
                fallBehind();
                feeder.wake();
                return false;
            }
            OpenSegment open = gathering.open();
            return (open == null || open.journalFrom() >= number) && lag.isCommittedBelow(number);
        } finally {
            lock.unlock();
        }
    }

    /** Deletes from the journal what is below {@code number}, of which {@link #isCommittedBelow} is true. Blocks. */
    public void trim(long number) {
        ledger.trim(number);
    }

    /** Sessions that commits left out since this was asked last, as they are gone: the journal held chunks of them. */
    public Set<SessionKey> takeLeftOut() {
        Set<SessionKey> taken = new HashSet<>();
        for (SessionKey session = leftOut.poll(); session != null; session = leftOut.poll()) {
            taken.add(session);
        }
        return taken;
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
            feeder.wake();
            while (!superseded && (lag.uploading() > 0 || gathering.open() != null || behind)) {
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
        } finally {
            lock.unlock();
        }
        uploads.close();
        ledger.end();
        feeder.wake();
        feeder.join();
    }

    /** The feeder's step: seals what is due, or catches up while behind. */
    private long step() {
        lock.lock();
        try {
            if (stopped || superseded) {
                readBack.reset();
                return Loops.ENDED;
            }
            if (!behind) {
                return gathering.sealIfDue(closing);
            }
        } finally {
            lock.unlock();
        }
        return catchUp();
    }

    /** Reads records out of the journal until there is no room, or none is left that was appended. */
    private long catchUp() {
        try {
            for (int i = 0; i < RECORDS_A_STEP; i++) {
                long target = target();
                if (target == NONE) {
                    readBack.reset();
                    break;
                }
                JournalRecord record = readBack.next(position());
                if (record == null) {
                    passOverTo(target);
                } else if (enterIfThereIsRoom(record)) {
                    readBack.taken();
                } else {
                    return Loops.UNTIL_WOKEN;
                }
            }
            readBackoff.reset();
            return 0;
        } catch (RuntimeException | Error e) {
            LOG.error("the journal cannot be read from number {} on; trying again", position(), e);
            readBack.reset();
            return readBackoff.nextNanos();
        }
    }

    /** Up to which number there is something to be read; NONE once the flusher is no longer behind. */
    private long target() {
        lock.lock();
        try {
            if (gathering.position() > lastAppended) {
                behind = false;
                lag.caughtUp();
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
            gathering.passOverTo(target);
        } finally {
            lock.unlock();
        }
    }

    /** Seals what is in memory where the record finds no room: the loop is woken once there is. */
    private boolean enterIfThereIsRoom(JournalRecord record) {
        lock.lock();
        try {
            if (record.number() < gathering.position() || ledger.contains(record.number())) {
                meters.readBackKnown.increment();
                return true;
            }
            if (!gathering.hasRoomFor(record.chunk())) {
                gathering.seal();
                return false;
            }
            gathering.enter(record.number(), record.chunk());
            meters.readBack.increment();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Called by {@link #gathering}, under the lock. */
    private void upload(OpenSegment sealed) {
        lag.sealed(sealed);
        meters.sealed.increment();
        uploads.submit(sealed);
    }

    private final class UploadListener implements SegmentUploads.Listener {
        @Override
        public void compressed(OpenSegment segment, long bytes) {
            hold(bytes - segment.bytes());
        }

        @Override
        public void committed(OpenSegment segment, long bytes, Collection<SessionKey> sessions) {
            hold(-bytes);
            sessions.forEach(SegmentFlusher.this.leftOut::offer);
            meters.leftOut.increment(sessions.size());
            ledger.commit(segment.journalFrom(), segment.journalTo(), sessions);
            try {
                ledger.trim();
            } finally {
                uploaded(segment);
            }
        }

        @Override
        public void superseded() {
            lock.lock();
            try {
                superseded = true;
                changed.signalAll();
                feeder.wake();
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
            gathering.hold(moreBytes);
            feeder.wake();
        } finally {
            lock.unlock();
        }
    }

    private void uploaded(OpenSegment segment) {
        lock.lock();
        try {
            lag.committed(segment);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of open and sealed segments in memory. */
    long heldBytes() {
        lock.lock();
        try {
            return gathering.heldBytes();
        } finally {
            lock.unlock();
        }
    }

    /** How long the oldest chunk waits that is not committed. */
    long lagMs() {
        lock.lock();
        try {
            return lag.lagMs(gathering.open(), loops.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private long position() {
        lock.lock();
        try {
            return gathering.position();
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
