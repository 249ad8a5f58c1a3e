package io.tapedeck.loadtest;

import java.time.Duration;

/**
 * What to play.
 *
 * @param speed how much faster than it was recorded
 * @param patience how long a chunk is tried before it is given up
 * @param seed of everything that recorders leave to chance
 * @param sessionsMax sessions of all recorders together, after which they are done; each has its share, to one more or
 *     less
 * @param ramp within which they begin, one after the other
 */
record LoadSettings(
        String key,
        int recorders,
        double speed,
        Habits habits,
        Duration patience,
        String maskingLevel,
        long seed,
        long sessionsMax,
        Duration ramp) {
    /** Sessions one after the other, for as long as the fleet lives; all begin within the time from one chunk to the next. */
    LoadSettings(
            String key, int recorders, double speed, Habits habits, Duration patience, String maskingLevel, long seed) {
        this(key, recorders, speed, habits, patience, maskingLevel, seed, Long.MAX_VALUE, chunkInterval(speed));
    }

    private static Duration chunkInterval(double speed) {
        return Duration.ofMillis((long) (ChunkCutter.CHUNK_MS / speed));
    }

    /** The same for so many sessions. */
    LoadSettings withSessionsMax(long other) {
        return new LoadSettings(key, recorders, speed, habits, patience, maskingLevel, seed, other, ramp);
    }

    LoadSettings withRamp(Duration other) {
        return new LoadSettings(key, recorders, speed, habits, patience, maskingLevel, seed, sessionsMax, other);
    }

    /** When a recorder begins. */
    Duration beginsAfter(int recorder) {
        return ramp.multipliedBy(recorder).dividedBy(recorders);
    }

    /** How many sessions a recorder plays. */
    long sessionsOf(int recorder) {
        return sessionsMax / recorders + (recorder < sessionsMax % recorders ? 1 : 0);
    }
}
