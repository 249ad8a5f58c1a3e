package io.tapedeck.recorder.inflate;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes that come out of a body: an array that grows up to a bound, each growth reserved first. */
final class Inflated {
    private static final int GROWN_BYTES_MIN = 4 << 10;

    private final MemoryBudget budget;
    private final int bytesMax;
    private byte[] bytes;
    private int length;

    /** @param bytesExpected a guess, which costs no more than it says if it is wrong */
    Inflated(MemoryBudget budget, int bytesMax, int bytesExpected) {
        this.budget = budget;
        this.bytesMax = bytesMax;
        int size = Math.max(GROWN_BYTES_MIN, Math.min(bytesExpected, bytesMax));
        budget.reserve(size);
        this.bytes = new byte[size];
    }

    /** @param spare used first, whatever is in it */
    Inflated(MemoryBudget budget, int bytesMax, byte[] spare) {
        this.budget = budget;
        this.bytesMax = bytesMax;
        budget.reserve(spare.length);
        this.bytes = spare;
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Room left in {@link #array}, from {@link #length} on; more than nothing. */
    int room() {
        if (length == bytes.length) {
            grow();
        }
        return bytes.length - length;
    }

    /** Says that {@code count} bytes were put at the end. */
    void added(int count) {
        length += count;
        if (length > bytesMax) {
            throw tooLarge();
        }
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /** Gives back what was reserved; the bytes are not to be used any more. */
    void discard() {
        budget.release(bytes.length);
    }

    /** One byte more than allowed has room, so that an excess shows. */
    private void grow() {
        if (bytes.length > bytesMax) {
            throw tooLarge();
        }
        int grown = (int) Math.min(bytesMax + 1L, Math.max(GROWN_BYTES_MIN, bytes.length * 2L));
        budget.reserve(grown);
        byte[] old = bytes;
        bytes = Arrays.copyOf(old, grown);
        budget.release(old.length);
    }

    private static RuntimeException tooLarge() {
        return Problem.of(ProblemCode.TOO_LARGE, "the body is too large once decompressed")
                .asException();
    }
}
