package io.tapedeck.recorder.inflate;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.store.fuzz.Fuzzer;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/**
 * Bodies that are nearly right: whatever the bytes, they are inflated within the bounds or refused as MALFORMED or
 * TOO_LARGE, and what was reserved is given back.
 */
public class InflateFuzzTest {
    private static final InflateLimits LIMITS = new InflateLimits(4 << 20, 1 << 20, 200);
    /** For four bodies, each in an array that grows up to the bound. */
    private static final long BYTES_MAX = 16L * LIMITS.bytesMax();

    private static final int TRAILER_BYTES = 2 * Integer.BYTES;
    private static final int HEADER_BYTES = 10;

    private final BodyInflater inflater = new BodyInflater(LIMITS);

    @Test
    void inflate_ofABodyNearlyRight_isInflatedOrRefused() throws Exception {
        byte[] text = "{\"some\":\"text that repeats, text that repeats\"}".getBytes(StandardCharsets.UTF_8);
        byte[] zeros = new byte[2 << 20];
        new Fuzzer(InflateFuzzTest.class, BYTES_MAX, this::decode)
                .seed(Compressed.gzip(text))
                .seed(Compressed.join(Compressed.gzip(text), Compressed.gzip(text)))
                .seed(Compressed.gzip(zeros))
                .seed(Zstd.compress(text))
                .seed(Compressed.zstdWithoutSize(text))
                .seed(Compressed.join(Zstd.compress(text), new byte[] {0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7}))
                .seed(Zstd.compress(zeros))
                .seed(text)
                .run(15_000);
    }

    /** The name by which a fuzzer of its own finds it: see docs/testing.md. */
    public static void fuzzerTestOneInput(byte[] input) {
        new InflateFuzzTest().decode(input);
    }

    private boolean decode(byte[] input) {
        boolean taken = inflate(input, null);
        inflate(input, "gzip");
        inflate(input, "zstd");
        return inflate(repaired(input), null) || taken;
    }

    private boolean inflate(byte[] wire, String header) {
        CountingBudget budget = new CountingBudget();
        WireBody body = new WireBody(budget, wire.length % 3 == 0 ? wire.length : -1);
        // In pieces, so that what decoders keep from one to the next is met too.
        for (int from = 0; from < wire.length; from += 100) {
            body.append(Buffer.buffer(Arrays.copyOfRange(wire, from, Math.min(wire.length, from + 100))));
        }
        long ofBody = budget.held();
        try {
            int length = inflater.inflate(body, ContentCoding.of(header, body), budget)
                    .remaining();
            assertThat(length).isLessThanOrEqualTo(LIMITS.bytesMax());
            return true;
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isIn(ProblemCode.MALFORMED, ProblemCode.TOO_LARGE);
            assertThat(budget.held()).isEqualTo(ofBody);
            return false;
        } finally {
            assertThat(budget.peak()).isLessThanOrEqualTo(4L * LIMITS.bytesMax());
        }
    }

    /** A gzip body with the checksum and length that its data has, so that what is behind them is reached. */
    private static byte[] repaired(byte[] wire) {
        if (wire.length < HEADER_BYTES + TRAILER_BYTES || wire[0] != 0x1f || wire[3] != 0) {
            return wire;
        }
        Inflater data = new Inflater(true);
        try {
            data.setInput(wire, HEADER_BYTES, wire.length - HEADER_BYTES);
            byte[] plain = new byte[LIMITS.bytesMax()];
            int length = data.inflate(plain);
            CRC32 crc = new CRC32();
            crc.update(plain, 0, length);
            byte[] member = Arrays.copyOf(wire, HEADER_BYTES + (int) data.getBytesRead() + TRAILER_BYTES);
            putLittleEndian(member, member.length - TRAILER_BYTES, crc.getValue());
            putLittleEndian(member, member.length - Integer.BYTES, length);
            return member;
        } catch (DataFormatException e) {
            return wire;
        } finally {
            data.end();
        }
    }

    private static void putLittleEndian(byte[] bytes, int at, long value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[at + i] = (byte) (value >> (8 * i));
        }
    }
}
