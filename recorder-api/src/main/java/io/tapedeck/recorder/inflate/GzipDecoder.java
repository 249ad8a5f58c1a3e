package io.tapedeck.recorder.inflate;

import io.tapedeck.http.Problem;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes gzip (RFC 1952): one member or several after each other, each checked against its CRC and length. Not
 * thread-safe; used again for each body.
 *
 * <pre>
 *  1f 8b  08  FLG  MTIME×4  XFL  OS  [extra] [name\0] [comment\0] [CRC16]  deflate data  CRC32×4  ISIZE×4
 * </pre>
 */
final class GzipDecoder {
    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xe0;
    private static final int TRAILER_LENGTH_BYTES = 4;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();

    private WireBody body;
    private int next;
    private ByteBuffer input;

    /** The length at the end, which is that of the last member. */
    static long bytesExpected(WireBody body) {
        long size = body.trailingUnsigned(TRAILER_LENGTH_BYTES);
        return size < 0 ? Long.MAX_VALUE : size;
    }

    void decode(WireBody from, Inflated to) {
        body = from;
        next = 0;
        input = ByteBuffer.allocate(0);
        try {
            if (!hasInput()) {
                throw truncated();
            }
            while (hasInput()) {
                readHeader();
                readMember(to);
            }
        } finally {
            body = null;
            input = null;
        }
    }

    private void readHeader() {
        if (readByte() != 0x1f || readByte() != 0x8b) {
            throw Problem.malformed("the body is not gzip, or something follows its end");
        }
        int method = readByte();
        int flags = readByte();
        if (method != 8 || (flags & FLAGS_RESERVED) != 0) {
            throw Problem.malformed("the gzip header is of an unknown kind");
        }
        skip(6);
        if ((flags & FLAG_EXTRA) != 0) {
            skip(readByte() | (readByte() << 8));
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            skip(2);
        }
    }

    private void readMember(Inflated to) {
        inflater.reset();
        crc.reset();
        int start = to.length();
        while (!inflater.finished()) {
            if (inflater.needsInput()) {
                if (!hasInput()) {
                    throw truncated();
                }
                inflater.setInput(input);
            }
            inflateSome(to);
        }
        if (readUnsigned() != crc.getValue()) {
            throw Problem.malformed("the gzip checksum is wrong");
        }
        if (readUnsigned() != to.length() - start) {
            throw Problem.malformed("the gzip length is wrong");
        }
    }

    private void inflateSome(Inflated to) {
        try {
            int room = to.room();
            int count = inflater.inflate(to.array(), to.length(), room);
            if (count == 0 && inflater.needsDictionary()) {
                throw Problem.malformed("the gzip data asks for a dictionary");
            }
            crc.update(to.array(), to.length(), count);
            to.added(count);
        } catch (DataFormatException e) {
            throw Problem.malformed("the gzip data is damaged");
        }
    }

    private boolean hasInput() {
        while (!input.hasRemaining() && next < body.segmentCount()) {
            input = body.segment(next);
            next++;
        }
        return input.hasRemaining();
    }

    private int readByte() {
        if (!hasInput()) {
            throw truncated();
        }
        return input.get() & 0xff;
    }

    private long readUnsigned() {
        return readByte() | (readByte() << 8) | (readByte() << 16) | ((long) readByte() << 24);
    }

    private void skip(int count) {
        for (int i = 0; i < count; i++) {
            readByte();
        }
    }

    private void skipText() {
        while (readByte() != 0) {
            // until the zero
        }
    }

    private static RuntimeException truncated() {
        return Problem.malformed("the gzip data ends early");
    }
}
