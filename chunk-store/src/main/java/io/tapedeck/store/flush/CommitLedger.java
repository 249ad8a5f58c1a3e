package io.tapedeck.store.flush;

import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.JournalProgress;
import io.tapedeck.store.Journal;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps account of what of the journal is committed: tells those who wait for it, and lets the journal and the catalog
 * forget it. Thread-safe.
 */
final class CommitLedger {
    private static final Logger LOG = LoggerFactory.getLogger(CommitLedger.class);

    private final Journal journal;
    private final Catalog catalog;
    private final String node;
    private final CommittedNumbers committed;
    private final TreeMap<Long, Waiter> waiters = new TreeMap<>();
    private boolean ended;

    private final Object trimming = new Object();
    private long forgottenBelow;

    /** Somebody who wants to know that a chunk is committed. */
    private record Waiter(SessionKey session, CompletableFuture<Void> done) {}

    CommitLedger(Journal journal, Catalog catalog, String node, JournalProgress progress) {
        this.journal = journal;
        this.catalog = catalog;
        this.node = node;
        this.committed = new CommittedNumbers(journal.first(), progress);
    }

    /** Completes once the number is committed; fails with ERASED if the commit left the session out. */
    CompletableFuture<Void> await(long number, SessionKey session) {
        synchronized (this) {
            if (committed.contains(number)) {
                return CompletableFuture.completedFuture(null);
            }
            if (!ended) {
                return waiters.computeIfAbsent(number, n -> new Waiter(session, new CompletableFuture<>()))
                        .done();
            }
        }
        return CompletableFuture.failedFuture(endedFailure());
    }

    /** The numbers {@code [from, to)} are committed, without the sessions {@code leftOut}. */
    void commit(long from, long to, Collection<SessionKey> leftOut) {
        List<Waiter> told;
        synchronized (this) {
            committed.add(from, to);
            SortedMap<Long, Waiter> covered = waiters.subMap(from, to);
            told = List.copyOf(covered.values());
            covered.clear();
        }
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

    /** Nothing will be committed any more: whoever still waits is told UNAVAILABLE. */
    void end() {
        List<Waiter> left;
        synchronized (this) {
            ended = true;
            left = List.copyOf(waiters.values());
            waiters.clear();
        }
        left.forEach(waiter -> waiter.done().completeExceptionally(endedFailure()));
    }

    private static StoreException endedFailure() {
        return new StoreException(StoreErrorKind.UNAVAILABLE, "this process does not store chunks any more");
    }

    /** Deletes what is committed from the journal; where that fails, the next segment's commit does it. Blocks. */
    void trim() {
        try {
            trim(low());
        } catch (StoreException e) {
            LOG.warn("the journal is trimmed later", e);
        }
    }

    /** Deletes what is below {@code number} from the journal, all of which is committed or was refused. Blocks. */
    void trim(long number) {
        synchronized (trimming) {
            journal.trim(number);
            long first = journal.first();
            if (first > forgottenBelow) {
                catalog.forgetJournalBelow(node, first);
                forgottenBelow = first;
            }
        }
    }

    /** All numbers below this one are committed. */
    synchronized long low() {
        return committed.low();
    }

    synchronized boolean contains(long number) {
        return committed.contains(number);
    }

    /** Whether any number in {@code [from, to)} is committed. */
    synchronized boolean intersects(long from, long to) {
        return committed.intersects(from, to);
    }

    /** The end of the last committed range that begins below {@code number}; {@code atLeast} if that is greater. */
    synchronized long endBefore(long number, long atLeast) {
        return committed.endBefore(number, atLeast);
    }
}
