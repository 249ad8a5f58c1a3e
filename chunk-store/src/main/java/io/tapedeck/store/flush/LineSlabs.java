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
    static final int SLAB_BYTES = 1 << 20;

    /** As much as some seconds of a busy server's chunks; kept only while the heap has room. */
    private static final int SPARE_MAX = 32;

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

    /** The slabs of one segment. */
    final class Lines {
        private final ArrayDeque<byte[]> slabs = new ArrayDeque<>();
        private ByteBuffer free = ByteBuffer.allocate(0);

        /** The same lines in a slab, or as they are if they are larger than one. */
        PackedLines keep(PackedLines lines) {
            int length = lines.length();
            if (length > SLAB_BYTES) {
                return lines;
            }
            if (length > free.remaining()) {
                byte[] slab = take();
                slabs.push(slab);
                free = ByteBuffer.wrap(slab);
            }
            ByteBuffer kept = free.slice(free.position(), length);
            free.put(lines.frame().duplicate());
            return new PackedLines(kept, lines.rawLength());
        }

        /** Nobody looks at these lines any more. */
        void close() {
            free = ByteBuffer.allocate(0);
            giveBack(slabs);
            slabs.clear();
        }
    }
}
