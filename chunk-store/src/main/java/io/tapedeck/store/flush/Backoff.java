package io.tapedeck.store.flush;

import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double from one failure to the next up to a bound, each shortened at random so that nodes spread out. */
final class Backoff {
    private final long minMs;
    private final long maxMs;
    private long nextMs;

    Backoff(long minMs, long maxMs) {
        this.minMs = minMs;
        this.maxMs = maxMs;
        this.nextMs = minMs;
    }

    /** How long to wait before the next attempt. */
    long pauseMs() {
        long pauseMs = nextMs;
        nextMs = Math.min(maxMs, nextMs * 2);
        return ThreadLocalRandom.current().nextLong(Math.max(1, pauseMs / 2), pauseMs + 1);
    }

    void reset() {
        nextMs = minMs;
    }
}
