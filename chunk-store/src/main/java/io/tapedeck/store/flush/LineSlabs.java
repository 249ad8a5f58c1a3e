package io.tapedeck.store.flush;

import io.tapedeck.store.block.PackedLines;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Arrays in which open segments keep their chunks' lines, one after another. Chunks wait for seconds: each in an array of its
 * own, they outlive the young generation of the heap, are copied through it, and fill the old one. Slabs are used again.
 * Thread-safe; what is {@link #open opened} is not.
 */
final class LineSlabs {
    /** Half of the smallest region of G1 with the array's header: a larger array would take regions of its own. */
    static final int SLAB_BYTES = (1 << 19) - 64;
    /** What is larger would leave much of a slab unused. */
    static final int LINES_BYTES_MAX = SLAB_BYTES / 8;

    /** As much as some seconds of a busy server's chunks; kept only while the heap has room. */
    private static final int SPARE_MAX = 64;

    private final ArrayDeque<SoftReference<byte[]>> spare = new ArrayDeque<>();

    /** Lines of one segment. */
    Lines open() {
        return new Lines();
    }

    private synchronized byte[] take() {
        for (SoftReference<byte[]> one = spare.poll(); one != null; one = spare.poll()) {
            byte[] slab = one.get();
            if (slab != null) {
                return slab;
            }
        }
        return new byte[SLAB_BYTES];
    }

    private synchronized void giveBack(ArrayDeque<byte[]> slabs) {
        while (!slabs.isEmpty() && spare.size() < SPARE_MAX) {
            spare.push(new SoftReference<>(slabs.poll()));
        }
    }

    /**
     * The lines of one segment. Its first ones stay in their own arrays, until they are as much as a slab: of segments with
     * little in them there may be very many in an outage.
     */
    final class Lines {
        private final ArrayDeque<byte[]> slabs = new ArrayDeque<>();
        private ByteBuffer free = ByteBuffer.allocate(0);
        private long bytes;

        /** The same lines, in a slab if that pays. */
        PackedLines keep(PackedLines lines) {
            int length = lines.length();
            if (bytes < SLAB_BYTES || length > LINES_BYTES_MAX) {
                bytes += length;
                return lines;
            }
            if (length > free.remaining()) {
                byte[] slab = take();
                slabs.push(slab);
                free = ByteBuffer.wrap(slab);
                bytes += SLAB_BYTES;
            }
            ByteBuffer kept = free.slice(free.position(), length);
            free.put(lines.frame().duplicate());
            return new PackedLines(kept, lines.rawLength());
        }

        /** What all lines take of memory, slabs as a whole. */
        long bytes() {
            return bytes;
        }

        /** Nobody looks at these lines any more. */
        void close() {
            giveBack(slabs);
            slabs.clear();
        }
    }
}
