package io.tapedeck.recorder.dialect.posthog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.Endpoint.Decoded;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.Capture;
import io.tapedeck.store.Capture.Request;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordingsTest {
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxStringLength(64 << 20).build())
            .build());
    private static final String ID = "01a1ffd5-cb78-733d-a100-70e28f909449";
    private static final String META =
            "{\"type\":4,\"data\":{\"href\":\"http://a.example/\",\"width\":9,\"height\":9},\"timestamp\":5}";

    private final Bodies bodies = new Bodies();

    @AfterEach
    void nothingStaysReserved() {
        assertThat(bodies.budget().held()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"posthog", "posthog-v-nocompress", "posthog-v-nocs"})
    void decode_ofWhatARealClientSent_givesTheEventsItRecorded(String name) {
        Capture capture = Capture.named(name);
        Map<String, List<JsonNode>> decoded = new LinkedHashMap<>();
        for (Request request : capture.postedTo("/s/")) {
            for (Upload upload : bodies.decode(request.query(), request.bytes()).uploads()) {
                assertThat(upload.sdk()).isEqualTo("posthog/1.449.2");
                assertThat(upload.id()).isNotNull();
                assertThat(upload.seq()).isEqualTo(Chunk.NO_SEQ);
                assertThat(upload.masking()).isNull();
                assertThat(upload.isRecording()).isTrue();
                decoded.computeIfAbsent(
                                upload.session() + "__" + upload.window().value(), recording -> new ArrayList<>())
                        .addAll(events(upload));
            }
        }
        assertThat(decoded).isEqualTo(capture.expected());
    }

    @Test
    void decode_ofACapture_readsAllThatBelongsToIt() {
        Decoded decoded = bodies.decode("[" + capture(META) + "]");

        assertThat(decoded.key()).isEqualTo("phc_1");
        Upload upload = only(decoded);
        assertThat(upload.session()).isEqualTo("s1");
        assertThat(upload.window().value()).isEqualTo("w1");
        assertThat(upload.id()).isEqualTo(ChunkId.ofUuid(UUID.fromString(ID)));
        assertThat(upload.sentAt()).isEqualTo(1_795_293_566_769L);
        assertThat(upload.sdk()).isEqualTo("posthog/1.2.3");
        assertThat(text(upload)).isEqualTo("[" + META + "]");
    }

    @Test
    void decode_ofEveryFormOfABody_givesTheSame() {
        String item = capture(META);
        String base64 = Base64.getEncoder().encodeToString(("[" + item + "]").getBytes(StandardCharsets.UTF_8));
        Upload expected = only(bodies.decode("[" + item + "]"));
        List<byte[]> forms = List.of(
                utf8(item),
                utf8(" \n[" + item + "]"),
                utf8("{\"api_key\":\"phc_1\",\"batch\":[" + item + "],\"sent_at\":\"2026-11-21T20:39:26.769Z\"}"),
                utf8("{\"batch\":[" + item + "]}"),
                Bodies.gzip(utf8("[" + item + "]")),
                utf8("data=" + base64.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")),
                utf8("data=" + base64),
                utf8("data=" + base64.replace('+', '-').replace('/', '_').replace("=", "")),
                utf8("compression=base64&data=" + base64 + "&x=1"),
                utf8("data=" + percent(item)));
        for (byte[] form : forms) {
            assertThat(only(bodies.decode("compression=base64", form)))
                    .as(new String(form, StandardCharsets.UTF_8))
                    .isEqualTo(expected);
        }
    }

    @Test
    void decode_ofPackedEvents_putsBackWhatWasPacked() {
        String node = "{\"node\":{\"id\":1,\"text\":\"čau \\u0000 😀\"}}";
        String event = "{\"type\":3,\"data\":{\"source\":0,\"texts\":" + quoted("[]") + ",\"attributes\":"
                + quoted("[7]") + ",\"removes\":" + quoted("[]") + ",\"adds\":" + quoted("[" + node + "]")
                + "},\"timestamp\":6";
        String plain = "{\"type\":3,\"data\":{\"source\":0,\"texts\":[],\"attributes\":[7],\"removes\":[],\"adds\":["
                + node + "]},\"timestamp\":6}";
        String rest = event.substring(1);
        for (String packed : List.of(
                event + ",\"cv\":\"2024-10\"}",
                event + " , \"cv\" : \"2024-10\" }",
                "{\"cv\":\"2024-10\" , " + rest + "}",
                "{ \"cv\":\"2024-10\"," + rest + "}")) {
            Upload upload = only(bodies.decode(capture(META + "," + packed + "," + META)));
            assertThat(text(upload).replace("{ ", "{").replace(" }", "}"))
                    .as(packed)
                    .isEqualTo("[" + META + "," + plain + "," + META + "]");
        }
    }

    @Test
    void decode_ofAPackedFullSnapshot_putsBackItsData() {
        String event = "{\"cv\":\"2024-10\",\"type\":2,\"timestamp\":6,\"data\":" + quoted("{\"node\":{}}") + "}";
        assertThat(text(only(bodies.decode(capture(event)))))
                .isEqualTo("[{\"type\":2,\"timestamp\":6,\"data\":{\"node\":{}}}]");
    }

    @Test
    void decode_ofStringsThatAreNotPacked_leavesThem() {
        String said = "{\"type\":5,\"data\":{\"tag\":\"adds\",\"adds\":\"x\",\"payload\":\"cv\"},\"timestamp\":6}";
        assertThat(text(only(bodies.decode(capture(said))))).isEqualTo("[" + said + "]");
        String onlyVersion = "{\"type\":3,\"data\":{\"source\":1},\"timestamp\":6,\"cv\":\"2024-10\"}";
        assertThat(text(only(bodies.decode(capture(onlyVersion)))))
                .isEqualTo("[{\"type\":3,\"data\":{\"source\":1},\"timestamp\":6}]");
    }

    @Test
    void decode_ofASingleEvent_putsBracketsAroundIt() {
        String one = capture("").replace("[]", META);
        assertThat(text(only(bodies.decode(one)))).isEqualTo("[" + META + "]");
        String packed = "{\"type\":2,\"data\":" + quoted("{}") + ",\"timestamp\":1,\"cv\":\"2024-10\"}";
        assertThat(text(only(bodies.decode(capture("").replace("[]", packed)))))
                .isEqualTo("[{\"type\":2,\"data\":{},\"timestamp\":1}]");
    }

    @Test
    void decode_ofRecordingsWithoutEvents_isNothing() {
        assertThat(bodies.decode(capture("")).uploads()).isEmpty();
        assertThat(bodies.decode(capture("").replace("[]", "null")).uploads()).isEmpty();
    }

    @Test
    void decode_ofIdsOfAnotherForm_mapsThemAlwaysTheSameWay() {
        String odd = capture(META).replace("\"s1\"", "\"a visit / č\"").replace("\"w1\"", "17");
        Upload upload = only(bodies.decode(odd));
        assertThat(upload.session())
                .matches("x-[0-9a-f]{32}")
                .isEqualTo(only(bodies.decode(odd)).session());
        assertThat(upload.window().value()).isEqualTo("17");
        Upload other = only(bodies.decode(odd.replace("visit", "visits")));
        assertThat(other.session()).isNotEqualTo(upload.session());
        assertThat(only(bodies.decode(capture(META).replace("\"$window_id\":\"w1\",", "")))
                        .window()
                        .value())
                .isEqualTo("0");
    }

    @Test
    void decode_ofAnOldVersionsBody_takesTheTimeOfSendingFromTheQuery() {
        String old = capture(META).replace(",\"sent_at\":\"2026-11-21T20:39:26.769Z\"", ",\"offset\":3000");
        assertThat(only(bodies.decode("ip=1&_=1795293566000&ver=1.240.6&compression=gzip-js", Bodies.gzip(utf8(old))))
                        .sentAt())
                .isEqualTo(1_795_293_566_000L);
        assertThat(only(bodies.decode(old)).sentAt()).isEqualTo(Chunk.NO_TIME);
    }

    @Test
    void decode_ofARecordingWithoutUuid_isKnownByItsContent() {
        assertThat(only(bodies.decode(capture(META).replace(ID, "1"))).id()).isNull();
    }

    @Test
    void decode_ofTheNamedVisitorsRecording_saysWhoItIs() {
        assertThat(only(bodies.decode(capture(META))).person().id()).isEqualTo("user-4711");
        for (String madeUp : List.of(
                "01a1ffd5-b499-7888-9ff9-73ea6f644fbf",
                "17a3d7e1f3a5b2-08e6d3e5c0f5ea-34637309-13c680-17a3d7e1f3b9d4",
                "$posthog_cookieless")) {
            assertThat(only(bodies.decode(capture(META).replace("user-4711", madeUp)))
                            .person())
                    .as(madeUp)
                    .isNull();
        }
    }

    @Test
    void decode_ofWhatIsNoCapture_isMalformed() {
        String item = capture(META);
        for (String bad : List.of(
                "",
                "hello",
                "data",
                "data=",
                "data=%4",
                "data=!!!",
                "data=aGVsbG8=",
                "[1]",
                "[" + item,
                "[" + item + "]x",
                "[" + item + "," + item.replace("phc_1", "phc_2") + "]",
                item.replace("\"$session_id\":\"s1\",", ""),
                item.replace("\"$session_id\":\"s1\"", "\"$session_id\":{}"),
                "[".repeat(10_000))) {
            assertThat(refused(bad)).as(bad).isEqualTo(ProblemCode.MALFORMED);
        }
    }

    @Test
    void decode_ofABodyWithoutToken_isUnauthenticated() {
        for (String token : List.of("\"x\"", "{}", "[\"phc_1\"]", "null", "7")) {
            String body = capture(META).replace("\"phc_1\"", token);
            if (token.equals("\"x\"")) {
                body = body.replace("\"token\"", "\"nottoken\"");
            }
            assertThat(refused(body)).as(token).isEqualTo(ProblemCode.UNAUTHENTICATED);
        }
        assertThat(refused("[]")).isEqualTo(ProblemCode.UNAUTHENTICATED);
    }

    @Test
    void decode_ofAnOldCompression_isUnsupported() {
        assertThatThrownBy(() -> bodies.decode("compression=lz64", utf8("data=NobwRAdg")))
                .satisfies(e -> assertThat(code(e)).isEqualTo(ProblemCode.UNSUPPORTED_ENCODING));
    }

    @Test
    void decode_ofDamagedPackedEvents_isMalformed() {
        String whole = Bodies.packed("{\"node\":{}}");
        for (String damaged : List.of(whole.substring(0, whole.length() - 6), whole + "x", "", "{}", whole + "Š")) {
            String event = "{\"type\":2,\"data\":" + JSON.valueToTree(damaged) + ",\"timestamp\":1,\"cv\":\"2024-10\"}";
            assertThat(refused(capture(event))).as(damaged).isEqualTo(ProblemCode.MALFORMED);
        }
        String repeats = "\"data\":" + quoted("{}") + ",";
        assertThat(refused(capture("{" + repeats.repeat(9) + "\"cv\":1}"))).isEqualTo(ProblemCode.MALFORMED);
    }

    @Test
    void decode_ofAPackedBomb_isTooLarge() {
        String bomb = "{\"type\":2,\"data\":" + quoted(" ".repeat(9 << 20)) + ",\"timestamp\":1,\"cv\":\"2024-10\"}";
        assertThat(refused(capture(bomb))).isEqualTo(ProblemCode.TOO_LARGE);
        String half = "{\"type\":2,\"data\":" + quoted("\"" + noise(5 << 20) + "\"") + ",\"timestamp\":1,\"cv\":1}";
        assertThat(refused(capture(half + "," + half))).isEqualTo(ProblemCode.TOO_LARGE);
    }

    @Test
    void decode_ofALargeItem_isReadInOnePiece() {
        String text = noise(20 << 20);
        String event = "{\"type\":5,\"data\":{\"tag\":\"t\",\"payload\":\"" + text + "\"},\"timestamp\":1}";
        assertThat(only(bodies.decode(capture(event))).events().remaining()).isEqualTo(event.length() + 2);
    }

    @Test
    void decode_ofManyItems_hasABound() {
        String item = capture(META);
        assertThat(bodies.decode("[" + (item + ",").repeat(4_999) + item + "]").uploads())
                .hasSize(5_000);
        assertThat(refused("[" + (item + ",").repeat(9_999) + item + "]")).isEqualTo(ProblemCode.TOO_LARGE);
        String nothing = "{\"event\":\"$autocapture\",\"properties\":{\"token\":\"phc_1\",\"$session_id\":\"s\"}}";
        assertThat(bodies.decode("[" + (nothing + ",").repeat(9_999) + nothing + "]")
                        .uploads())
                .isEmpty();
    }

    private ProblemCode refused(String body) {
        try {
            bodies.decode(body);
            throw new AssertionError("taken: " + body.substring(0, Math.min(200, body.length())));
        } catch (ProblemException e) {
            return code(e);
        }
    }

    /** A recording's capture, with the events of the given text. */
    static String capture(String events) {
        return "{\"uuid\":\"" + ID
                + "\",\"event\":\"$snapshot\",\"properties\":{\"$snapshot_bytes\":9,\"$snapshot_data\":["
                + events + "],\"$session_id\":\"s1\",\"$window_id\":\"w1\",\"$lib\":\"web\",\"$lib_version\":\"1.2.3\","
                + "\"token\":\"phc_1\",\"distinct_id\":\"user-4711\"},\"timestamp\":\"2026-11-21T20:39:23.768Z\","
                + "\"sent_at\":\"2026-11-21T20:39:26.769Z\"}";
    }

    private static String quoted(String json) {
        return JSON.valueToTree(Bodies.packed(json)).toString();
    }

    private static String noise(int length) {
        StringBuilder text = new StringBuilder(length);
        new Random(7).ints(length, 'a', 'z').forEach(c -> text.append((char) c));
        return text.toString();
    }

    private static String percent(String text) {
        StringBuilder escaped = new StringBuilder();
        for (byte one : utf8(text)) {
            escaped.append(String.format("%%%02x", one & 0xff));
        }
        return escaped.toString();
    }

    private static Upload only(Decoded decoded) {
        assertThat(decoded.uploads()).hasSize(1);
        return decoded.uploads().get(0);
    }

    private static String text(Upload upload) {
        return StandardCharsets.UTF_8.decode(upload.events().duplicate()).toString();
    }

    private static List<JsonNode> events(Upload upload) {
        ByteBuffer events = upload.events();
        List<JsonNode> read = new ArrayList<>();
        try {
            JSON.readTree(events.array(), events.arrayOffset() + events.position(), events.remaining())
                    .forEach(event -> read.add((ObjectNode) event));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return read;
    }

    private static ProblemCode code(Throwable e) {
        return ((ProblemException) e).problem().code();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
