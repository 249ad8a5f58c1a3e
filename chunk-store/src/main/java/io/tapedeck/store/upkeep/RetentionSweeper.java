package io.tapedeck.store.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.Calls;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.RetentionCatalog;
import io.tapedeck.store.RetentionCatalog.Expired;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.object.WrappedKeyRing;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes out sessions that are kept no longer. A round, of which each step goes in batches of one transaction each:
 *
 * <pre>
 *   review     where a policy changed, the index learns when each session expires
 *   expire     sessions that the index takes to be over, if they still are
 *   keys       copies of their keys in the object store
 *   forget     tombstones of expiry that are older than any late chunk
 *   terms      texts that only removed sessions had
 * </pre>
 *
 * <p>Everything that is left to do is in the catalog, so that a round may end anywhere, and any number of sweepers may
 * share a catalog: what one has taken out, the other does not find. A step that fails is counted and does not stop the
 * others. Used by one thread.
 */
final class RetentionSweeper {
    /** A chunk that comes later than this starts its session anew, which then expires again at once. */
    static final long EXPIRIES_KEPT_MS = TimeUnit.DAYS.toMillis(30);

    private static final Logger LOG = LoggerFactory.getLogger(RetentionSweeper.class);
    private static final int SESSIONS_AT_ONCE = 100;
    private static final int ROWS_AT_ONCE = 500;
    private static final int DELETES_AT_ONCE = 16;
    /** The backlog is counted so far. */
    private static final int BACKLOG_MAX = 100_000;

    private final RetentionCatalog retention;
    private final ObjectStore objectStore;
    private final Clock clock;
    private final Counter sessions;
    private final Counter bytes;
    private final Counter reviewed;
    private final Counter unreadable;
    private final Counter failures;
    private volatile long backlog;

    RetentionSweeper(RetentionCatalog retention, ObjectStore objectStore, MeterRegistry meters, Clock clock) {
        this.retention = retention;
        this.objectStore = objectStore;
        this.clock = clock;
        this.sessions = counter(meters, "expired.sessions", "sessions taken out because they are kept no longer");
        this.bytes = counter(meters, "expired.bytes", "bytes of blocks and recordings of those");
        this.reviewed = counter(meters, "reviewed", "sessions whose expiry was worked out after a policy changed");
        this.unreadable = counter(meters, "unreadable", "times that a session stayed as its facts cannot be read");
        this.failures = counter(meters, "failures", "steps of retention that failed; the next round tries again");
        Gauge.builder("tapedeck.retention.backlog", this, sweeper -> sweeper.backlog)
                .description("sessions that are over and still there, up to " + BACKLOG_MAX)
                .register(meters);
    }

    /** One step of a round. */
    private interface Step {
        void run() throws InterruptedException;
    }

    /**
     * Does all there is to do.
     *
     * @return how many sessions were taken out
     */
    int sweep() throws InterruptedException {
        long now = clock.millis();
        double before = sessions.count();
        guarded(
                "reviewing",
                () -> whole("review", ROWS_AT_ONCE, () -> {
                    int looked = retention.reviewExpiry(ROWS_AT_ONCE);
                    reviewed.increment(looked);
                    return looked;
                }));
        guarded("counting", () -> backlog = retention.backlog(now, BACKLOG_MAX));
        guarded("expiring", () -> expire(now));
        guarded("deleting keys", this::deleteKeys);
        guarded(
                "forgetting",
                () -> whole(
                        "forget", ROWS_AT_ONCE, () -> retention.forgetExpiries(now - EXPIRIES_KEPT_MS, ROWS_AT_ONCE)));
        guarded("sweeping terms", () -> whole("terms", ROWS_AT_ONCE, () -> retention.sweepTerms(ROWS_AT_ONCE)));
        return (int) (sessions.count() - before);
    }

    private void guarded(String what, Step step) throws InterruptedException {
        try {
            step.run();
        } catch (StoreException e) {
            failures.increment();
            LOG.warn("{} failed; the next round tries again", what, e);
        }
    }

    private interface Batch {
        int run();
    }

    private static void whole(String what, int limit, Batch batch) throws InterruptedException {
        int done;
        do {
            stopIfInterrupted();
            done = batch.run();
            LOG.debug("retention, {}: {}", what, done);
        } while (done >= limit);
    }

    private void expire(long now) throws InterruptedException {
        List<SessionKey> before = List.of();
        List<SessionKey> due = retention.expired(now, SESSIONS_AT_ONCE);
        // Each is gone or put right after its turn. Were it not so, the round must end all the same.
        while (!due.isEmpty() && !due.equals(before)) {
            stopIfInterrupted();
            Expired expired = retention.expire(due, now);
            sessions.increment(expired.sessions().size());
            bytes.increment((double) expired.bytes());
            unreadable.increment(expired.unreadable());
            backlog = Math.max(0, backlog - due.size());
            before = due;
            due = retention.expired(now, SESSIONS_AT_ONCE);
        }
    }

    private void deleteKeys() throws InterruptedException {
        List<SessionKey> left = retention.keysLeft(ROWS_AT_ONCE);
        while (!left.isEmpty()) {
            for (int from = 0; from < left.size(); from += DELETES_AT_ONCE) {
                stopIfInterrupted();
                List<SessionKey> some = left.subList(from, Math.min(left.size(), from + DELETES_AT_ONCE));
                deleteObjects(some);
                retention.keysDeleted(some);
            }
            left = retention.keysLeft(ROWS_AT_ONCE);
        }
    }

    private void deleteObjects(List<SessionKey> keys) throws InterruptedException {
        List<CompletableFuture<Void>> deletes = new ArrayList<>();
        keys.forEach(key -> deletes.add(objectStore.delete(WrappedKeyRing.objectKey(key))));
        for (CompletableFuture<Void> delete : deletes) {
            Calls.await(delete);
        }
    }

    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("retention stops between two batches");
        }
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder("tapedeck.retention." + name)
                .description(description)
                .register(meters);
    }
}
