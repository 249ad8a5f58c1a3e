package io.tapedeck.recorder.inflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyInflaterTest {
    private static final int BYTES_MAX = 1 << 20;
    private static final byte[] TEXT =
            "{\"some\":\"text that repeats, text that repeats, text that repeats\"}".getBytes(StandardCharsets.UTF_8);

    private final CountingBudget budget = new CountingBudget();
    private final BodyInflater inflater = new BodyInflater(new InflateLimits(BYTES_MAX, 256 << 10, 20));

    @AfterEach
    void onlyWhatIsReturnedIsHeld() {
        assertThat(budget.held()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_000, 16_384, 70_000})
    void inflate_ofEveryCoding_givesTheBytes(int readBytes) throws IOException {
        byte[] plain = sample(300_000);

        assertThat(inflate(plain, ContentCoding.IDENTITY, readBytes)).isEqualTo(plain);
        assertThat(inflate(Compressed.gzip(plain), ContentCoding.GZIP, readBytes))
                .isEqualTo(plain);
        assertThat(inflate(Zstd.compress(plain), ContentCoding.ZSTD, readBytes)).isEqualTo(plain);
        assertThat(inflate(Compressed.zstdWithoutSize(plain), ContentCoding.ZSTD, readBytes))
                .isEqualTo(plain);
    }

    @Test
    void inflate_ofNothing_givesNothing() throws IOException {
        assertThat(inflate(new byte[0], ContentCoding.IDENTITY, 10)).isEmpty();
        assertThat(inflate(Compressed.gzip(new byte[0]), ContentCoding.GZIP, 10))
                .isEmpty();
        assertThat(inflate(Zstd.compress(new byte[0]), ContentCoding.ZSTD, 10)).isEmpty();
    }

    @Test
    void inflate_ofSeveralMembersOrFrames_joinsThem() throws IOException {
        byte[] plain = sample(1_000);

        byte[] twice = Compressed.join(plain, plain);
        assertThat(inflate(Compressed.join(Compressed.gzip(plain), Compressed.gzip(plain)), ContentCoding.GZIP, 10))
                .isEqualTo(twice);
        assertThat(inflate(Compressed.join(Zstd.compress(plain), Zstd.compress(plain)), ContentCoding.ZSTD, 10))
                .isEqualTo(twice);
    }

    @Test
    void inflate_ofAGzipHeaderWithEverything_givesTheBytes() throws IOException {
        byte[] usual = Compressed.gzip(TEXT);
        byte[] full = new byte[usual.length + 4 + 5 + 3 + 2];
        System.arraycopy(usual, 0, full, 0, 10);
        full[3] = 2 | 4 | 8 | 16;
        byte[] optional = {2, 0, 9, 9, 'n', 'a', 'm', 'e', 0, 'c', 'o', 0, 7, 7};
        System.arraycopy(optional, 0, full, 10, optional.length);
        System.arraycopy(usual, 10, full, 10 + optional.length, usual.length - 10);

        assertThat(inflate(full, ContentCoding.GZIP, 100)).isEqualTo(TEXT);
    }

    @Test
    void inflate_cutAnywhere_isMalformed() throws IOException {
        byte[] gzip = Compressed.gzip(TEXT);
        byte[] zstd = Zstd.compress(TEXT);
        byte[] twoMembers = Compressed.join(gzip, gzip);
        byte[] twoFrames = Compressed.join(zstd, zstd);

        for (int length = 0; length < gzip.length; length++) {
            assertRefused(Arrays.copyOf(gzip, length), ContentCoding.GZIP, ProblemCode.MALFORMED);
        }
        for (int length = 0; length < zstd.length; length++) {
            assertRefused(Arrays.copyOf(zstd, length), ContentCoding.ZSTD, ProblemCode.MALFORMED);
        }
        for (int length = gzip.length + 1; length < twoMembers.length; length++) {
            assertRefused(Arrays.copyOf(twoMembers, length), ContentCoding.GZIP, ProblemCode.MALFORMED);
        }
        for (int length = zstd.length + 1; length < twoFrames.length; length++) {
            assertRefused(Arrays.copyOf(twoFrames, length), ContentCoding.ZSTD, ProblemCode.MALFORMED);
        }
    }

    @Test
    void inflate_withAWrongTrailer_isMalformed() throws IOException {
        for (int fromEnd = 1; fromEnd <= 8; fromEnd++) {
            byte[] gzip = Compressed.gzip(TEXT);
            gzip[gzip.length - fromEnd] ^= 1;
            assertRefused(gzip, ContentCoding.GZIP, ProblemCode.MALFORMED);
        }
    }

    @Test
    void inflate_withGarbageBehind_isMalformed() throws IOException {
        assertRefused(
                Compressed.join(Compressed.gzip(TEXT), new byte[] {1, 2, 3}),
                ContentCoding.GZIP,
                ProblemCode.MALFORMED);
        assertRefused(
                Compressed.join(Zstd.compress(TEXT), new byte[] {1, 2, 3}), ContentCoding.ZSTD, ProblemCode.MALFORMED);
    }

    @Test
    void inflate_ofDamagedBytes_neverHangsOrLeaks() throws IOException {
        Random random = new Random(42);
        byte[] gzip = Compressed.gzip(sample(5_000));
        byte[] zstd = Zstd.compress(sample(5_000));
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = (i % 2 == 0 ? gzip : zstd).clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                inflate(damaged, i % 2 == 0 ? ContentCoding.GZIP : ContentCoding.ZSTD, 512);
            } catch (ProblemException e) {
                assertThat(e.problem().code()).isIn(ProblemCode.MALFORMED, ProblemCode.TOO_LARGE);
            }
            assertThat(budget.held()).isZero();
        }
    }

    @Test
    void inflate_ofABomb_isTooLargeAndTakesNoMoreThanAllowed() throws IOException {
        byte[] zeros = new byte[16 << 20];

        assertRefused(Compressed.gzip(zeros), ContentCoding.GZIP, ProblemCode.TOO_LARGE);
        assertRefused(Zstd.compress(zeros), ContentCoding.ZSTD, ProblemCode.TOO_LARGE);
        assertRefused(Compressed.zstdWithoutSize(zeros), ContentCoding.ZSTD, ProblemCode.TOO_LARGE);
        assertThat(budget.peak()).isLessThan(3 * BYTES_MAX);
    }

    @Test
    void inflate_upToTheLimit_isTakenAndOneMoreIsNot() throws IOException {
        byte[] most = sample(BYTES_MAX);
        byte[] more = sample(BYTES_MAX + 1);

        assertThat(inflate(Compressed.gzip(most), ContentCoding.GZIP, 8_192)).hasSize(BYTES_MAX);
        assertThat(inflate(Zstd.compress(most), ContentCoding.ZSTD, 8_192)).hasSize(BYTES_MAX);
        assertRefused(more, ContentCoding.IDENTITY, ProblemCode.TOO_LARGE);
        assertRefused(Compressed.gzip(more), ContentCoding.GZIP, ProblemCode.TOO_LARGE);
        assertRefused(Zstd.compress(more), ContentCoding.ZSTD, ProblemCode.TOO_LARGE);
    }

    @Test
    void inflateUpTo_leavesALargerBodyForLater() throws IOException {
        byte[] plain = sample(50_000);
        WireBody body = body(Compressed.join(Compressed.gzip(plain), Compressed.gzip(plain)), 1_000);

        assertThat(inflater.inflateUpTo(99_999, body, ContentCoding.GZIP, budget))
                .isEmpty();
        ByteBuffer inflated = inflater.inflate(body, ContentCoding.GZIP, budget);
        assertThat(inflated.remaining()).isEqualTo(100_000);
        budget.release(inflated.capacity());
    }

    @Test
    void inflateUpTo_inAnArrayThatWasGivenBack_showsNothingOfWhatWasInIt() throws IOException {
        byte[] secret = sample(40_000);
        byte[] plain = sample(3_000);
        ByteBuffer first = inflateUpTo(Compressed.gzip(secret));
        inflater.giveBack(first);

        ByteBuffer second = inflateUpTo(Compressed.gzip(plain));

        assertThat(array(second)).as("the array").isSameAs(array(first));
        byte[] bytes = new byte[second.remaining()];
        second.get(bytes);
        assertThat(bytes).isEqualTo(plain);
        assertThat(second.limit()).isEqualTo(plain.length);
    }

    @Test
    void inflateUpTo_besideABodyThatIsInUse_takesAnotherArray() throws IOException {
        ByteBuffer first = inflateUpTo(Compressed.gzip(sample(3_000)));

        assertThat(array(inflateUpTo(Compressed.gzip(sample(3_000))))).isNotSameAs(array(first));
    }

    private static byte[] array(ByteBuffer inflated) {
        assertThat(inflated.arrayOffset()).isZero();
        return inflated.array();
    }

    private ByteBuffer inflateUpTo(byte[] wire) {
        ByteBuffer inflated = inflater.inflateUpTo(100_000, body(wire, 1_000), ContentCoding.GZIP, budget)
                .orElseThrow();
        assertThat(budget.held()).as("held for the result").isEqualTo(inflated.capacity());
        budget.release(inflated.capacity());
        return inflated;
    }

    @Test
    void inflate_ofAWindowLargerThanBrowsersTake_isTooLarge() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(bytes)) {
            out.setLong(27);
            out.write(TEXT);
        }

        assertRefused(bytes.toByteArray(), ContentCoding.ZSTD, ProblemCode.TOO_LARGE);
    }

    @Test
    void inflate_withoutMemory_isOverCapacity() throws IOException {
        budget.limitTo(100_000);

        assertRefused(Compressed.gzip(sample(200_000)), ContentCoding.GZIP, ProblemCode.OVER_CAPACITY);
        assertRefused(Compressed.zstdWithoutSize(sample(200_000)), ContentCoding.ZSTD, ProblemCode.OVER_CAPACITY);
    }

    @Test
    void coding_isNamedOrSniffed() throws IOException {
        assertThat(ContentCoding.of("GZIP", body(TEXT, 100))).isEqualTo(ContentCoding.GZIP);
        assertThat(ContentCoding.of(null, body(Compressed.gzip(TEXT), 1))).isEqualTo(ContentCoding.GZIP);
        assertThat(ContentCoding.of("identity", body(Zstd.compress(TEXT), 1))).isEqualTo(ContentCoding.ZSTD);
        assertThat(ContentCoding.of("", body(TEXT, 100))).isEqualTo(ContentCoding.IDENTITY);
        assertThat(ContentCoding.of(null, body(new byte[0], 1))).isEqualTo(ContentCoding.IDENTITY);
        budget.forget();
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "gzip, gzip", "compress", "\u0000"})
    void coding_ofAnotherKind_isUnsupported(String header) {
        assertThatThrownBy(() -> ContentCoding.of(header, body(TEXT, 100)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.UNSUPPORTED_ENCODING));
        budget.forget();
    }

    private void assertRefused(byte[] wire, ContentCoding coding, ProblemCode code) {
        assertThatThrownBy(() -> inflate(wire, coding, 512))
                .as("%s of %d bytes", coding, wire.length)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(code));
        assertThat(budget.held()).as("held after a refusal").isZero();
    }

    /** Inflates, checks that exactly the result is held, and gives that back; or gives back the body as its owner does. */
    private byte[] inflate(byte[] wire, ContentCoding coding, int readBytes) {
        budget.reset();
        try {
            ByteBuffer inflated = inflater.inflate(body(wire, readBytes), coding, budget);
            assertThat(budget.held()).as("held for the result").isEqualTo(inflated.capacity());
            byte[] bytes = new byte[inflated.remaining()];
            inflated.get(bytes);
            budget.release(inflated.capacity());
            return bytes;
        } catch (ProblemException e) {
            assertThat(budget.held()).as("held for the body").isLessThanOrEqualTo(2L * wire.length + (16 << 10));
            budget.forget();
            throw e;
        }
    }

    private WireBody body(byte[] wire, int readBytes) {
        WireBody body = new WireBody(budget, -1);
        for (int from = 0; from < wire.length; from += readBytes) {
            body.append(Buffer.buffer(Arrays.copyOfRange(wire, from, Math.min(wire.length, from + readBytes))));
        }
        assertThat(body.length()).isEqualTo(wire.length);
        return body;
    }

    /** Text that shrinks about threefold. */
    private static byte[] sample(int length) {
        Random random = new Random(7);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + random.nextInt(6));
        }
        return bytes;
    }
}
