package io.tapedeck.playback;

import java.util.Objects;

/**
 * What an operator may change about playback. Immutable.
 *
 * @param loginMs how long a login lasts, counted from when it is made; using it does not make it last longer
 * @param loginTries wrong passwords in a row that a client has for a name; ten times as many are there for a name from all
 *     clients and for a client with all names, a hundred times as many overall
 * @param loginRefillMs how long until a client has one more try for a name; for the others a tenth and a hundredth of that
 * @param eventStreamsMax answers with events at the same time; more wait in line. Each holds about 1 MB, and up to 9 MB
 *     outside the heap if it is transcoded
 * @param eventStreamWaitMs how long an answer waits in line before it is refused with OVER_CAPACITY
 * @param transcodeThreads threads that turn stored frames into gzip or plain NDJSON
 * @param gzipLevel 1 (fast) to 9 (small)
 * @param stallTimeoutMs how long a client may take none of the events that it asked for before it is cut off
 * @param shareLinks whether links for people without an account can be made and work
 * @param live of the live view
 */
public record PlaybackSettings(
        long loginMs,
        int loginTries,
        long loginRefillMs,
        int eventStreamsMax,
        long eventStreamWaitMs,
        int transcodeThreads,
        int gzipLevel,
        long stallTimeoutMs,
        boolean shareLinks,
        LiveSettings live) {
    public static final PlaybackSettings DEFAULT =
            new PlaybackSettings(12 * 3_600_000L, 10, 30_000, 64, 10_000, 2, 3, 60_000, true, LiveSettings.DEFAULT);

    /** @throws IllegalArgumentException naming the value that is out of range */
    public PlaybackSettings {
        require(loginMs >= 60_000 && loginMs <= 366L * 86_400_000, "loginMs must be between a minute and a year");
        require(loginTries >= 1 && loginTries <= 1_000, "loginTries must be 1 to 1000");
        require(loginRefillMs >= 10 && loginRefillMs <= 86_400_000, "loginRefillMs must be 10 ms to a day");
        require(eventStreamsMax >= 1 && eventStreamsMax <= 10_000, "eventStreamsMax must be 1 to 10000");
        require(eventStreamWaitMs >= 1 && eventStreamWaitMs <= 60_000, "eventStreamWaitMs must be 1 ms to a minute");
        require(transcodeThreads >= 1 && transcodeThreads <= 64, "transcodeThreads must be 1 to 64");
        require(gzipLevel >= 1 && gzipLevel <= 9, "gzipLevel must be 1 to 9");
        Objects.requireNonNull(live);
        require(stallTimeoutMs >= 100 && stallTimeoutMs <= 86_400_000, "stallTimeoutMs must be 100 ms to a day");
    }

    /** The same with other bounds for those who watch. */
    public PlaybackSettings with(int streamsMax, LiveSettings other) {
        return new PlaybackSettings(
                loginMs,
                loginTries,
                loginRefillMs,
                streamsMax,
                eventStreamWaitMs,
                transcodeThreads,
                gzipLevel,
                stallTimeoutMs,
                shareLinks,
                other);
    }

    /** The same with links for people without an account, or without them. */
    public PlaybackSettings withShareLinks(boolean wanted) {
        return new PlaybackSettings(
                loginMs,
                loginTries,
                loginRefillMs,
                eventStreamsMax,
                eventStreamWaitMs,
                transcodeThreads,
                gzipLevel,
                stallTimeoutMs,
                wanted,
                live);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
