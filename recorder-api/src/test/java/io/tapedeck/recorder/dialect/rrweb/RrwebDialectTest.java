package io.tapedeck.recorder.dialect.rrweb;

import static io.tapedeck.recorder.dialect.Decoding.decode;
import static io.tapedeck.recorder.dialect.Decoding.head;
import static io.tapedeck.recorder.dialect.Decoding.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.Endpoint;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.inflate.BodyInflater;
import io.tapedeck.recorder.inflate.CountingBudget;
import io.tapedeck.recorder.inflate.InflateLimits;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.Capture;
import io.tapedeck.store.Chunk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bodies in every form, and what the query says. */
class RrwebDialectTest {
    private static final String A = "{\"type\":4,\"data\":{\"href\":\"https://shop.example/č\"},\"timestamp\":1}";
    private static final String B = "{\"type\":3,\"data\":{\"source\":1},\"timestamp\":2}";
    private static final String C = "{\"type\":5,\"data\":{\"tag\":\"v\",\"payload\":{\"v\":\"v1\"}},\"timestamp\":3}";
    private static final RequestHead HEAD = head("/ingest/v1/rrweb?key=k&session=s&window=w");

    private final Endpoint endpoint = new EventsEndpoint();

    @Test
    void capture_isDecodedToTheEventsThatWereRecorded() throws Exception {
        Capture capture = Capture.named("rrweb");
        List<JsonNode> found = new ArrayList<>();
        for (Capture.Request request : capture.requests()) {
            Upload upload = decode(endpoint, HEAD, request.bytes()).uploads().get(0);
            new ObjectMapper().readTree(text(upload)).forEach(found::add);
        }
        assertThat(List.of(found)).isEqualTo(List.copyOf(capture.expected().values()));
    }

    @Test
    void decode_inEveryForm_givesTheEvents() {
        String all = "[" + A + "," + B + "," + C + "]";
        String packed = "[" + Packer.pack(A) + "," + Packer.pack(B) + "," + Packer.pack(C) + "]";
        List<String> forms = List.of(
                all,
                packed,
                "{\"events\":" + all + "}",
                " { \"x\" : {\"events\":[1]}, \"events\" : " + packed + " , \"y\":\"events\" } ",
                "[" + Packer.pack(A) + "," + B + "," + Packer.pack(C) + "]",
                "[" + A + "," + Packer.pack(B) + "," + C + "]",
                "[" + Packer.literal("{\"v\":\"v1\"," + A.substring(1)) + "," + B + "," + C + "]");
        for (String form : forms) {
            assertThat(text(decode(endpoint, HEAD, form).uploads().get(0))).isEqualTo(all);
        }
        String spaced = "[ " + A + " ,\n " + Packer.pack(B) + "\n]";
        assertThat(text(decode(endpoint, HEAD, spaced).uploads().get(0))).isEqualTo("[ " + A + "," + B + "]");
        assertThat(text(decode(endpoint, HEAD, "{\"events\":[]}").uploads().get(0)))
                .isEqualTo("[]");
    }

    @Test
    void decode_takesTheRestFromTheQuery() {
        Upload plain = decode(endpoint, HEAD, "[]").uploads().get(0);
        assertThat(plain.session()).isEqualTo("s");
        assertThat(plain.window().value()).isEqualTo("w");
        assertThat(plain.seq()).isEqualTo(Chunk.OVERLAPPING);
        assertThat(plain.masking()).isNull();
        assertThat(plain.person()).isNull();
        assertThat(plain.sdk()).isEqualTo("rrweb");

        RequestHead rich = head("/?session=s&window=w&seq=7&masking=balanced&user=u%201");
        Upload full = decode(endpoint, rich, "[]").uploads().get(0);
        assertThat(full.seq()).isEqualTo(7);
        assertThat(full.masking()).isEqualTo(MaskingLevel.BALANCED);
        assertThat(full.person().id()).isEqualTo("u 1");
        for (String bad : List.of(
                "/?window=w",
                "/?session=s",
                "/?session=a%20b&window=w",
                "/?session=s&window=",
                "/?session=s&window=w&seq=-1",
                "/?session=s&window=w&seq=1.5",
                "/?session=s&window=w&seq=2147483648",
                "/?session=s&window=w&masking=none",
                "/?session=s&window=w&user=" + "u".repeat(201))) {
            assertRefused(ProblemCode.MALFORMED, () -> decode(endpoint, head(bad), "[]"));
        }
        assertThat(endpoint.identify(HEAD)).isEqualTo("k");
        assertRefused(ProblemCode.UNAUTHENTICATED, () -> endpoint.identify(head("/")));
    }

    @Test
    void decode_ofWhatIsNoBody_isMalformed() {
        for (String bad : List.of(
                "",
                "7",
                "\"[]\"",
                "{}",
                "{\"events\":{}}",
                "{\"events\":null}",
                "{\"events\":[],\"events\":[]}",
                "[" + A,
                "[] x",
                "[\"\"]",
                "[\"plain text\"]",
                "[\"\\u0160\"]",
                "[" + Packer.literal("") + "]",
                "[" + Packer.literal("[]") + "]",
                "[" + Packer.literal(A + "," + B) + "]",
                "[" + Packer.literal("{\"type\":") + "]",
                "[".repeat(5_000),
                "[" + Packer.literal("{\"a\":" + "[".repeat(5_000)) + "]")) {
            assertRefused(ProblemCode.MALFORMED, () -> decode(endpoint, HEAD, bad));
        }
    }

    @Test
    void decode_ofAMillionTinyPackedStrings_isRefusedSoon() {
        String one = Packer.pack("{\"type\":0,\"data\":0,\"timestamp\":0}") + ",";
        byte[] body = utf8("[" + one.repeat(1_000_000) + one.substring(0, one.length() - 1) + "]");
        assertRefused(ProblemCode.MALFORMED, () -> decode(endpoint, HEAD, body));
    }

    @Test
    void decode_ofBombs_stopsAtTheBoundAndHoldsNothing() {
        String bomb = Packer.pack("{\"type\":5,\"data\":\"" + "a".repeat(4 << 20) + "\",\"timestamp\":0}");
        byte[] body = utf8("[" + (bomb + ",").repeat(20) + bomb + "]");
        CountingBudget budget = new CountingBudget();
        BodyInflater inflater = new BodyInflater(InflateLimits.upTo(64 << 20));
        try (Unpacker unpacker = new Unpacker(inflater, 16 << 20, budget)) {
            assertRefused(ProblemCode.TOO_LARGE, () -> endpoint.decode(HEAD, ByteBuffer.wrap(body), unpacker));
        }
        assertThat(budget.held()).isZero();
    }

    private static void assertRefused(ProblemCode code, Runnable decoding) {
        assertThatThrownBy(decoding::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
