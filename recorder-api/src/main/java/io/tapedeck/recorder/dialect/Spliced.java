package io.tapedeck.recorder.dialect;

import io.tapedeck.recorder.inflate.MemoryBudget;
import java.nio.ByteBuffer;

/** A range of bytes with some of them replaced, which is copied only once something is. Not thread-safe. */
public final class Spliced {
    private final byte[] from;
    private final MemoryBudget budget;
    private int copiedTo;
    private JsonBuilder copy;

    /**
     * @param start where the range begins
     * @param budget where the copy is reserved, as it grows
     */
    public Spliced(byte[] from, int start, MemoryBudget budget) {
        this.from = from;
        this.copiedTo = start;
        this.budget = budget;
    }

    /** Leaves out {@code [start, end)}, which lies behind what was replaced before. */
    public void remove(int start, int end) {
        if (copy == null) {
            copy = new JsonBuilder(budget);
        }
        copy.append(from, copiedTo, start);
        copiedTo = end;
    }

    /** Puts bytes in the place of {@code [start, end)}, which lies behind what was replaced before. */
    public void replace(int start, int end, ByteBuffer by) {
        remove(start, end);
        copy.append(by.array(), by.arrayOffset() + by.position(), by.arrayOffset() + by.limit());
    }

    public boolean isChanged() {
        return copy != null;
    }

    /** The range up to {@code end}; the bytes it is of, if nothing was replaced. */
    public ByteBuffer finish(int end) {
        if (copy == null) {
            return ByteBuffer.wrap(from, copiedTo, end - copiedTo);
        }
        copy.append(from, copiedTo, end);
        return copy.toBuffer();
    }
}
