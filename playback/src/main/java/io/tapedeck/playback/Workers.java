package io.tapedeck.playback;

import io.tapedeck.store.BoundedWorkers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;

/** {@link BoundedWorkers} for event loops: the futures complete on the caller's context. Thread-safe. */
final class Workers implements AutoCloseable {
    private final Vertx vertx;
    private final BoundedWorkers threads;

    Workers(Vertx vertx, String name, int threadsMax, int queueMax) {
        this.vertx = vertx;
        this.threads = new BoundedWorkers(name, threadsMax, queueMax);
    }

    /** Runs work on a thread. The future fails with what the work throws, or with OVER_CAPACITY at once. */
    <T> Future<T> run(Callable<T> work) {
        return Future.fromCompletionStage(threads.submit(() -> outcome(work)), vertx.getOrCreateContext())
                .compose(outcome -> outcome);
    }

    /** A failure as a value: the threads below know the store's failures only. */
    private static <T> Future<T> outcome(Callable<T> work) {
        try {
            return Future.succeededFuture(work.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
