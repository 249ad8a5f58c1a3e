package io.tapedeck.recorder.dialect.sentry;

import static io.tapedeck.recorder.dialect.sentry.SentryEnvelope.EVENT;
import static io.tapedeck.recorder.dialect.sentry.SentryEnvelope.REPLAY;
import static io.tapedeck.recorder.dialect.sentry.SentryEnvelope.utf8;
import static io.tapedeck.recorder.dialect.sentry.SentryEnvelope.zlib;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.Endpoint.Decoded;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.inflate.BodyInflater;
import io.tapedeck.recorder.inflate.CountingBudget;
import io.tapedeck.recorder.inflate.InflateLimits;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkId;
import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is understood of envelopes, of all forms that there are. */
class EnvelopeEndpointTest {
    private static final int UNPACKED_BYTES_MAX = 4 << 20;

    private final EnvelopeEndpoint endpoint = new EnvelopeEndpoint();
    private final CountingBudget budget = new CountingBudget();

    @AfterEach
    void nothingIsHeld() {
        assertThat(budget.held()).isZero();
    }

    @Test
    void decode_ofARecording_saysAllThatItHolds() {
        Upload upload = only(SentryEnvelope.begin()
                .replayEvent(
                        ",\"user\":{\"id\":\"u-1\",\"email\":\"a@b.example\",\"username\":\"Ann\",\"ip_address\":\"10.0.0.1\"},"
                                + "\"tags\":{\"plan\":\"pro\",\"seats\":3,\"beta\":true,\"none\":null,\"deep\":{}},"
                                + "\"environment\":\"staging\",\"release\":\"web@1.2\"")
                .recording(4, zlib(EVENT))
                .bytes());
        assertThat(upload.session()).isEqualTo(REPLAY);
        assertThat(upload.window().value()).isEqualTo("load-1795293794272700");
        assertThat(upload.seq()).isEqualTo(Chunk.NO_SEQ);
        assertThat(upload.sentAt()).isEqualTo(1795293800416L);
        assertThat(upload.sdk()).isEqualTo("sentry/11.12.0");
        assertThat(upload.masking()).isNull();
        assertThat(upload.isRecording()).isTrue();
        assertThat(upload.isFinal()).isFalse();
        assertThat(upload.release()).isEqualTo("web@1.2");
        assertThat(upload.tags())
                .isEqualTo(Map.of("plan", "pro", "seats", "3", "beta", "true", "environment", "staging"));
        assertThat(upload.person().id()).isEqualTo("u-1");
        assertThat(upload.person().traits()).hasToString("{\"email\":\"a@b.example\",\"username\":\"Ann\"}");
        assertThat(events(upload)).isEqualTo(EVENT);
    }

    @Test
    void decode_ofEventsThatAreNotCompressed_takesThemAsTheyAre() {
        byte[] body =
                SentryEnvelope.begin().replayEvent("").recording(0, utf8(EVENT)).bytes();
        assertThat(events(only(body))).isEqualTo(EVENT);
    }

    @Test
    void decode_ofARetry_hasTheSameIdAndWindow_andOfOtherEventsAnotherId() {
        Upload first = only(SentryEnvelope.replay(EVENT));
        Upload again = only(SentryEnvelope.begin()
                .replayEvent(",\"contexts\":{\"Replays\":{\"_retryCount\":1}}")
                .recording(0, zlib(EVENT))
                .bytes());
        Upload other = only(SentryEnvelope.begin()
                .replayEvent("")
                .recording(0, zlib(EVENT + " "))
                .bytes());
        Upload next = only(
                SentryEnvelope.begin().replayEvent("").recording(1, zlib(EVENT)).bytes());
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.window()).isEqualTo(first.window());
        assertThat(other.id()).isNotEqualTo(first.id());
        assertThat(next.id()).isNotEqualTo(first.id());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1795293794.7992    | 1795293794799",
                "1795293794.7996    | 1795293794800",
                "1795293794         | 1795293794000",
                "1.7952937947992e9  | 1795293794799",
                "1795293794799      | 1795293794799",
                "1795293794799.25   | 1795293794799.25",
                "0                  | 0",
                "-5                 | -5",
            })
    void decode_ofATimeInSeconds_makesItMilliseconds_andChangesNothingElse(String given, String kept) {
        String events =
                "[ {\"timestamp\": %s ,\"type\":5,\"data\":{\"tag\":\"performanceSpan\",\"timestamp\":1795293794.5,"
                        + "\"payload\":{\"startTimestamp\":1795293794.5,\"description\":\"čau \\u0000 😀\"}}},"
                        + EVENT.substring(1, EVENT.length() - 1) + "\n]";
        assertThat(events(only(SentryEnvelope.replay(events.formatted(given))))).isEqualTo(events.formatted(kept));
        byte[] plain = SentryEnvelope.begin()
                .replayEvent("")
                .recording(0, utf8(events.formatted(given)))
                .bytes();
        assertThat(events(only(plain))).isEqualTo(events.formatted(kept));
    }

    @Test
    void decode_ofLinesEndedInOtherWays_isTheSame() {
        String plain = new String(
                SentryEnvelope.begin().replayEvent("").recording(0, utf8(EVENT)).bytes(), StandardCharsets.UTF_8);
        for (String body : List.of(
                plain.stripTrailing(),
                plain + "\n\n",
                plain.replace("}}\n{\"type\":\"replay_event\"}", "}}\r\n\r\n\n{\"type\":\"replay_event\"}\r"),
                plain.replace("]\n", "]\r\n"))) {
            assertThat(events(only(utf8(body)))).as(body).isEqualTo(EVENT);
        }
    }

    @Test
    void decode_passesOverWhatIsForeign_withoutReadingIt() {
        byte[] body = SentryEnvelope.begin("{}")
                .item("session", "no JSON at all: {{{")
                .text("{\"type\":\"profile\",\"length\":5,\"platform\":{\"a\":[1]}}\n\n{\n\r\u0000\n")
                .item("client_report", "")
                .item("transaction", "{\"contexts\":{\"replay\":{\"replay_id\":\"" + REPLAY + "\"}}}")
                .replayEvent("")
                .text("{\"type\":\"log\",\"length\":null}\n{}\n")
                .recording(0, zlib(EVENT))
                .text("{\"type\":\"span\"}")
                .bytes();
        assertThat(events(only(body))).isEqualTo(EVENT);
        assertThat(uploads(SentryEnvelope.begin("{}")
                        .item("session", "{}")
                        .text("{\"type\":\"span\"}")
                        .bytes()))
                .isEmpty();
        assertThat(uploads(utf8("{}"))).isEmpty();
        assertThat(uploads(SentryEnvelope.begin().replayEvent("").bytes())).isEmpty();
    }

    @Test
    void decode_ofWhatIsTooLong_cutsIt_andRefusesNothing() {
        StringBuilder tags = new StringBuilder("\"" + "n".repeat(500) + "\":\"" + "v".repeat(500) + "\"");
        for (int i = 0; i < 200; i++) {
            tags.append(",\"t").append(i).append("\":\"").append(i).append('"');
        }
        Upload upload = only(SentryEnvelope.begin()
                .replayEvent(",\"release\":\"" + "r".repeat(999) + "\",\"tags\":{" + tags
                        + "},\"environment\":\"prod\"," + "\"user\":{\"email\":\"" + "e".repeat(999) + "\",\"note\":\""
                        + "x".repeat(9_000) + "\"}")
                .recording(0, zlib(EVENT))
                .bytes());
        assertThat(upload.release()).hasSize(200);
        assertThat(upload.tags())
                .hasSize(50)
                .containsEntry("environment", "prod")
                .containsKey("n".repeat(200));
        assertThat(upload.person().id()).hasSize(200);
        assertThat(upload.person().traits()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":42,\"email\":\"e\"}                  | 42 | {\"email\":\"e\"}",
                "{\"id\":\" \",\"email\":\"e\",\"x\":[1]}     | e  | {\"id\":\" \",\"x\":[1]}",
                "{\"username\":\"n\",\"ip_address\":\"::1\"}  | n  | {}",
                "{\"id\":null,\"username\":\"n\"}             | n  | {\"id\":null}",
                "{\"ip_address\":\"{{auto}}\"}                |    |",
                "{\"id\":{\"a\":1}}                           |    |",
                "[]                                           |    |",
                "null                                         |    |",
            })
    void decode_ofAUser_isThePerson(String user, String id, String traits) {
        Upload.Person person = only(SentryEnvelope.begin()
                        .replayEvent(",\"user\":" + user)
                        .recording(0, zlib(EVENT))
                        .bytes())
                .person();
        assertThat(person == null ? null : person.id()).isEqualTo(id);
        assertThat(person == null ? null : person.traits().toString()).isEqualTo(traits);
    }

    @Test
    void decode_ofAUserNestedTooDeep_keepsWhatTellsPersonsApart() {
        String deepest = "[".repeat(63) + "]".repeat(63);
        String deep = "{\"id\":\"u\",\"email\":\"e\",\"x\":" + deepest + "}";
        String tooDeep = "{\"id\":\"u\",\"email\":\"e\",\"x\":[" + deepest + "]}";

        decode_ofAUser_isThePerson(deep, "u", "{\"email\":\"e\",\"x\":" + deepest + "}");
        decode_ofAUser_isThePerson(tooDeep, "u", "{\"email\":\"e\"}");
    }

    @Test
    void decode_ofAnError_isAnEventOfTheRecordingThatItNames_withAReadableStack() {
        String thrown = "{\"exception\":{\"values\":["
                + "{\"type\":\"RangeError\",\"value\":\"too far\",\"stacktrace\":{\"frames\":["
                + "{\"filename\":\"https://a/b.js?v=secret#x\",\"function\":\"deep\",\"lineno\":9,\"colno\":1}]}},"
                + "{\"type\":\"TypeError\",\"value\":\"no rate\",\"stacktrace\":{\"frames\":["
                + "{\"filename\":\"https://a/app.js\",\"function\":\"?\",\"lineno\":1,\"colno\":2},"
                + "{\"filename\":\"https://a/app.js\",\"function\":\"inner\",\"lineno\":3,\"colno\":4},null]}}]},"
                + "\"event_id\":\"a823e44c4dea4459b3d11cad32031128\",\"timestamp\":1795293805.928,"
                + "\"user\":{\"id\":\"u\"},\"release\":\"r\",\"tags\":{\"replayId\":\"" + REPLAY + "\"}}";
        Upload upload = only(SentryEnvelope.begin().item("event", thrown).bytes());
        assertThat(upload.session()).isEqualTo(REPLAY);
        assertThat(upload.window()).isEqualTo(Upload.NO_WINDOW);
        assertThat(upload.isRecording()).isFalse();
        assertThat(upload.id()).isEqualTo(ChunkId.ofHex("a823e44c4dea4459b3d11cad32031128"));
        assertThat(upload.person().id()).isEqualTo("u");
        assertThat(upload.release()).isEqualTo("r");
        assertThat(events(upload))
                .isEqualTo("[{\"type\":5,\"data\":{\"tag\":\"tapedeck.error\",\"payload\":{\"name\":\"TypeError\","
                        + "\"message\":\"no rate\",\"stack\":\"TypeError: no rate\\n    at inner (https://a/app.js:3:4)"
                        + "\\n    at https://a/app.js:1:2\\nCaused by: RangeError: too far"
                        + "\\n    at deep (https://a/b.js:9:1)\"}},\"timestamp\":1795293805928}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"exception\":[{\"type\":\"E\"}],\"timestamp\":\"2026-11-21T20:43:20.416Z\",\"tags\":{\"replayId\":\"r\"}}",
                "{\"exception\":{\"values\":[{\"type\":\"E\"}]},\"contexts\":{\"replay\":{\"replay_id\":\"r\"}}}",
                "{\"message\":\"m\",\"level\":\"fatal\",\"contexts\":{\"replay\":{\"replay_id\":\"r\"}}}",
                "{\"logentry\":{\"message\":\"m\"},\"level\":\"error\",\"tags\":{\"replayId\":\"r\"}}",
            })
    void decode_ofAnErrorOfAnotherForm_isAnErrorToo(String event) {
        Upload upload = only(SentryEnvelope.begin().item("event", event).bytes());
        assertThat(upload.session()).isEqualTo("r");
        assertThat(events(upload)).contains("tapedeck.error").endsWith("\"timestamp\":1795293800416}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"exception\":{\"values\":[{\"type\":\"E\"}]}}",
                "{\"exception\":{\"values\":[{\"type\":\"E\"}]},\"tags\":{\"replayId\":\"../x\"}}",
                "{\"exception\":{\"values\":[]},\"tags\":{\"replayId\":\"r\"}}",
                "{\"exception\":7,\"tags\":{\"replayId\":\"r\"}}",
                "{\"message\":\"m\",\"level\":\"info\",\"tags\":{\"replayId\":\"r\"}}",
                "{}",
            })
    void decode_ofWhatIsNoError_orOfNoRecording_isNothing(String event) {
        assertThat(uploads(SentryEnvelope.begin().item("event", event).bytes())).isEmpty();
    }

    @Test
    void decode_ofAnErrorThatOnlyTheTraceLinks_andOfFeedback_areOfThatRecording() {
        String traced = "{\"sent_at\":\"2026-11-21T20:43:20.416Z\",\"trace\":{\"replay_id\":\"r1\"}}";
        String error = "{\"exception\":{\"values\":[{\"type\":\"E\",\"value\":\"v\"}]}}";
        Upload ofTrace = only(SentryEnvelope.begin(traced).item("event", error).bytes());
        assertThat(ofTrace.session()).isEqualTo("r1");
        assertThat(ofTrace.sdk()).isEqualTo("sentry/unknown");
        assertThat(ofTrace.id()).isNull();
        Upload feedback = only(SentryEnvelope.begin()
                .item(
                        "feedback",
                        "{\"timestamp\":1795293805.5,\"contexts\":{\"feedback\":{\"message\":\"slow\",\"replay_id\":\"r2\"}}}")
                .bytes());
        assertThat(feedback.session()).isEqualTo("r2");
        assertThat(events(feedback))
                .isEqualTo("[{\"type\":5,\"data\":{\"tag\":\"Feedback\",\"payload\":{\"message\":\"slow\"}},"
                        + "\"timestamp\":1795293805500}]");
    }

    @Test
    void decode_ofAnErrorWithoutBounds_isBounded() {
        String frame = "{\"filename\":\"" + "f".repeat(2_000) + "\",\"function\":\"" + "n".repeat(2_000)
                + "\",\"lineno\":1,\"colno\":2}";
        String value = "{\"type\":\"" + "T".repeat(9_000) + "\",\"value\":\"" + "😀".repeat(9_000)
                + "\",\"stacktrace\":{\"frames\":["
                + String.join(",", Collections.nCopies(300, frame))
                + "]}}";
        Upload upload = only(SentryEnvelope.begin()
                .item(
                        "event",
                        "{\"exception\":{\"values\":[" + value + "," + value + "]},\"tags\":{\"replayId\":\"r\"}}")
                .bytes());
        assertThat(upload.events().remaining()).isLessThan(60_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "k1 | -                                               | -                              | k1",
                "k1 | Sentry sentry_key=k2                            | https://k3@host/1              | k1",
                "-  | Sentry sentry_version=7, sentry_key=k2, x=y     | https://k3@host/1              | k2",
                "-  | sentry_key=k2                                   | -                              | k2",
                "-  | -                                               | https://k3@host:8080/below/1   | k3",
                "-  | Sentry sentry_version=7                         | http://k3:secret@host/1        | k3",
            })
    void key_isInTheQuery_orInTheHeader_orInTheDsn(String query, String header, String dsn, String key) {
        RequestHead head = head(query, header);
        Decoded decoded = decode(
                head,
                SentryEnvelope.begin(dsn == null ? "{}" : "{\"dsn\":\"" + dsn + "\"}")
                        .bytes());
        assertThat(endpoint.identify(head) == null ? decoded.key() : endpoint.identify(head))
                .isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"dsn\":null}",
                "{\"dsn\":\"k@host\"}",
                "{\"dsn\":\"https://host/1\"}",
                "{\"dsn\":\"://@h\"}"
            })
    void key_thatIsNowhere_isUnauthenticated(String header) {
        byte[] body = SentryEnvelope.begin(header).bytes();
        assertThatThrownBy(() -> decode(head(null, null), body))
                .satisfies(e -> assertThat(code(e)).isEqualTo(ProblemCode.UNAUTHENTICATED));
    }

    @Test
    void decode_ofWhatIsNoEnvelope_isMalformed() {
        String item = "{\"type\":\"x\",\"length\":%s}\n{}\n";
        for (String body : List.of(
                "",
                "\n{}",
                "null\n",
                "[]",
                "{} {}",
                "{}\n[]",
                "{}\n{}",
                "{}\n{\"type\":5",
                "{}\n" + item.formatted("-1"),
                "{}\n" + item.formatted("4"),
                "{}\n" + item.formatted("1"),
                "{}\n" + item.formatted("1.5"),
                "{}\n" + item.formatted("1e1"),
                "{}\n" + item.formatted("99999999999999999999"),
                "{}\n" + item.formatted("9223372036854775807"),
                "{}\n" + item.formatted("\"2\""))) {
            assertMalformed(utf8(body));
        }
    }

    @Test
    void decode_ofARecordingThatIsNone_isMalformed() {
        byte[] packed = zlib(EVENT);
        byte[] cut = Arrays.copyOf(packed, packed.length - 3);
        assertMalformed(SentryEnvelope.begin().recording(0, packed).bytes());
        assertMalformed(SentryEnvelope.begin().replayEvent("").recording(0, cut).bytes());
        assertMalformed(
                SentryEnvelope.begin().replayEvent("").recording(0, new byte[0]).bytes());
        assertMalformed(
                SentryEnvelope.begin().replayEvent("").recording(0, utf8("{}")).bytes());
        assertMalformed(SentryEnvelope.begin()
                .replayEvent("")
                .recording(0, utf8("nonsense"))
                .bytes());
        assertMalformed(SentryEnvelope.begin()
                .replayEvent("")
                .item("replay_recording", "{}")
                .bytes());
        assertMalformed(SentryEnvelope.begin()
                .replayEvent("")
                .recording(0, packed)
                .recording(1, packed)
                .bytes());
        assertMalformed(SentryEnvelope.begin()
                .item("replay_event", "{}")
                .recording(0, packed)
                .bytes());
        assertMalformed(SentryEnvelope.begin()
                .item("replay_event", "{\"replay_id\":\"a/b\"}")
                .recording(0, packed)
                .bytes());
        assertMalformed(SentryEnvelope.begin()
                .replayEvent("")
                .recording(0, zlib("[".repeat(5_000) + "]".repeat(5_000)))
                .bytes());
        assertMalformed(SentryEnvelope.begin()
                .item("replay_event", SentryEnvelope.replayEventJson(",\"x\":" + "[".repeat(9_000) + "]".repeat(9_000)))
                .recording(0, packed)
                .bytes());
    }

    @Test
    void decode_ofMoreThanItsBounds_isRefused() {
        assertMalformed(utf8("{}\n" + "{\"type\":\"x\"}\n\n".repeat(1_000_000)));
        assertMalformed(SentryEnvelope.replay("[" + "{\"timestamp\":1},".repeat(100_001) + "{}]"));
        byte[] bomb = SentryEnvelope.replay("[" + " ".repeat(UNPACKED_BYTES_MAX) + "]");
        assertThatThrownBy(() -> uploads(bomb))
                .satisfies(e -> assertThat(code(e)).isEqualTo(ProblemCode.TOO_LARGE));
        budget.limitTo(10_000);
        byte[] times = SentryEnvelope.begin()
                .replayEvent("")
                .recording(0, utf8("[" + "{\"timestamp\":1.5},".repeat(1_000) + "{}]"))
                .bytes();
        assertThatThrownBy(() -> uploads(times))
                .satisfies(e -> assertThat(code(e)).isEqualTo(ProblemCode.OVER_CAPACITY));
    }

    private void assertMalformed(byte[] body) {
        assertThatThrownBy(() -> uploads(body))
                .as(new String(body, 0, Math.min(body.length, 200), StandardCharsets.ISO_8859_1))
                .satisfies(e -> assertThat(code(e)).isEqualTo(ProblemCode.MALFORMED));
    }

    private Upload only(byte[] body) {
        List<Upload> uploads = uploads(body);
        assertThat(uploads).hasSize(1);
        return uploads.get(0);
    }

    private List<Upload> uploads(byte[] body) {
        return decode(head("k", null), body).uploads();
    }

    private Decoded decode(RequestHead head, byte[] body) {
        BodyInflater inflater = new BodyInflater(InflateLimits.upTo(UNPACKED_BYTES_MAX));
        try (Unpacker unpacker = new Unpacker(inflater, UNPACKED_BYTES_MAX, budget)) {
            return endpoint.decode(head, ByteBuffer.wrap(body), unpacker);
        }
    }

    private static RequestHead head(String key, String auth) {
        MultiMap query = MultiMap.caseInsensitiveMultiMap();
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        if (key != null) {
            query.add("sentry_key", key);
        }
        if (auth != null) {
            headers.add("x-sentry-auth", auth);
        }
        return new RequestHead(Map.of(), query, headers);
    }

    private static String events(Upload upload) {
        return StandardCharsets.UTF_8.decode(upload.events().duplicate()).toString();
    }

    private static ProblemCode code(Throwable error) {
        assertThat(error).isInstanceOf(ProblemException.class);
        return ((ProblemException) error).problem().code();
    }
}
