package io.tapedeck.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The loops of one process, of which somebody else says which one makes its next step. Used by one thread. */
final class SimulatedLoops implements Loops {
    private static final int STEPS_MAX = 10_000;

    private final LongSupplier nanoTime;
    private final List<SimulatedLoop> loops = new ArrayList<>();
    private final List<SimulatedLoop> waits = new ArrayList<>();

    SimulatedLoops(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public Loop begin(String name, Step step) {
        SimulatedLoop loop = new SimulatedLoop(name, step);
        loops.add(loop);
        return loop;
    }

    /** Waiting is a loop that rests for so long and, as any other, may find that the time has passed. */
    @Override
    public <T> CompletableFuture<T> within(CompletableFuture<T> future, long ms) {
        CompletableFuture<T> waited = future.copy();
        SimulatedLoop wait = new SimulatedLoop("wait", () -> {
            waited.completeExceptionally(new TimeoutException());
            return ENDED;
        });
        waits.add(wait);
        waited.whenComplete((done, failure) -> waits.remove(wait));
        return waited;
    }

    @Override
    public long nanoTime() {
        return nanoTime.getAsLong();
    }

    /** Those that may make a step: they were woken, or are at rest for a time that may have passed. */
    List<SimulatedLoop> runnable() {
        return Stream.concat(loops.stream(), waits.stream())
                .filter(SimulatedLoop::isRunnable)
                .toList();
    }

    /** Of these, those that do not only wait for others. */
    List<SimulatedLoop> working() {
        return loops.stream().filter(SimulatedLoop::isRunnable).toList();
    }

    /** Those that have something to do at once. */
    List<SimulatedLoop> due() {
        return loops.stream().filter(loop -> loop.isRunnable() && loop.isDue()).toList();
    }

    static final class SimulatedLoop implements Loop {
        private final String name;
        private final Step step;
        private long restNanos;
        private boolean woken;
        private boolean running;

        SimulatedLoop(String name, Step step) {
            this.name = name;
            this.step = step;
        }

        private boolean isRunnable() {
            return !running && restNanos != ENDED && (woken || restNanos != UNTIL_WOKEN);
        }

        private boolean isDue() {
            return woken || restNanos == 0;
        }

        void step() {
            woken = false;
            running = true;
            long rest = step.run();
            running = false;
            restNanos = restNanos == ENDED ? ENDED : rest;
        }

        @Override
        public void wake() {
            woken = true;
        }

        @Override
        public void join() {
            for (int steps = 0; restNanos != ENDED; steps++) {
                if (steps == STEPS_MAX) {
                    throw new AssertionError(name + " does not end");
                }
                step();
            }
        }

        @Override
        public void stop(Duration wait) {
            restNanos = ENDED;
        }
    }
}
