package io.tapedeck.store.upkeep;

/**
 * When the store tidies up after itself.
 *
 * @param intervalMs pause between two rounds
 * @param settleAfterMs a session is settled once all of its windows have been silent for so long
 * @param finalSettleAfterMs the same once each window has said that it ends
 * @param leaseMs how long a settler may take for one session before another takes over
 * @param doomedGraceMs how long an object that nobody refers to any more stays readable
 * @param staleIntentAfterMs an object that was announced so long ago and not committed has no writer any more
 * @param memoryBytesMax most bytes of decompressed events that settling keeps in memory; one frame is always kept
 */
public record UpkeepSettings(
        long intervalMs,
        long settleAfterMs,
        long finalSettleAfterMs,
        long leaseMs,
        long doomedGraceMs,
        long staleIntentAfterMs,
        long memoryBytesMax) {
    private static final long MEMORY_BYTES_MAX =
            Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8);

    public static final UpkeepSettings DEFAULT =
            new UpkeepSettings(5_000, 300_000, 30_000, 600_000, 600_000, 86_400_000, MEMORY_BYTES_MAX);

    public UpkeepSettings {
        require(intervalMs > 0, "intervalMs must be positive");
        require(settleAfterMs >= 0, "settleAfterMs must not be negative");
        require(finalSettleAfterMs >= 0, "finalSettleAfterMs must not be negative");
        require(leaseMs > 0, "leaseMs must be positive");
        require(doomedGraceMs >= 0, "doomedGraceMs must not be negative");
        require(staleIntentAfterMs > 0, "staleIntentAfterMs must be positive");
        require(memoryBytesMax > 0, "memoryBytesMax must be positive");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
