package io.tapedeck.recorder.inflate;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A request's body as it was sent, in segments: it grows without being copied and small reads don't cost an object each.
 * What it allocates is reserved first. Filled by one thread, then read by one thread.
 */
public final class WireBody {
    private static final int FIRST_SEGMENT_BYTES = 16 << 10;
    private static final int DECLARED_SEGMENT_BYTES_MAX = 256 << 10;
    private static final int SEGMENT_BYTES_MAX = 1 << 20;

    private final MemoryBudget budget;
    private final List<byte[]> segments = new ArrayList<>();
    private final long declared;
    private int lastUsed;
    private int length;
    private long reserved;

    /** @param declared the length that the request declares, or -1 */
    public WireBody(MemoryBudget budget, long declared) {
        this.budget = budget;
        this.declared = declared;
    }

    public int length() {
        return length;
    }

    /** Appends a copy. */
    public void append(Buffer buffer) {
        int from = 0;
        while (from < buffer.length()) {
            if (segments.isEmpty() || lastUsed == last().length) {
                addSegment();
            }
            int count = Math.min(buffer.length() - from, last().length - lastUsed);
            buffer.getBytes(from, from + count, last(), lastUsed);
            lastUsed += count;
            from += count;
            length += count;
        }
    }

    /** The byte at an index of the first segment, or -1 if the body is shorter. */
    int byteAt(int index) {
        return index < length && index < segments.get(0).length ? segments.get(0)[index] & 0xff : -1;
    }

    int segmentCount() {
        return segments.size();
    }

    /** The used part of a segment; its bytes must not be changed. */
    ByteBuffer segment(int index) {
        byte[] segment = segments.get(index);
        return ByteBuffer.wrap(segment, 0, index == segments.size() - 1 ? lastUsed : segment.length);
    }

    /** The last {@code count} bytes as a little-endian number, for trailers; -1 if they are not all in one segment. */
    long trailingUnsigned(int count) {
        if (lastUsed < count) {
            return -1;
        }
        long value = 0;
        for (int i = lastUsed - 1; i >= lastUsed - count; i--) {
            value = (value << 8) | (last()[i] & 0xff);
        }
        return value;
    }

    /** Lets go of the bytes and of what was reserved for them. */
    void release() {
        segments.clear();
        length = 0;
        lastUsed = 0;
        budget.release(reserved);
        reserved = 0;
    }

    private byte[] last() {
        return segments.get(segments.size() - 1);
    }

    private void addSegment() {
        int size;
        if (declared >= 0) {
            // Not all that is declared at once: a promise costs the client nothing.
            size = (int) Math.min(declared - length, Math.max(DECLARED_SEGMENT_BYTES_MAX, length));
        } else {
            size = Math.max(FIRST_SEGMENT_BYTES, length);
        }
        size = Math.max(1, Math.min(size, SEGMENT_BYTES_MAX));
        budget.reserve(size);
        reserved += size;
        segments.add(new byte[size]);
        lastUsed = 0;
    }
}
