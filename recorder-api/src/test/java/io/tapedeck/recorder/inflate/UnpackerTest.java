package io.tapedeck.recorder.inflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class UnpackerTest {
    private static final byte[] TEXT = "[{\"type\":4}] ".repeat(500).getBytes(StandardCharsets.UTF_8);

    private final CountingBudget budget = new CountingBudget();

    @Test
    void unpack_givesBackWhatWasPacked() throws IOException {
        try (Unpacker unpacker = unpacker(1 << 20)) {
            assertThat(bytes(unpacker.unpack(gzip(TEXT), 0, gzip(TEXT).length))).isEqualTo(TEXT);
            byte[] zlib = zlib(TEXT);
            byte[] within = new byte[zlib.length + 7];
            System.arraycopy(zlib, 0, within, 3, zlib.length);
            assertThat(bytes(unpacker.unpack(within, 3, 3 + zlib.length))).isEqualTo(TEXT);
        }
        assertThat(budget.held()).isZero();
    }

    @Test
    void unpack_ofWhatIsNotPacked_orDamaged_isMalformed() throws IOException {
        byte[] zlib = zlib(TEXT);
        byte[] short1 = Arrays.copyOf(zlib, zlib.length - 1);
        byte[] long1 = Arrays.copyOf(zlib, zlib.length + 1);
        byte[] altered = zlib.clone();
        altered[zlib.length - 1] ^= 1;
        try (Unpacker unpacker = unpacker(1 << 20)) {
            for (byte[] bad : new byte[][] {TEXT, new byte[0], {0x78}, short1, long1, altered}) {
                assertThatThrownBy(() -> unpacker.unpack(bad, 0, bad.length))
                        .satisfies(e -> assertThat(code(e)).isEqualTo(ProblemCode.MALFORMED));
            }
        }
        assertThat(budget.held()).isZero();
    }

    @Test
    void unpackString_readsBytesHoweverTheyAreWritten() throws IOException {
        byte[] zlib = zlib(TEXT);
        StringBuilder escapes = new StringBuilder("\"");
        StringBuilder raw = new StringBuilder("\"");
        for (byte one : zlib) {
            escapes.append(String.format("\\u%04X", one & 0xff));
            raw.append(asInBrowsers((char) (one & 0xff)));
        }
        try (Unpacker unpacker = unpacker(1 << 20)) {
            for (StringBuilder text : new StringBuilder[] {escapes, raw}) {
                byte[] json = text.append('"').toString().getBytes(StandardCharsets.UTF_8);
                assertThat(bytes(unpacker.unpackString(json, 0, json.length))).isEqualTo(TEXT);
            }
        }
        assertThat(budget.held()).isZero();
    }

    @Test
    void unpackString_ofWhatIsNoBytes_isMalformed() {
        try (Unpacker unpacker = unpacker(1 << 20)) {
            for (String bad :
                    new String[] {"\"\"", "\"x\u0160\"", "\"x\\u0160\"", "\"x\\ud83d\"", "\"x\\n😀\"", "\"[]\""}) {
                byte[] json = bad.getBytes(StandardCharsets.UTF_8);
                assertThatThrownBy(() -> unpacker.unpackString(json, 0, json.length))
                        .as(bad)
                        .satisfies(e -> assertThat(code(e)).isEqualTo(ProblemCode.MALFORMED));
            }
        }
        assertThat(budget.held()).isZero();
    }

    /** What {@code JSON.stringify} makes of a character. */
    private static String asInBrowsers(char c) {
        return switch (c) {
            case '"', '\\' -> "\\" + c;
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c);
        };
    }

    @Test
    void unpack_ofMuch_countsAllOfIt() throws IOException {
        byte[] zlib = zlib(TEXT);
        try (Unpacker unpacker = unpacker(3 * TEXT.length)) {
            for (int i = 0; i < 3; i++) {
                unpacker.release(unpacker.unpack(zlib, 0, zlib.length).capacity());
            }
            assertThatThrownBy(() -> unpacker.unpack(zlib, 0, zlib.length))
                    .satisfies(e -> assertThat(code(e)).isEqualTo(ProblemCode.TOO_LARGE));
        }
        assertThat(budget.held()).isZero();
    }

    private Unpacker unpacker(int bytesMax) {
        return new Unpacker(new BodyInflater(InflateLimits.upTo(1 << 20)), bytesMax, budget);
    }

    private static ProblemCode code(Throwable error) {
        return ((ProblemException) error).problem().code();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    private static byte[] zlib(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }
}
