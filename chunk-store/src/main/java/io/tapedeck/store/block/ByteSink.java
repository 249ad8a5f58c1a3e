package io.tapedeck.store.block;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** A growing array of bytes. Not thread-safe. */
final class ByteSink implements Consumer<ByteBuffer> {
    private static final int BYTES_AT_FIRST = 16 * 1024;

    private byte[] bytes = new byte[BYTES_AT_FIRST];
    private int size;

    @Override
    public void accept(ByteBuffer more) {
        int length = more.remaining();
        int needed = Math.addExact(size, length);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * bytes.length)));
        }
        more.get(bytes, size, length);
        size = needed;
    }

    /** The bytes so far, as an array of their own; the sink is empty then. */
    byte[] take() {
        byte[] taken = Arrays.copyOf(bytes, size);
        size = 0;
        if (bytes.length > 64 * BYTES_AT_FIRST) {
            bytes = new byte[BYTES_AT_FIRST];
        }
        return taken;
    }
}
