package io.tapedeck.loadtest;

import java.util.concurrent.TimeUnit;

/** Waiting until a moment on the clock of {@link System#nanoTime}. */
final class Due {
    private static final long NANOS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    private Due() {}

    /**
     * How many milliseconds to wait: rounded up, so that nothing begins before it is due and no time that is counted from then
     * is below 0; 0 if the moment has passed.
     */
    static long inMs(long dueNanos) {
        return inMs(dueNanos, System.nanoTime());
    }

    static long inMs(long dueNanos, long nowNanos) {
        return Math.max(0, -Math.floorDiv(nowNanos - dueNanos, NANOS_PER_MS));
    }
}
