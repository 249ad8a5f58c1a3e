package io.tapedeck.loadtest;

import java.time.Duration;

/**
 * What to play.
 *
 * @param speed how much faster than it was recorded
 * @param patience how long a chunk is tried before it is given up
 * @param seed of everything that recorders leave to chance
 */
record LoadSettings(
        String key, int recorders, double speed, Habits habits, Duration patience, String maskingLevel, long seed) {}
