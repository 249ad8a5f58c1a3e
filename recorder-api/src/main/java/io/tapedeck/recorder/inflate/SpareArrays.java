package io.tapedeck.recorder.inflate;

import java.util.concurrent.ArrayBlockingQueue;

/**
 * Arrays for bodies of a usual size, used again: a new one for each body would be most of what a gateway allocates. One that
 * never comes back is replaced by a new one. Thread-safe.
 */
final class SpareArrays {
    /** Bytes of each array: most bodies of recorders are smaller. */
    static final int ARRAY_BYTES = 64 << 10;

    /** Bodies are worked on one after the other by each event loop, so that few are ever away at once. */
    private static final int ARRAYS_MAX = 32;

    private final ArrayBlockingQueue<byte[]> spare = new ArrayBlockingQueue<>(ARRAYS_MAX);

    byte[] take() {
        byte[] array = spare.poll();
        return array != null ? array : new byte[ARRAY_BYTES];
    }

    /** Nobody may use the array any more. One of another size, or too many, is left to the garbage collector. */
    void giveBack(byte[] array) {
        if (array.length == ARRAY_BYTES) {
            spare.offer(array);
        }
    }
}
