package io.tapedeck.store;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Named threads with a bounded queue, for calls that block. Thread-safe. Work beyond the bound is OVER_CAPACITY; work that
 * has not begun when the workers are closed is UNAVAILABLE.
 */
public final class BoundedWorkers implements AutoCloseable {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final String name;
    private final ExecutorService threads;
    private final WorkTracer tracer;

    /** @param name of the threads, which are numbered */
    public BoundedWorkers(String name, int threadsMax, int queueMax) {
        this(name, threadsMax, queueMax, WorkTracer.NONE);
    }

    /** @param tracer takes what is submitted for a part of what the caller is at */
    public BoundedWorkers(String name, int threadsMax, int queueMax, WorkTracer tracer) {
        this(name, pool(name, threadsMax, queueMax), tracer);
    }

    /** @param threads do the work; shut down with this */
    BoundedWorkers(String name, ExecutorService threads) {
        this(name, threads, WorkTracer.NONE);
    }

    private BoundedWorkers(String name, ExecutorService threads, WorkTracer tracer) {
        this.name = name;
        this.threads = threads;
        this.tracer = tracer;
    }

    private static ExecutorService pool(String name, int threadsMax, int queueMax) {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threadsMax, threadsMax, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queueMax), work -> {
                    Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Runs work on a thread; the future fails with a {@link StoreException} and with nothing else. */
    public <T> CompletableFuture<T> submit(Callable<T> work) {
        Task<T> task = new Task<>(work, new CompletableFuture<>(), tracer.here());
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            StoreErrorKind kind = threads.isShutdown() ? StoreErrorKind.UNAVAILABLE : StoreErrorKind.OVER_CAPACITY;
            task.done().completeExceptionally(new StoreException(kind, "too much work waits for " + name, e));
        } catch (Throwable e) { // no thread could be made for it
            task.done().completeExceptionally(StoreException.of(e));
        }
        return task.done();
    }

    private record Task<T>(Callable<T> work, CompletableFuture<T> done, WorkTracer.Place place) implements Runnable {
        @Override
        public void run() {
            place.run(this::complete);
        }

        private void complete() {
            try {
                done.complete(work.call());
            } catch (Throwable e) {
                done.completeExceptionally(StoreException.of(e));
            }
        }
    }

    /** Lets work under way end, for a while. */
    @Override
    public void close() {
        for (Runnable left : threads.shutdownNow()) {
            if (left instanceof Task<?> task) {
                task.done().completeExceptionally(new StoreException(StoreErrorKind.UNAVAILABLE, name + " has ended"));
            }
        }
        try {
            threads.awaitTermination(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
