package io.tapedeck.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.ErasureCatalog.ErasedSince;
import io.tapedeck.store.flush.SegmentFlusher;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears a node's journal of what was erased, and tells the catalog. One loop; steps one at a time.
 *
 * <pre>
 *   an erasure is new, or a commit left a session out
 *     learn      no chunk of it is let in any more
 *     roll       what was let in before is in older files than what comes
 *     wait       until all of that is committed (and what is erased of it left out)
 *     trim       the older files are gone
 *     purge      and so are unreadable pieces that name it
 *     pass       the catalog knows that this node holds nothing of it
 * </pre>
 *
 * It asks every two seconds, and says every ten seconds that the node runs. While the catalog is away nothing of this
 * happens, and no erasure becomes final. A crash between two steps makes the next process do them all again.
 */
final class JournalErasure implements Loops.Step {
    private static final Logger LOG = LoggerFactory.getLogger(JournalErasure.class);
    private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SEEN_MS = 10_000;
    /** Unreadable pieces of journal files are kept for so long, for people to look at. */
    private static final long SET_ASIDE_MS = TimeUnit.DAYS.toMillis(7);

    private static final long PURGE_MS = TimeUnit.MINUTES.toMillis(10);
    /** More are not listed: everything is forgotten or deleted then. */
    private static final int ERASED_MAX = 10_000;
    /** Pieces are not searched for more names than this: all of them are deleted then. */
    private static final int NAMES_MAX = 100;

    private final ErasureCatalog erasures;
    private final String node;
    private final Journal journal;
    private final SegmentFlusher flusher;
    private final ErasedSessions erased;
    private final Clock clock;
    private final Counter cleared;

    /** Chunks of erasures up to this one are not let in. */
    private long learnt;

    private boolean begun;
    private long passed;
    /** Whether files may hold what was erased although no erasure is new: a process before may have left such. */
    private boolean dirty = true;

    private long seenAt;
    private long purgedAt;
    /** What the unreadable pieces must not name; null: anything. */
    private Collection<String> names = new ArrayList<>();
    /** Read by others. */
    private volatile boolean isClear;
    /** Null while there is nothing to be cleared. */
    private Clearing clearing;

    /** @param upTo the newest erasure at its beginning */
    private record Clearing(long upTo, CompletableFuture<Long> rolled) {}

    JournalErasure(
            ErasureCatalog erasures,
            String node,
            Journal journal,
            SegmentFlusher flusher,
            ErasedSessions erased,
            MeterRegistry meters,
            Clock clock) {
        this.erasures = erasures;
        this.node = node;
        this.journal = journal;
        this.flusher = flusher;
        this.erased = erased;
        this.clock = clock;
        this.cleared = Counter.builder("tapedeck.erasure.journal.cleared")
                .description("times that the journal was cleared of what was erased")
                .register(meters);
    }

    @Override
    public long run() {
        if (flusher.isSuperseded()) {
            return Loops.ENDED;
        }
        try {
            begin();
            learn();
            clear();
            isClear = clearing == null && !dirty && learnt <= passed;
            beSeen();
            purgeOld();
        } catch (StoreException e) {
            LOG.debug("the journal is cleared of what was erased later", e);
            return ASK_NANOS;
        } catch (RuntimeException e) {
            LOG.error("the journal cannot be cleared of what was erased", e);
            return ASK_NANOS;
        }
        return clearing == null ? ASK_NANOS : WAIT_NANOS;
    }

    /**
     * Whether everything that the journal held when this was last looked at is committed and trimmed, and the catalog knows
     * that the node has passed every erasure.
     */
    boolean isClear() {
        return isClear;
    }

    /** The process before may have passed some erasures, and may have left files behind that hold what was erased. */
    private void begin() {
        if (!begun) {
            passed = erasures.nodes().stream()
                    .filter(one -> one.node().equals(node))
                    .mapToLong(ErasureCatalog.NodePassed::passed)
                    .findFirst()
                    .orElse(0);
            learnt = passed;
            begun = true;
        }
    }

    private void learn() {
        Set<SessionKey> leftOut = flusher.takeLeftOut();
        if (!leftOut.isEmpty()) {
            erased.learn(new ErasedSince(leftOut, List.of(), List.of(), true));
            dirty = true;
        }
        long newest = erasures.newest();
        if (newest <= learnt) {
            return;
        }
        ErasedSince since = erasures.erasedSince(learnt, ERASED_MAX);
        erased.learn(since);
        remember(since);
        learnt = newest;
    }

    private void remember(ErasedSince since) {
        List<String> more = new ArrayList<>();
        since.sessions().forEach(session -> more.add(session.session()));
        since.users().forEach(user -> more.add(user.user()));
        more.addAll(since.projects());
        if (names != null) {
            names.addAll(more);
        }
        if (!since.complete() || (names != null && names.size() > NAMES_MAX)) {
            names = null;
        }
    }

    private void clear() {
        if (clearing == null && (learnt > passed || dirty)) {
            dirty = false;
            clearing = new Clearing(learnt, journal.roll());
        }
        if (clearing == null || !clearing.rolled().isDone()) {
            return;
        }
        if (clearing.rolled().isCompletedExceptionally()) {
            clearing = null;
            dirty = true;
            return;
        }
        long first = clearing.rolled().join();
        if (flusher.isCommittedBelow(first)) {
            flusher.trim(first);
            journal.purge(0, names);
            pass(clearing.upTo());
            cleared.increment();
            names = new ArrayList<>();
            clearing = null;
        }
    }

    private void beSeen() {
        if (clock.millis() - seenAt >= SEEN_MS) {
            pass(passed);
        }
    }

    private void pass(long number) {
        long now = clock.millis();
        erasures.pass(node, number, now);
        passed = Math.max(passed, number);
        seenAt = now;
    }

    private void purgeOld() {
        long now = clock.millis();
        if (now - purgedAt >= PURGE_MS) {
            journal.purge(now - SET_ASIDE_MS, List.of());
            purgedAt = now;
        }
    }
}
