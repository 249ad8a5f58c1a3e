package io.tapedeck.store.flush;

import java.lang.ref.SoftReference;

/**
 * The array of the last segment, for the next one: arrays of tens of megabytes, one every few seconds, would fill the old
 * generation of the heap by themselves. Kept only while the heap has room. Thread-safe.
 */
final class SegmentArray {
    /** Segments differ a little in size: an array of a multiple of this fits more of them. */
    private static final int STEP_BYTES = 4 << 20;

    private SoftReference<byte[]> spare = new SoftReference<>(null);

    /** An array of at least so many bytes, whose content is of no meaning. */
    synchronized byte[] take(int bytes) {
        byte[] kept = spare.get();
        if (kept != null && kept.length >= bytes) {
            spare.clear();
            return kept;
        }
        return new byte[bytes <= STEP_BYTES ? bytes : (int) Math.min(Integer.MAX_VALUE - 8L, roundedUp(bytes))];
    }

    /** Nobody may use the array any more. The largest one is kept. */
    synchronized void giveBack(byte[] array) {
        byte[] kept = spare.get();
        if (array.length > STEP_BYTES && (kept == null || kept.length < array.length)) {
            spare = new SoftReference<>(array);
        }
    }

    private static long roundedUp(int bytes) {
        return ((long) bytes + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
    }
}
