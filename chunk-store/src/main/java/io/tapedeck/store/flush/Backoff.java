package io.tapedeck.store.flush;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Pauses that double from one failure to the next up to a bound, each shortened at random so that nodes spread out. */
final class Backoff {
    private final long firstMs;
    private final long maxMs;
    private long nextMs;

    Backoff(FlushPolicy policy) {
        this.firstMs = policy.retryMinMs();
        this.maxMs = policy.retryMaxMs();
        this.nextMs = firstMs;
    }

    /** How long to rest before the next attempt. */
    long nextNanos() {
        long pauseMs = ThreadLocalRandom.current().nextLong(Math.max(1, nextMs / 2), nextMs + 1);
        nextMs = Math.min(maxMs, nextMs * 2);
        return TimeUnit.MILLISECONDS.toNanos(pauseMs);
    }

    /** It worked: the next failure is a first one. */
    void reset() {
        nextMs = firstMs;
    }
}
