package io.tapedeck.playback;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads with a short queue, for work that blocks or computes. Thread-safe. What does not fit into the queue fails
 * with OVER_CAPACITY at once.
 */
final class BoundedWorkers implements AutoCloseable {
    private static final int RETRY_AFTER_S = 1;

    private final Vertx vertx;
    private final ThreadPoolExecutor executor;

    BoundedWorkers(Vertx vertx, String name, int threads, int queueMax) {
        this.vertx = vertx;
        this.executor = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queueMax), named(name));
        executor.allowCoreThreadTimeOut(true);
    }

    /** Runs the work; the future completes on the caller's context. */
    <T> Future<T> run(Callable<T> work) {
        Context context = vertx.getOrCreateContext();
        Promise<T> promise = Promise.promise();
        try {
            executor.execute(() -> {
                try {
                    T result = work.call();
                    context.runOnContext(v -> promise.complete(result));
                } catch (Exception | Error e) {
                    context.runOnContext(v -> promise.fail(e));
                }
            });
        } catch (RejectedExecutionException e) {
            return Future.failedFuture(Problem.of(ProblemCode.OVER_CAPACITY, null)
                    .withRetryAfter(RETRY_AFTER_S)
                    .asException());
        }
        return promise.future();
    }

    int waiting() {
        return executor.getQueue().size();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    /** Daemon threads called {@code name-1} and so on. */
    static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setName(name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
