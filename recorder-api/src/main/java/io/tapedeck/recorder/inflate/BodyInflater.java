package io.tapedeck.recorder.inflate;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Turns a body as sent into the bytes that were meant, within bounds. Thread-safe: each thread has its own contexts,
 * which it keeps.
 *
 * <p>Whatever the input, at most the limit's bytes are held (three times for the moment of a growth: the old array and
 * one twice as large) and a body that ends early, or whose checksum or length is wrong, is refused.
 */
public final class BodyInflater {
    private final InflateLimits limits;
    private final SpareArrays spares = new SpareArrays();
    private final ThreadLocal<GzipDecoder> gzip = ThreadLocal.withInitial(GzipDecoder::new);
    private final ThreadLocal<ZlibDecoder> zlib = ThreadLocal.withInitial(ZlibDecoder::new);
    private final ThreadLocal<ZstdDecoder> zstd = ThreadLocal.withInitial(ZstdDecoder::new);

    public BodyInflater(InflateLimits limits) {
        this.limits = limits;
    }

    /**
     * How many bytes will come out, as the body itself says: a hint, which may be wrong.
     *
     * @return the hint, or {@link Long#MAX_VALUE} if the body doesn't say
     */
    public long bytesExpected(WireBody body, ContentCoding coding) {
        return switch (coding) {
            case IDENTITY -> body.length();
            case GZIP -> GzipDecoder.bytesExpected(body);
            case ZLIB -> Long.MAX_VALUE;
            case ZSTD -> ZstdDecoder.bytesExpected(body);
        };
    }

    /**
     * Inflates a body and releases it.
     *
     * @return backed by an array that nobody else has
     * @throws ProblemException MALFORMED if the body is damaged, TOO_LARGE or OVER_CAPACITY at a bound
     */
    public ByteBuffer inflate(WireBody body, ContentCoding coding, MemoryBudget budget) {
        int bytesMax = coding == ContentCoding.IDENTITY ? limits.bytesMax() : limits.bytesMaxOf(body.length());
        return inflate(body, coding, new Inflated(budget, bytesMax, firstBytes(body, coding)));
    }

    /**
     * Inflates a body and releases it, if no more than {@code bytesMax} bytes come out; otherwise the body is left as it
     * was. Who is done with what came out should {@link #giveBack} it.
     *
     * @return backed by an array that nobody else has
     * @throws ProblemException MALFORMED if the body is damaged, OVER_CAPACITY at a bound
     */
    public Optional<ByteBuffer> inflateUpTo(int bytesMax, WireBody body, ContentCoding coding, MemoryBudget budget) {
        if (bytesMax >= limits.bytesMax()) {
            return Optional.empty();
        }
        try {
            return Optional.of(inflate(body, coding, inSpareArray(body, coding, budget, bytesMax)));
        } catch (ProblemException e) {
            if (e.problem().code() == ProblemCode.TOO_LARGE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The array of {@code inflated}, which nobody may use any more, can be that of another body. */
    public void giveBack(ByteBuffer inflated) {
        if (inflated.arrayOffset() == 0) {
            spares.giveBack(inflated.array());
        }
    }

    private Inflated inSpareArray(WireBody body, ContentCoding coding, MemoryBudget budget, int bytesMax) {
        int bytes = firstBytes(body, coding);
        return bytes > SpareArrays.ARRAY_BYTES
                ? new Inflated(budget, bytesMax, bytes)
                : new Inflated(budget, bytesMax, spares.take());
    }

    private ByteBuffer inflate(WireBody body, ContentCoding coding, Inflated inflated) {
        try {
            switch (coding) {
                case IDENTITY -> copy(body, inflated);
                case GZIP -> gzip.get().decode(body, inflated);
                case ZLIB -> zlib.get().decode(body, inflated);
                case ZSTD -> zstd.get().decode(body, inflated);
            }
        } catch (RuntimeException e) {
            inflated.discard();
            throw e;
        }
        body.release();
        return inflated.toBuffer();
    }

    /** The hint is believed as far as it is plausible: JSON seldom shrinks more than thirtyfold. */
    private int firstBytes(WireBody body, ContentCoding coding) {
        long plausible = Math.max(4 << 10, body.length() * (coding == ContentCoding.IDENTITY ? 1L : 32L));
        long expected = bytesExpected(body, coding);
        long size = expected == Long.MAX_VALUE ? body.length() * 8L : expected;
        return (int) Math.min(Integer.MAX_VALUE, Math.min(plausible, size));
    }

    private static void copy(WireBody body, Inflated out) {
        for (int i = 0; i < body.segmentCount(); i++) {
            ByteBuffer segment = body.segment(i);
            while (segment.hasRemaining()) {
                int count = Math.min(out.room(), segment.remaining());
                segment.get(out.array(), out.length(), count);
                out.added(count);
            }
        }
    }
}
