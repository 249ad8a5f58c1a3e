package io.tapedeck.store.object;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The bounded pool that a store does its blocking work on. Work beyond the bound is refused with OVER_CAPACITY, work
 * after {@link #close} with UNAVAILABLE.
 */
final class StoreThreads implements Executor, AutoCloseable {
    private static final int QUEUE_MAX = 1_024;
    private static final int CLOSE_WAIT_MS = 5_000;

    private final ThreadPoolExecutor pool;

    StoreThreads(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE_MAX), work -> {
                    Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
    }

    /** @throws StoreException if the work is refused */
    @Override
    public void execute(Runnable work) {
        try {
            pool.execute(work);
        } catch (RejectedExecutionException e) {
            throw pool.isShutdown()
                    ? new StoreException(StoreErrorKind.UNAVAILABLE, "the object store is closed", e)
                    : new StoreException(StoreErrorKind.OVER_CAPACITY, "too many object store calls are waiting", e);
        }
    }

    /** Runs the work; whatever it throws becomes the future's {@link StoreException}. */
    <T> CompletableFuture<T> call(Callable<T> work, Function<Throwable, StoreException> toStoreException) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            execute(() -> {
                try {
                    result.complete(work.call());
                } catch (Throwable e) {
                    result.completeExceptionally(toStoreException.apply(e));
                }
            });
        } catch (StoreException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    @Override
    public void close() {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
