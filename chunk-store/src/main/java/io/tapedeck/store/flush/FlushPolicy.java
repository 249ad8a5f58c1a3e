package io.tapedeck.store.flush;

import io.tapedeck.store.block.BlockWriter;

/**
 * When segments are sealed and what flushing may hold.
 *
 * @param sealBytes a segment is sealed once its chunks, packed, take so many bytes
 * @param sealAgeMs a segment is sealed once its first chunk has waited so long
 * @param memoryBytesMax most bytes of open and sealed segments in memory; beyond, chunks are read back from the journal
 * @param uploadsMax most segments that are compressed and uploaded at the same time
 * @param retryMinMs first pause after a failed upload or commit; doubled each time, with jitter
 * @param retryMaxMs longest pause
 * @param level of zstd in segments, 1 to 19
 */
public record FlushPolicy(
        long sealBytes,
        long sealAgeMs,
        long memoryBytesMax,
        int uploadsMax,
        long retryMinMs,
        long retryMaxMs,
        int level) {
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
        require(level >= 1 && level <= 19, "level must be 1 to 19");
    }

    /** With segments compressed as usual. */
    public FlushPolicy(
            long sealBytes, long sealAgeMs, long memoryBytesMax, int uploadsMax, long retryMinMs, long retryMaxMs) {
        this(sealBytes, sealAgeMs, memoryBytesMax, uploadsMax, retryMinMs, retryMaxMs, BlockWriter.DEFAULT_LEVEL);
    }

    /** The same with another level. */
    public FlushPolicy withLevel(int other) {
        return new FlushPolicy(sealBytes, sealAgeMs, memoryBytesMax, uploadsMax, retryMinMs, retryMaxMs, other);
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
