package io.tapedeck.store.upkeep;

import io.tapedeck.store.PartBounds;
import io.tapedeck.store.block.RecordingWriter;
import java.util.Objects;

/**
 * When the store tidies up after itself.
 *
 * @param intervalMs pause between two rounds
 * @param settleAfterMs a session is settled once all of its windows have been silent for so long
 * @param finalSettleAfterMs the same once each window has said that it ends
 * @param leaseMs how long a settler may take for one session before another takes over
 * @param doomedGraceMs how long an object that nobody refers to any more stays readable
 * @param staleIntentAfterMs an object that was announced so long ago and not committed has no writer any more
 * @param memoryBytesMax most bytes of decompressed events that settling keeps in memory; one frame of each session that is
 *     being settled is always kept
 * @param settlers threads that settle, each a session at a time, 1 to {@value #SETTLERS_MAX}
 * @param parts how much of a session is settled into one part
 * @param level of zstd in recordings, 1 to 19
 * @param compactAfterMs a segment of which less than half is live is rewritten once it is so old
 */
public record UpkeepSettings(
        long intervalMs,
        long settleAfterMs,
        long finalSettleAfterMs,
        long leaseMs,
        long doomedGraceMs,
        long staleIntentAfterMs,
        long memoryBytesMax,
        int settlers,
        PartBounds parts,
        int level,
        long compactAfterMs) {
    public static final int SETTLERS_MAX = 8;

    private static final long MEMORY_BYTES_MAX =
            Math.min(40L << 20, Runtime.getRuntime().maxMemory() / 8);

    public static final UpkeepSettings DEFAULT = new UpkeepSettings(
            5_000,
            300_000,
            30_000,
            600_000,
            600_000,
            86_400_000,
            MEMORY_BYTES_MAX,
            1,
            PartBounds.DEFAULT,
            RecordingWriter.DEFAULT_LEVEL,
            1_800_000);

    public UpkeepSettings {
        Objects.requireNonNull(parts);
        require(level >= 1 && level <= 19, "level must be 1 to 19");
        require(intervalMs > 0, "intervalMs must be positive");
        require(settleAfterMs >= 0, "settleAfterMs must not be negative");
        require(finalSettleAfterMs >= 0, "finalSettleAfterMs must not be negative");
        require(leaseMs > 0, "leaseMs must be positive");
        require(doomedGraceMs >= 0, "doomedGraceMs must not be negative");
        require(staleIntentAfterMs > 0, "staleIntentAfterMs must be positive");
        require(compactAfterMs >= 0, "compactAfterMs must not be negative");
        require(memoryBytesMax > 0, "memoryBytesMax must be positive");
        require(settlers >= 1 && settlers <= SETTLERS_MAX, "settlers must be 1 to " + SETTLERS_MAX);
    }

    /** What of {@link #memoryBytesMax} a session has that is being settled. */
    long memoryBytesOfEach() {
        return Math.max(1, memoryBytesMax / settlers);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
