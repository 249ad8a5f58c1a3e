package io.tapedeck.loadtest;

import java.time.Duration;
import java.util.Random;

/**
 * What recorders do beside sending each chunk once and in time. Each share is between 0 and 1.
 *
 * @param repeatShare share of acked chunks that are sent a second time, as after a lost answer; if chunks may be late,
 *     half of the repeats are late too
 * @param lateShare share of chunks that are held back and sent late, as by a browser that was offline
 * @param lateBy how late at least; at most it is twice as much
 * @param secondWindowShare share of sessions that have a second window
 */
record Habits(double repeatShare, double lateShare, Duration lateBy, double secondWindowShare) {
    /** Repeats nothing but a share of the chunks, at once. */
    static Habits repeating(double share) {
        return new Habits(share, 0, Duration.ZERO, 0);
    }

    boolean repeats(Random random) {
        return random.nextDouble() < repeatShare;
    }

    boolean isLate(Random random) {
        return random.nextDouble() < lateShare;
    }

    boolean opensSecondWindow(Random random) {
        return random.nextDouble() < secondWindowShare;
    }

    /** How long a chunk that is late is held back. */
    long lateMs(Random random) {
        return lateBy.toMillis() + random.nextInt(1 + (int) lateBy.toMillis());
    }

    /** How long after its ack a chunk is repeated. */
    long repeatAfterMs(Random random) {
        return lateShare > 0 && random.nextBoolean() ? lateMs(random) : 0;
    }
}
