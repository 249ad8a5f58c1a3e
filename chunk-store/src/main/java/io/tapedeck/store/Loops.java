package io.tapedeck.store;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Where the store does its endless work: on threads of its own, or step by step where somebody wants to say what comes
 * when. Thread-safe.
 */
public interface Loops {
    /** What a step returns to be left alone until it is woken. */
    long UNTIL_WOKEN = Long.MAX_VALUE;
    /** What a step returns when there is nothing left to do, ever. */
    long ENDED = -1;

    /** A piece of endless work. One step at a time. */
    interface Step {
        /**
         * Does what can be done now. May wait for a disk, an object store or a catalog, but for no other loop.
         *
         * @return after how many nanoseconds the next step is due at the latest: 0 for at once, {@link #UNTIL_WOKEN}, or
         *     {@link #ENDED}
         */
        long run();
    }

    /** Work that has begun. */
    interface Loop {
        /** The next step is due now. Short, from any thread; during a step it counts for the one after. */
        void wake();

        /** Waits for the step that says {@link #ENDED}, which must be about to come. */
        void join();

        /** Interrupts the step under way, waits for its end at most so long, and lets no other begin. */
        void stop(Duration wait);
    }

    /** Begins with a first step at once. */
    Loop begin(String name, Step step);

    /** What becomes of the future, or a {@link java.util.concurrent.TimeoutException} if that takes longer than so many ms. */
    <T> CompletableFuture<T> within(CompletableFuture<T> future, long ms);

    /** A clock that only tells how much time has passed. */
    long nanoTime();

    /** A thread for each loop, and the system's time. Steps that fail are counted by the name of their loop. */
    static Loops threads(MeterRegistry meters) {
        return new Loops() {
            @Override
            public Loop begin(String name, Step step) {
                Counter failures = Counter.builder("tapedeck.loop.failures")
                        .description("steps of a loop that failed in a way that nobody foresaw; the next one follows")
                        .tag("loop", name)
                        .register(meters);
                LoopThread loop = new LoopThread(name, step, failures);
                loop.start();
                return loop;
            }

            @Override
            public <T> CompletableFuture<T> within(CompletableFuture<T> future, long ms) {
                return future.copy().orTimeout(ms, TimeUnit.MILLISECONDS);
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }
}
