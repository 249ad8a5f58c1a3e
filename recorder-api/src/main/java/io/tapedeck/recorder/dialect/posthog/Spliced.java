package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.recorder.inflate.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A range of bytes with some of them replaced, which is copied only once something is. The copy is reserved as it grows;
 * what replaces is bounded by who unpacked it.
 */
final class Spliced {
    private static final int COPY_BYTES_MIN = 1 << 10;

    /** Arrays are not larger; a body's bounds are far below. */
    private static final int SIZE_MAX = Integer.MAX_VALUE - 8;

    private final byte[] from;
    private final MemoryBudget budget;
    private int copiedTo;
    private byte[] copy;
    private int length;

    /** @param start where the range begins */
    Spliced(byte[] from, int start, MemoryBudget budget) {
        this.from = from;
        this.copiedTo = start;
        this.budget = budget;
    }

    /** Leaves out {@code [start, end)}, which lies behind what was replaced before. */
    void remove(int start, int end) {
        append(from, copiedTo, start);
        copiedTo = end;
    }

    /** Puts bytes in the place of {@code [start, end)}, which lies behind what was replaced before. */
    void replace(int start, int end, ByteBuffer by) {
        remove(start, end);
        append(by.array(), by.arrayOffset() + by.position(), by.arrayOffset() + by.limit());
    }

    /** The range up to {@code end}; the bytes it is of, if nothing was replaced. */
    ByteBuffer finish(int end) {
        if (copy == null) {
            return ByteBuffer.wrap(from, copiedTo, end - copiedTo);
        }
        append(from, copiedTo, end);
        return ByteBuffer.wrap(copy, 0, length);
    }

    private void append(byte[] bytes, int start, int end) {
        int count = end - start;
        if (copy == null || copy.length - length < count) {
            grow(count);
        }
        System.arraycopy(bytes, start, copy, length, count);
        length += count;
    }

    private void grow(int count) {
        long wanted = Math.max(COPY_BYTES_MIN, Math.max((long) length + count, 2L * length));
        int size = (int) Math.min(wanted, SIZE_MAX);
        budget.reserve(size);
        byte[] old = copy;
        copy = old == null ? new byte[size] : Arrays.copyOf(old, size);
        if (old != null) {
            budget.release(old.length);
        }
    }
}
