package io.tapedeck.store.journal;

import io.tapedeck.store.Loops;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Has one loop, whose steps the test takes, and counts who wakes it. */
final class StepByHand implements Loops, Loops.Loop {
    Step step;
    int wakes;

    @Override
    public Loop begin(String name, Step begun) {
        step = begun;
        return this;
    }

    @Override
    public void wake() {
        wakes++;
    }

    @Override
    public void join() {
        long rest;
        do {
            rest = step.run();
        } while (rest != ENDED);
    }

    @Override
    public void stop(Duration wait) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> CompletableFuture<T> within(CompletableFuture<T> future, long ms) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long nanoTime() {
        return 0;
    }
}
