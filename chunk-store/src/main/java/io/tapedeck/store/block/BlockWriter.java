package io.tapedeck.store.block;

import io.tapedeck.store.Chunk;
import java.util.List;

/** Compresses chunks of one (session, window) into one block. Immutable and thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
public final class BlockWriter {
    public static final int DEFAULT_LEVEL = 3;

    /** @param level of zstd, 1 to 19 */
    public BlockWriter(int level) {}

    /**
     * @param chunks of one window, at least one, in the order in which their lines are to be stored; together at most 2
     *     GB raw
     */
    public EncodedBlock encode(List<Chunk> chunks) {
        throw new UnsupportedOperationException();
    }
}
