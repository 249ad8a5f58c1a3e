package io.tapedeck.recorder;

import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.event.ScanLimits;
import java.util.List;

/**
 * How the gateway is set up: where it listens within the router and what it refuses. Immutable.
 *
 * @param ingestPaths further prefixes for everything that recorders ask for, such as {@code /metrics-7}
 * @param demo whether the page that records itself is served
 * @param wireBytesMax bytes of a body as sent
 * @param inflatedBytesMax bytes of a body once decompressed
 * @param inFlightBytesMax bytes that all requests together may hold in memory
 * @param requestsInFlightMax requests that are worked on at the same time
 * @param keyRequestsPerSecond requests that a write key may make, in the long run
 * @param keyBurst requests that a write key may make at once
 * @param bodyIdleMs how long a body may pause
 * @param bodyMs how long a body may take
 * @param appendTimeoutMs how long the store may take before the recorder is told to try again
 * @param workers threads for large bodies
 * @param scanLimits bounds on the events of a chunk
 * @param level of zstd, at which chunks are packed, 1 to 19
 */
public record RecorderSettings(
        List<String> ingestPaths,
        boolean demo,
        int wireBytesMax,
        int inflatedBytesMax,
        long inFlightBytesMax,
        int requestsInFlightMax,
        double keyRequestsPerSecond,
        int keyBurst,
        long bodyIdleMs,
        long bodyMs,
        long appendTimeoutMs,
        int workers,
        ScanLimits scanLimits,
        int level) {

    /** For this process's heap and processors. */
    public static RecorderSettings defaults() {
        return new RecorderSettings(
                List.of(),
                true,
                25 << 20,
                100 << 20,
                Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 2),
                4_096,
                10_000,
                20_000,
                15_000,
                60_000,
                15_000,
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                ScanLimits.DEFAULT,
                BlockWriter.DEFAULT_LEVEL);
    }

    /** @throws IllegalArgumentException naming the first value that makes no sense */
    public RecorderSettings {
        ingestPaths = List.copyOf(ingestPaths);
        for (String path : ingestPaths) {
            require(path.matches("(/[A-Za-z0-9._~-]+)+"), "an ingest path is like /a or /a/b, not " + path);
        }
        require(wireBytesMax > 0, "wireBytesMax must be positive");
        require(inflatedBytesMax >= wireBytesMax, "inflatedBytesMax must not be less than wireBytesMax");
        require(inflatedBytesMax < 1 << 30, "inflatedBytesMax must be less than 1 GB");
        require(inFlightBytesMax >= wireBytesMax, "inFlightBytesMax must not be less than wireBytesMax");
        require(requestsInFlightMax > 0, "requestsInFlightMax must be positive");
        require(keyRequestsPerSecond > 0 && keyBurst > 0, "the rate of a key must be positive");
        require(bodyIdleMs > 0 && bodyMs > 0 && appendTimeoutMs > 0, "time-outs must be positive");
        require(workers > 0, "workers must be positive");
        require(level >= 1 && level <= 19, "level must be 1 to 19");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
