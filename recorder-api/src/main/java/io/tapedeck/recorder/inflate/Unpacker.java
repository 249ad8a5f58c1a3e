package io.tapedeck.recorder.inflate;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/**
 * Unpacks what is compressed inside of a body, all of it together within the bound of a body, and holds the memory that a
 * dialect takes to do so. Belongs to one request; used by one thread at a time.
 */
public final class Unpacker implements MemoryBudget, AutoCloseable {
    private final BodyInflater inflater;
    private final int bytesMax;
    private final MemoryBudget budget;
    private long held;
    private long unpacked;

    /**
     * @param bytesMax bytes that may come out of all that is unpacked
     * @param budget the request's
     */
    public Unpacker(BodyInflater inflater, int bytesMax, MemoryBudget budget) {
        this.inflater = inflater;
        this.bytesMax = bytesMax;
        this.budget = budget;
    }

    /**
     * Unpacks one gzip or zlib stream. Who does not keep it gives its {@code capacity()} back to {@link #release}.
     *
     * @return backed by an array that nobody else has
     * @throws ProblemException MALFORMED if it is neither, or damaged; TOO_LARGE or OVER_CAPACITY at a bound
     */
    public ByteBuffer unpack(byte[] packed, int from, int to) {
        if (!isPacked(packed, from, to)) {
            throw Problem.malformed("something that should be compressed is neither gzip nor zlib");
        }
        WireBody body = new WireBody(this, to - from);
        try {
            body.append(Buffer.buffer(to - from).appendBytes(packed, from, to - from));
            ContentCoding coding = isGzip(packed, from, to) ? ContentCoding.GZIP : ContentCoding.ZLIB;
            ByteBuffer plain = inflater.inflate(body, coding, this);
            unpacked += plain.remaining();
            if (unpacked > bytesMax) {
                throw Problem.of(ProblemCode.TOO_LARGE, "what is compressed inside of the body is too large")
                        .asException();
            }
            return plain;
        } finally {
            body.release();
        }
    }

    /**
     * Unpacks a gzip or zlib stream that a JSON string holds, one byte a character.
     *
     * @param json valid JSON in which {@code [from, to)} is the string with its quotes
     * @return as {@link #unpack}
     * @throws ProblemException as {@link #unpack}, and MALFORMED if a character is no byte
     */
    public ByteBuffer unpackString(byte[] json, int from, int to) {
        int lengthMax = to - from;
        reserve(lengthMax);
        try {
            byte[] packed = new byte[lengthMax];
            return unpack(packed, 0, ByteString.decode(json, from + 1, to - 1, packed));
        } finally {
            release(lengthMax);
        }
    }

    /** Whether the bytes begin as gzip or zlib does. */
    public static boolean isPacked(byte[] bytes, int from, int to) {
        return isGzip(bytes, from, to) || isZlib(bytes, from, to);
    }

    private static boolean isGzip(byte[] bytes, int from, int to) {
        return to - from > 2 && bytes[from] == 0x1f && (bytes[from + 1] & 0xff) == 0x8b;
    }

    /** The method is deflate, the window at most 32 KB, and the two bytes together are a multiple of 31. */
    private static boolean isZlib(byte[] bytes, int from, int to) {
        return to - from > 2
                && (bytes[from] & 0x8f) == 0x08
                && ((bytes[from] & 0xff) << 8 | (bytes[from + 1] & 0xff)) % 31 == 0;
    }

    @Override
    public void reserve(long bytes) {
        budget.reserve(bytes);
        held += bytes;
    }

    @Override
    public void release(long bytes) {
        budget.release(bytes);
        held -= bytes;
    }

    /** Gives back what is still held. Closing again does nothing. */
    @Override
    public void close() {
        release(held);
    }
}
