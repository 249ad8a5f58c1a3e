package io.tapedeck.recorder.dialect;

import io.tapedeck.recorder.inflate.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** JSON put together from pieces, in an array that grows and is reserved before it does. Not thread-safe. */
public final class JsonBuilder {
    private static final int BYTES_MIN = 4 << 10;

    private final MemoryBudget budget;
    private byte[] bytes = new byte[0];
    private int length;

    public JsonBuilder(MemoryBudget budget) {
        this.budget = budget;
    }

    public int length() {
        return length;
    }

    public void append(byte[] from, int start, int end) {
        int count = end - start;
        room(count);
        System.arraycopy(from, start, bytes, length, count);
        length += count;
    }

    public JsonBuilder append(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** What was put together; it stays reserved. */
    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    private void room(int count) {
        int needed = Math.addExact(length, count);
        if (needed <= bytes.length) {
            return;
        }
        int grown = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(Math.max(BYTES_MIN, needed), 2L * bytes.length));
        budget.reserve(grown);
        int old = bytes.length;
        bytes = Arrays.copyOf(bytes, grown);
        budget.release(old);
    }
}
