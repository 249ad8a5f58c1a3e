package io.tapedeck.playback;

/**
 * What an operator may change about the live view. Immutable.
 *
 * @param viewersMax streams at the same time; more are refused with OVER_CAPACITY. Each holds some 10 KB, and up to 200 KB
 *     while its client is slow
 * @param pollMs how often the catalog is asked how far the followed sessions are: one question for all of them
 * @param pollMsMax the longest pause between two questions while the catalog is away
 * @param checkMs how often a stream shows that it lives and its viewer's access is looked at again; proxies often close
 *     what is silent for a minute
 * @param stallTimeoutMs how long a client may take nothing of what waits for it before it is cut off
 */
public record LiveSettings(int viewersMax, long pollMs, long pollMsMax, long checkMs, long stallTimeoutMs) {
    public static final LiveSettings DEFAULT = new LiveSettings(1_000, 1_000, 15_000, 10_000, 30_000);

    /** @throws IllegalArgumentException naming the value that is out of range */
    public LiveSettings {
        require(viewersMax >= 1 && viewersMax <= 100_000, "viewersMax must be 1 to 100000");
        require(pollMs >= 10 && pollMs <= 60_000, "pollMs must be 10 ms to a minute");
        require(pollMsMax >= pollMs && pollMsMax <= 600_000, "pollMsMax must be pollMs to ten minutes");
        require(checkMs >= 10 && checkMs <= 60_000, "checkMs must be 10 ms to a minute");
        require(stallTimeoutMs >= 100 && stallTimeoutMs <= 86_400_000, "stallTimeoutMs must be 100 ms to a day");
    }

    /** The same with another bound. */
    public LiveSettings withViewersMax(int other) {
        return new LiveSettings(other, pollMs, pollMsMax, checkMs, stallTimeoutMs);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
