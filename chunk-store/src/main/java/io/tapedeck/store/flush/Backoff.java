package io.tapedeck.store.flush;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Pauses that double from one failure to the next up to a bound, each shortened at random so that nodes spread out. */
final class Backoff {
    private final long maxMs;
    private final CountDownLatch stopped;
    private long nextMs;

    /** @param stopped ends every pause */
    Backoff(FlushPolicy policy, CountDownLatch stopped) {
        this.maxMs = policy.retryMaxMs();
        this.stopped = stopped;
        this.nextMs = policy.retryMinMs();
    }

    /** Waits before the next attempt; returns false if there is to be none. */
    boolean pause() {
        long pauseMs = ThreadLocalRandom.current().nextLong(Math.max(1, nextMs / 2), nextMs + 1);
        nextMs = Math.min(maxMs, nextMs * 2);
        try {
            return !stopped.await(pauseMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }
}
