package io.tapedeck.store.block;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.ChunkRef;
import java.nio.ByteBuffer;
import java.util.List;

/** One block, verified and decompressed, cut into its chunks. Immutable and thread-safe. */
public final class BlockReader {
    private final BlockRef ref;
    private final byte[] raw;
    /** Where each chunk's lines begin, and behind the last one's end. */
    private final int[] bounds;

    private BlockReader(BlockRef ref, byte[] raw, int[] bounds) {
        this.ref = ref;
        this.raw = raw;
        this.bounds = bounds;
    }

    /**
     * @param frame the bytes at the block's place in its segment; left as they were
     * @throws io.tapedeck.store.StoreException CORRUPT if they are not what {@code ref} says
     */
    public static BlockReader open(BlockRef ref, ByteBuffer frame) {
        byte[] raw = Frames.decode("a block", frame, ref.length(), ref.rawLength(), ref.crc32c());
        return new BlockReader(ref, raw, bounds(raw, ref.chunks()));
    }

    public BlockRef ref() {
        return ref;
    }

    /** All lines, in an array that nobody may change. */
    public ByteBuffer lines() {
        return ByteBuffer.wrap(raw);
    }

    /** The lines of the chunk at {@code index} of {@link BlockRef#chunks()}, in an array that nobody may change. */
    public ByteBuffer lines(int index) {
        return ByteBuffer.wrap(raw, bounds[index], bounds[index + 1] - bounds[index])
                .slice();
    }

    /** Compresses lines again, such as some of a block's; one zstd frame, possibly of no lines. */
    public static byte[] recompress(List<ByteBuffer> lines) {
        return Frames.encode(BlockWriter.DEFAULT_LEVEL, lines);
    }

    private static int[] bounds(byte[] raw, List<ChunkRef> chunks) {
        int[] bounds = new int[chunks.size() + 1];
        int at = 0;
        for (int i = 0; i < chunks.size(); i++) {
            bounds[i] = at;
            for (int line = 0; line < chunks.get(i).events(); line++) {
                while (at < raw.length && raw[at] != '\n') {
                    at++;
                }
                if (at == raw.length) {
                    throw Frames.corrupt("a block has fewer lines than its chunks", null);
                }
                at++;
            }
        }
        if (at != raw.length) {
            throw Frames.corrupt("a block has more lines than its chunks", null);
        }
        bounds[chunks.size()] = at;
        return bounds;
    }
}
