package io.tapedeck.store.block;

import io.tapedeck.store.BlockRef;
import java.nio.ByteBuffer;
import java.util.function.IntPredicate;

/** One block, verified and decompressed. Immutable. */
@SuppressWarnings("DoNotCallSuggester")
public final class BlockReader {
    /**
     * @param frame the bytes at the block's place in its segment
     * @throws io.tapedeck.store.StoreException CORRUPT if they are not what {@code ref} says
     */
    public static BlockReader open(BlockRef ref, ByteBuffer frame) {
        throw new UnsupportedOperationException();
    }

    public BlockRef ref() {
        throw new UnsupportedOperationException();
    }

    /** All lines; read-only, backed by an array at offset 0 if {@code hasArray}. */
    public ByteBuffer lines() {
        throw new UnsupportedOperationException();
    }

    /** The lines of the chunk at {@code index} of {@link BlockRef#chunks()}. */
    public ByteBuffer lines(int index) {
        throw new UnsupportedOperationException();
    }

    /**
     * Compresses the lines again without those of some chunks.
     *
     * @param keep says of an index of {@link BlockRef#chunks()} whether that chunk stays
     * @return a zstd frame; an empty array if nothing stays
     */
    public byte[] recompress(IntPredicate keep) {
        throw new UnsupportedOperationException();
    }
}
