package io.tapedeck.store.flush;

/**
 * When segments are sealed and what flushing may hold.
 *
 * @param sealBytes a segment is sealed once its events have so many bytes
 * @param sealAgeMs a segment is sealed once its first chunk has waited so long
 * @param memoryBytesMax most bytes of open and sealed segments in memory; beyond, chunks are read back from the journal
 * @param uploadsMax most segments that are compressed and uploaded at the same time
 * @param retryMinMs first pause after a failed upload or commit; doubled each time, with jitter
 * @param retryMaxMs longest pause
 */
public record FlushPolicy(
        long sealBytes, long sealAgeMs, long memoryBytesMax, int uploadsMax, long retryMinMs, long retryMaxMs) {
    private static final long MEMORY_BYTES_MAX =
            Math.min(128L << 20, Runtime.getRuntime().maxMemory() / 4);

    /** For {@code ack: journaled}. */
    public static final FlushPolicy JOURNALED = new FlushPolicy(32L << 20, 3_000, MEMORY_BYTES_MAX, 4, 100, 10_000);
    /** For {@code ack: stored}: the recorder waits for the segment. */
    public static final FlushPolicy STORED = new FlushPolicy(8L << 20, 250, MEMORY_BYTES_MAX, 4, 100, 10_000);

    public FlushPolicy {
        require(sealBytes > 0, "sealBytes must be positive");
        require(sealAgeMs > 0, "sealAgeMs must be positive");
        require(memoryBytesMax > 0, "memoryBytesMax must be positive");
        require(uploadsMax > 0, "uploadsMax must be positive");
        require(retryMinMs > 0 && retryMaxMs >= retryMinMs, "retryMinMs must be positive and at most retryMaxMs");
    }

    boolean isFull(long bytes) {
        return bytes >= sealBytes;
    }

    boolean isDue(long ageMs) {
        return ageMs >= sealAgeMs;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
