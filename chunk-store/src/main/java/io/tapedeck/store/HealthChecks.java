package io.tapedeck.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks the parts that the store stands on whether they work, no more often than once a second. Thread-safe. */
final class HealthChecks implements AutoCloseable {
    private static final long VALID_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A part that has not answered by then does not work. Who probes a process must wait a little longer. */
    private static final long WAIT_MS = 3_000;

    private static final int THREADS = 3;
    private static final int QUEUE = 3;

    private final Runnable journal;
    private final ObjectStore objectStore;
    private final Catalog catalog;
    private final BoundedWorkers workers = new BoundedWorkers("tapedeck-health", THREADS, QUEUE);
    private CompletableFuture<Health> last;
    private long askedAt;
    private volatile boolean ready;

    /** @param journal throws if chunks cannot be taken */
    HealthChecks(Runnable journal, ObjectStore objectStore, Catalog catalog, MeterRegistry meters) {
        this.journal = journal;
        this.objectStore = objectStore;
        this.catalog = catalog;
        Gauge.builder("tapedeck.ready", this, HealthChecks::readyAndAsk)
                .description("1 if journal, object store and catalog worked when they were last asked, else 0")
                .register(meters);
    }

    /** Does not wait for what it asks: the next one to look sees it. Nobody else may be asking. */
    private int readyAndAsk() {
        check();
        return ready ? 1 : 0;
    }

    synchronized CompletableFuture<Health> check() {
        long now = System.nanoTime();
        if (last == null || (last.isDone() && now - askedAt >= VALID_NANOS)) {
            askedAt = now;
            last = ask().whenComplete((health, bug) -> ready = bug == null && health.isReady());
        }
        return last.copy();
    }

    private CompletableFuture<Health> ask() {
        CompletableFuture<StoreException> journalFailure = failure(workers.submit(() -> {
            journal.run();
            return null;
        }));
        CompletableFuture<StoreException> objectStoreFailure = failure(objectStore.check());
        CompletableFuture<StoreException> catalogFailure = failure(workers.submit(() -> {
            catalog.check();
            return null;
        }));
        return CompletableFuture.allOf(journalFailure, objectStoreFailure, catalogFailure)
                .thenApply(all -> new Health(journalFailure.join(), objectStoreFailure.join(), catalogFailure.join()));
    }

    /** What a check failed with; null if it succeeded. */
    private static CompletableFuture<StoreException> failure(CompletableFuture<?> check) {
        return check.copy()
                .orTimeout(WAIT_MS, TimeUnit.MILLISECONDS)
                .handle((done, failure) -> failure == null ? null : StoreException.of(failure));
    }

    @Override
    public void close() {
        workers.close();
    }
}
