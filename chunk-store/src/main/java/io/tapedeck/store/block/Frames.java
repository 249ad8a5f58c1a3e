package io.tapedeck.store.block;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Whole zstd frames in memory: made, checked and opened. Thread-safe. */
final class Frames {
    /** The most that one frame may hold raw: a bound on what a hostile index can make a reader allocate. */
    static final int RAW_BYTES_MAX = 512 * 1024 * 1024;

    /** A zstd block has three bytes of header and at least one of content, */
    private static final int ZSTD_BLOCK_BYTES_MIN = 4;
    /** and gives at most so many. */
    private static final int ZSTD_BLOCK_RAW_MAX = 128 * 1024;

    /** One encoder for each thread that compresses, for as long as it lives: making one costs more than a small block. */
    private static final ThreadLocal<Frames> OF_THREAD = ThreadLocal.withInitial(Frames::new);

    /** What is larger is streamed, so that no thread keeps much memory for good. */
    private static final int AT_ONCE_BYTES_MAX = 128 * 1024;

    private final ByteSink sink = new ByteSink();
    private final FrameEncoder encoder = new FrameEncoder(sink);
    private final ZstdCompressCtx atOnce = new ZstdCompressCtx();
    private final byte[] scratch = new byte[(int) Zstd.compressBound(AT_ONCE_BYTES_MAX)];

    private Frames() {}

    /** Compresses what remains of a buffer, which is left as it was, into one frame that says how much it holds. */
    static byte[] encode(int level, ByteBuffer raw) {
        if (!raw.hasArray() || raw.remaining() > AT_ONCE_BYTES_MAX) {
            return encode(level, List.of(raw));
        }
        Frames own = OF_THREAD.get();
        FrameEncoder.set(own.atOnce, level, true);
        int length = own.atOnce.compressByteArray(
                own.scratch, 0, own.scratch.length, raw.array(), raw.arrayOffset() + raw.position(), raw.remaining());
        return Arrays.copyOf(own.scratch, length);
    }

    /** Compresses all parts, back to back, into one frame that says how much it holds. */
    static byte[] encode(int level, Iterable<ByteBuffer> parts) {
        long rawLength = 0;
        for (ByteBuffer part : parts) {
            rawLength += part.remaining();
        }
        if (rawLength > RAW_BYTES_MAX) {
            throw new IllegalArgumentException("a frame of " + rawLength + " bytes, more than " + RAW_BYTES_MAX);
        }
        Frames own = OF_THREAD.get();
        own.sink.take();
        own.encoder.begin(level, rawLength);
        for (ByteBuffer part : parts) {
            own.encoder.write(part);
        }
        own.encoder.end();
        return own.sink.take();
    }

    /**
     * Verifies and decompresses.
     *
     * @param what names the frame in messages
     */
    static byte[] decode(String what, ByteBuffer frame, int length, int rawLength, int crc32c) {
        if (frame.remaining() != length) {
            throw corrupt(what + " has " + frame.remaining() + " bytes instead of " + length, null);
        }
        if (crc32c(frame) != crc32c) {
            throw corrupt(what + " does not match its checksum", null);
        }
        return decode(what, frame, rawLength);
    }

    /** Decompresses a frame that has its own checksum. */
    static byte[] decode(String what, ByteBuffer frame, int rawLength) {
        if (rawLength < 0 || rawLength > rawBytesMax(frame.remaining())) {
            throw corrupt(what + " claims " + rawLength + " bytes raw", null);
        }
        byte[] bytes = new byte[frame.remaining()];
        frame.duplicate().get(bytes);
        byte[] raw = new byte[rawLength];
        try {
            long found = Zstd.decompressByteArray(raw, 0, rawLength, bytes, 0, bytes.length);
            if (Zstd.isError(found)) {
                throw corrupt(what + " cannot be decompressed: " + Zstd.getErrorName(found), null);
            }
            if (found != rawLength) {
                throw corrupt(what + " has " + found + " bytes raw instead of " + rawLength, null);
            }
        } catch (ZstdException e) {
            throw corrupt(what + " cannot be decompressed", e);
        }
        return raw;
    }

    /** The most that a frame of so many bytes can hold: what it claims is not allocated before it is plausible. */
    private static long rawBytesMax(int frameBytes) {
        return Math.min(RAW_BYTES_MAX, (frameBytes / ZSTD_BLOCK_BYTES_MIN + 1L) * ZSTD_BLOCK_RAW_MAX);
    }

    /** CRC-32C of the remaining bytes, which are left as they were. */
    static int crc32c(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    static StoreException corrupt(String message, Throwable cause) {
        return new StoreException(StoreErrorKind.CORRUPT, message, cause);
    }
}
