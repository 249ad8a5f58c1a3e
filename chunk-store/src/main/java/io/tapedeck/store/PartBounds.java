package io.tapedeck.store;

/**
 * How much of a session may be hot before it is settled in parts, while it still goes on. Immutable.
 *
 * <p>What is not settled is described by one small record for each chunk, in memory while it is settled. So that their
 * number is bounded too, a chunk counts as {@value #CHUNK_BYTES_MIN} bytes at least, however small it is.
 *
 * @param bytesMax a part is due once so many bytes, raw, are hot, and holds about as many at most
 * @param ageMs a part is due once the oldest hot chunk was received so long ago, and spans as much at most
 */
public record PartBounds(long bytesMax, long ageMs) {
    /** What the smallest chunk counts. */
    public static final int CHUNK_BYTES_MIN = 4_096;

    public static final PartBounds DEFAULT = new PartBounds(200L << 20, 4L * 60 * 60 * 1_000);

    public PartBounds {
        if (bytesMax < CHUNK_BYTES_MIN || ageMs <= 0) {
            throw new IllegalArgumentException("bytesMax must be at least " + CHUNK_BYTES_MIN + " and ageMs positive");
        }
    }

    /** What so many raw bytes in so many chunks count. */
    public static long weight(long rawBytes, long chunks) {
        return Math.max(rawBytes, chunks * CHUNK_BYTES_MIN);
    }

    /** What a block counts. */
    public static long weight(BlockRef block) {
        return weight(block.rawLength(), block.chunks().size());
    }

    /** The most chunks that are settled into one part at once. */
    public int chunksMax() {
        return (int) Math.min(Integer.MAX_VALUE, bytesMax / CHUNK_BYTES_MIN);
    }

    /** @param since when the first of it was received, or 0 if nothing is hot */
    public boolean isDue(long hotBytes, long since, long now) {
        return hotBytes >= bytesMax || (since > 0 && now - since >= ageMs);
    }
}
