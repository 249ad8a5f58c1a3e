package io.tapedeck.recorder;

import static io.tapedeck.recorder.Gateway.bytes;
import static io.tapedeck.recorder.Gateway.code;
import static io.tapedeck.recorder.Gateway.envelope;
import static io.tapedeck.recorder.Gateway.gzip;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that nobody should send: each is refused with the right code, and nothing of it is kept. */
class HostileUploadTest {
    private static final String GOOD = "[{\"type\":0,\"data\":{},\"timestamp\":1794116402000}]";

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void nothingIsHeldOrKept() throws Exception {
        assertThat(gateway.store.chunks())
                .allSatisfy(chunk -> assertThat(chunk.session().session()).isEqualTo("good"));
        gateway.assertSound();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"text\"",
                "{",
                "{}",
                "{\"session\"",
                "{\"session\":\"s\"}",
                "{\"session\":\"s\",\"window\":\"w\",\"masking\":{\"level\":\"strict\"}}",
                "{\"session\":\"s\",\"window\":\"w\",\"events\":[],\"final\":true}",
                "{\"session\":\"s\",\"masking\":{\"level\":\"strict\"},\"events\":[],\"final\":true}",
                "{\"window\":\"s\",\"masking\":{\"level\":\"strict\"},\"events\":[],\"final\":true}",
                "{'session':'s'}",
                "\u0000",
                "{\"session\":\"s\u0000\"}",
            })
    void body_thatIsNoChunk_isMalformed(String body) throws Exception {
        assertMalformed(bytes(body));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "session | 5",
                "session | \"\"",
                "session | \"a b\"",
                "session | \"../../etc\"",
                "session | \"é\"",
                "session | [\"s\"]",
                "window  | true",
                "window  | \"a/b\"",
                "seq     | -1",
                "seq     | 1.5",
                "seq     | \"1\"",
                "seq     | 99999999999999999999",
                "sentAt  | \"now\"",
                "sentAt  | {}",
                "final   | 1",
                "final   | \"true\"",
                "masking | \"strict\"",
                "masking | {\"level\":\"none\"}",
                "masking | {\"level\":3}",
                "user    | \"u1\"",
                "user    | {}",
                "user    | {\"id\":\"\"}",
                "user    | {\"id\":1.5}",
                "user    | {\"id\":true}",
                "user    | {\"id\":\"u\",\"traits\":[]}",
                "release | 12",
                "tags    | []",
                "tags    | {\"a\":1}",
                "tags    | {\"\":\"a\"}",
                "events  | {}",
                "events  | \"[]\"",
                "events  | [1]",
                "events  | [[]]",
                "events  | [{}]",
                "events  | [{\"type\":0}]",
                "events  | [{\"type\":\"0\",\"data\":{},\"timestamp\":1}]",
                "events  | [{\"type\":0,\"data\":{},\"timestamp\":\"1\"}]",
                "events  | [{\"type\":0,\"data\":{},\"timestamp\":1e400}]",
                "events  | [{\"w\":\"x\",\"type\":0,\"data\":{},\"timestamp\":1}]",
                "events  | [{\"type\":0,\"data\":{},\"timestamp\":1},]",
                "events  | [{\"type\":0,\"data\":{},\"timestamp\":NaN}]",
            })
    void member_ofAWrongKind_isMalformedAndNamed(String member, String value) throws Exception {
        String body = "{\"session\":\"s\",\"window\":\"w\",\"seq\":0,\"masking\":{\"level\":\"strict\"},\"events\":"
                + GOOD + "}";
        JsonObject usual = new JsonObject(body);
        usual.remove(member);
        String start = usual.encode();

        HttpResponse<String> answer =
                gateway.post(start.substring(0, start.length() - 1) + ",\"" + member + "\":" + value + "}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo("MALFORMED");
        assertThat(new JsonObject(answer.body()).getString("detail"))
                .contains(member.equals("tags") ? "tag" : member)
                .doesNotContain("etc", "none", "now");
    }

    @Test
    void member_thatIsTooLong_isMalformed() throws Exception {
        String start = "{\"session\":\"s\",\"window\":\"w\",\"masking\":{\"level\":\"strict\"},\"events\":" + GOOD;
        StringBuilder tags = new StringBuilder("\"t\":\"t\"");
        for (int i = 0; i < 50; i++) {
            tags.append(",\"t").append(i).append("\":\"v\"");
        }

        assertMalformed(bytes(start.replace("\"s\"", "\"" + "s".repeat(71) + "\"") + "}"));
        assertMalformed(bytes(start + ",\"user\":{\"id\":\"" + "u".repeat(201) + "\"}}"));
        assertMalformed(bytes(start + ",\"user\":{\"id\":\"u\",\"traits\":{\"a\":\"" + "t".repeat(8_200) + "\"}}}"));
        assertMalformed(bytes(start + ",\"release\":\"" + "r".repeat(201) + "\"}"));
        assertMalformed(bytes(start + ",\"tags\":{\"a\":\"" + "v".repeat(201) + "\"}}"));
        assertMalformed(bytes(start + ",\"tags\":{" + tags + "}}"));
        assertMalformed(bytes(start + ",\"events\":[]}"));
    }

    @Test
    void body_ofOneByte_isMalformed() throws Exception {
        for (int value = 0; value < 256; value += 5) {
            assertMalformed(new byte[] {(byte) value});
        }
    }

    @Test
    void body_cutAnywhere_isMalformed() throws Exception {
        byte[] plain = bytes(envelope("s", GOOD));
        byte[] gzip = gzip(plain);

        for (int length = 0; length < plain.length; length += 3) {
            assertMalformed(Arrays.copyOf(plain, length));
        }
        for (int length = 2; length < gzip.length; length += 7) {
            assertMalformed(Arrays.copyOf(gzip, length));
        }
    }

    @Test
    void body_withInvalidUtf8_isMalformed() throws Exception {
        byte[] body = bytes(envelope("s", GOOD.replace("{}", "{\"a\":\"XX\"}")));
        int at = new String(body, StandardCharsets.ISO_8859_1).indexOf("XX");
        body[at] = (byte) 0xc0;
        body[at + 1] = (byte) 0x80;

        assertMalformed(body);
    }

    @Test
    void body_nestedEndlessly_isMalformed() throws Exception {
        for (int depth : new int[] {10_000, 1_000_000}) {
            String nested = "[".repeat(depth) + "]".repeat(depth);
            assertMalformed(bytes(envelope("s", GOOD.replace("{}", nested))));
            assertMalformed(bytes(nested));
            assertMalformed(bytes("{\"other\":" + nested + "}"));
            assertMalformed(bytes("{\"user\":{\"id\":\"u\",\"traits\":{\"a\":" + nested + "}}}"));
        }
    }

    @Test
    void body_withAWrongChecksum_isMalformed() throws Exception {
        byte[] gzip = gzip(bytes(envelope("s", GOOD)));
        gzip[gzip.length - 5] ^= 1;

        assertMalformed(gzip);
    }

    @Test
    void body_inAnotherEncodingThanItSays_isMalformed() throws Exception {
        byte[] plain = bytes(envelope("s", GOOD));

        assertMalformed(plain, "Content-Encoding", "gzip");
        assertMalformed(plain, "Content-Encoding", "zstd");
        assertMalformed(gzip(plain), "Content-Encoding", "zstd");
    }

    @Test
    void body_inAnUnknownEncoding_isUnsupported() throws Exception {
        HttpResponse<String> answer = gateway.post(bytes(envelope("s", GOOD)), "Content-Encoding", "br");

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(code(answer)).isEqualTo("UNSUPPORTED_ENCODING");
    }

    @Test
    void bomb_isTooLarge() throws Exception {
        byte[] zeros = new byte[48 << 20];

        for (byte[] bomb : new byte[][] {gzip(zeros), Zstd.compress(zeros)}) {
            HttpResponse<String> answer = gateway.post(bomb);
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(code(answer)).isEqualTo("TOO_LARGE");
        }
    }

    private static void assertMalformed(byte[] body, String... headers) throws Exception {
        HttpResponse<String> answer = gateway.post(body, headers);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo("MALFORMED");
    }
}
