package io.tapedeck.store.block;

import java.nio.ByteBuffer;

/**
 * Lines of events, compressed: a zstd frame like a block's, which says how much it holds. They are packed once, where they
 * come in, so that memory, the journal's disk and, if a block has no other chunk, the segment hold nothing else of them.
 * Immutable and thread-safe.
 *
 * @param frame nobody may change its bytes or its position
 * @param rawLength bytes of the lines
 */
public record PackedLines(ByteBuffer frame, int rawLength) {
    /**
     * Compresses lines. Takes about 2 ms a megabyte; the calling thread keeps native buffers for it.
     *
     * @param lines at most 512 MB, left as they were
     * @param level of zstd, 1 to 19
     */
    public static PackedLines of(ByteBuffer lines, int level) {
        return new PackedLines(ByteBuffer.wrap(Frames.encode(level, lines)), lines.remaining());
    }

    /** Bytes of the frame. */
    public int length() {
        return frame.remaining();
    }

    /**
     * The lines, in an array that nobody else has.
     *
     * @throws io.tapedeck.store.StoreException CORRUPT if the frame is not what it should be
     */
    public byte[] unpack() {
        return Frames.decode("a chunk", frame, rawLength);
    }
}
