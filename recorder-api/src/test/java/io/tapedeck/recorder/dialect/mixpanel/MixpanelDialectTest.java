package io.tapedeck.recorder.dialect.mixpanel;

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
import io.tapedeck.recorder.dialect.Endpoint.Decoded;
import io.tapedeck.recorder.dialect.RequestHead;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.Capture;
import io.tapedeck.store.Chunk;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is understood of requests, as they were captured and as they might be. */
class MixpanelDialectTest {
    private static final String REPLAY = "754802b1-59d3-4cf5-b4c1-da2c783caebe";
    private static final String EVENT = "{\"type\":3,\"data\":{},\"timestamp\":1795293661197}";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Endpoint record = new RecordEndpoint();
    private final Endpoint events = new EventsEndpoint();

    @ParameterizedTest
    @ValueSource(strings = {"mixpanel", "mixpanel-v-body"})
    void capture_isDecodedToTheEventsThatWereRecorded(String name) throws Exception {
        Capture capture = Capture.named(name);
        Map<String, List<JsonNode>> found = new HashMap<>();
        for (Capture.Request request : capture.postedTo("/record/")) {
            for (Upload upload : decode(record, request).uploads()) {
                assertThat(upload.masking()).isNull();
                assertThat(upload.seq()).isEqualTo(Chunk.OVERLAPPING);
                assertThat(upload.sdk()).isEqualTo("mixpanel/2.83.0");
                assertThat(upload.window().value()).isEqualTo(upload.session());
                assertThat(upload.isRecording()).isTrue();
                assertThat(upload.person().id()).isEqualTo(name.equals("mixpanel") ? "user-4711" : "u-9");
                assertThat(upload.tags()).containsOnlyKeys("visitor");
                JSON.readTree(text(upload))
                        .forEach(event -> found.computeIfAbsent(upload.session(), id -> new ArrayList<>())
                                .add(event));
            }
        }
        assertThat(found).isEqualTo(capture.expected());
    }

    @Test
    void capture_ofAnalytics_saysWhatTheSiteTracked_whereTheVisitorWent_andWhoItIs() {
        Capture capture = Capture.named("mixpanel");
        List<Upload> uploads = new ArrayList<>();
        for (Capture.Request request : capture.requests()) {
            if (!request.path().equals("/record/")) {
                Decoded decoded = decode(events, request);
                assertThat(decoded.key()).isEqualTo("9f86d081884c7d659a2feaa0c55ad015");
                uploads.addAll(decoded.uploads());
            }
        }
        assertThat(uploads).allSatisfy(upload -> {
            assertThat(upload.isRecording()).isFalse();
            assertThat(upload.sdk()).isEqualTo("mixpanel/2.83.0");
            assertThat(capture.expected()).containsKey(upload.session());
            assertThat(upload.window().value()).isEqualTo(upload.session());
            assertThat(upload.id()).isNotNull();
            assertThat(upload.person().id()).isEqualTo("user-4711");
        });
        assertThat(uploads.stream().map(upload -> text(upload)))
                .contains(
                        "[]",
                        "[{\"type\":5,\"data\":{\"tag\":\"Checkout Started\",\"payload\":{\"utm_source\":\"newsletter\","
                                + "\"utm_campaign\":\"nov\",\"plan\":\"pro\",\"company\":[\"acme\"],\"value\":42}},"
                                + "\"timestamp\":1795293661197}]",
                        "[{\"type\":5,\"data\":{\"tag\":\"tapedeck.navigation\",\"payload\":{\"href\":"
                                + "\"http://app.localhost:7100/production/tables.html\"}},\"timestamp\":1795293661245}]")
                .noneMatch(text -> text.contains("jane"))
                .noneMatch(text -> text.contains("$"));
        assertThat(uploads.stream().map(Upload::id).distinct().count())
                .as("what was sent again has the same id")
                .isLessThan(uploads.size());
    }

    @Test
    void record_ofAVisitorWhoIsNotIdentified_hasNoPerson_butTheTagOfTheBrowser() {
        String query = "/record/?replay_id=" + REPLAY + "&distinct_id=%24device%3A630a&%24device_id=630a";
        RequestHead mine = head(query, "Authorization", basic("tok:"));

        Upload upload = decode(record, mine, "[" + EVENT + "]").uploads().get(0);
        Upload other = decode(record, head(query, "Authorization", basic("other:")), "[" + EVENT + "]")
                .uploads()
                .get(0);

        assertThat(upload.person()).isNull();
        assertThat(upload.sdk()).isEqualTo("mixpanel");
        assertThat(upload.tags().get("visitor"))
                .matches("[0-9a-f]{16}")
                .isNotEqualTo(other.tags().get("visitor"));
        assertThat(decode(record, mine, " [ ] ").uploads().get(0).tags()).isEqualTo(upload.tags());
    }

    @Test
    void record_withWildIds_keepsTheRecording() {
        String query = "/record/?replay_id=r&%24user_id=" + "u".repeat(201) + "&%24lib_version=a%20b";
        Upload upload = decode(record, head(query, "Authorization", basic("tok:")), "[" + EVENT + "]")
                .uploads()
                .get(0);
        assertThat(upload.person()).isNull();
        assertThat(upload.sdk()).isEqualTo("mixpanel");
        assertThat(upload.tags()).isEmpty();

        Upload sound = decode(record, head("/record/?replay_id=r&%24user_id=a%00b", "Authorization", basic("t")), "[]")
                .uploads()
                .get(0);
        assertThat(sound.person().id()).isEqualTo("a\ufffdb");
    }

    @Test
    void record_ofWhatIsNoRecording_isMalformed() {
        RequestHead good = head("/record/?replay_id=" + REPLAY, "Authorization", basic("tok:"));
        for (String body : List.of("", "{}", "[", "[{\"a\":}]", "[] []", "\"[]\"", "[".repeat(5_000))) {
            assertRefused(ProblemCode.MALFORMED, () -> decode(record, good, body));
        }
        for (String id : List.of("", "?replay_id=", "?replay_id=a%2Fb", "?replay_id=" + "a".repeat(71))) {
            RequestHead bad = head("/record/" + id, "Authorization", basic("tok:"));
            assertRefused(ProblemCode.MALFORMED, () -> decode(record, bad, "[" + EVENT + "]"));
        }
    }

    @Test
    void record_saysItsTokenAsAUserName() {
        assertThat(record.identify(head("/", "Authorization", basic("tok:")))).isEqualTo("tok");
        assertThat(record.identify(head("/", "authorization", basic("tok:x").replace("Basic", "basic"))))
                .isEqualTo("tok");
        assertThat(record.identify(head("/", "Authorization", basic("tok")))).isEqualTo("tok");
        for (String bad : List.of("", "Basic", "Basic !!!", "Bearer x", "Basic " + "QUFB".repeat(200))) {
            assertRefused(ProblemCode.UNAUTHENTICATED, () -> record.identify(head("/", "Authorization", bad)));
        }
        assertRefused(ProblemCode.UNAUTHENTICATED, () -> record.identify(head("/")));
    }

    @Test
    void events_inEveryForm_areTheSame() {
        String batch = "[" + tracked("Paid: 1+1 €", "\"value\":42") + "]";
        String base64 = Base64.getEncoder().encodeToString(utf8(batch));
        String encoded = URLEncoder.encode(batch, StandardCharsets.UTF_8);
        List<String> forms = List.of(
                batch,
                batch.substring(1, batch.length() - 1),
                "data=" + URLEncoder.encode(base64, StandardCharsets.UTF_8),
                "data=" + base64,
                "data=" + encoded,
                "data=" + encoded.replace("+", "%20"),
                "verbose=1&data=" + encoded + "&ip=1",
                "data=" + batch.replace("+", "%2B").replace("%", "%25").replace("%252B", "%2B"));
        for (String form : forms) {
            Decoded decoded = decode(events, head("/track/"), form);
            assertThat(decoded.key()).isEqualTo("tok");
            assertThat(decoded.uploads()).as(form).hasSize(1);
            assertThat(text(decoded.uploads().get(0)))
                    .isEqualTo("[{\"type\":5,\"data\":{\"tag\":\"Paid: 1+1 €\",\"payload\":{\"value\":42}},"
                            + "\"timestamp\":1795293661197}]");
        }
    }

    @Test
    void events_withoutAReplay_orOfTheSdk_orWithoutTime_sayNothing() {
        List<String> silent = List.of(
                "{\"event\":\"a\",\"properties\":{\"token\":\"tok\",\"time\":1}}",
                tracked("$mp_click", "\"a\":1"),
                tracked("", "\"a\":1"),
                tracked("a", "\"time\":-5"),
                tracked("a", "\"time\":1e300"),
                tracked("a", "\"$mp_replay_id\":\"no such id\""),
                tracked("$identify", "\"$user_id\":null"),
                "{\"$token\":\"tok\",\"$set\":{\"$email\":\"jane@example.com\"},\"$distinct_id\":\"u\"}",
                "{\"event\":7,\"properties\":{\"token\":\"tok\",\"time\":1,\"$mp_replay_id\":\"r\"}}",
                "{\"event\":\"a\",\"properties\":[],\"$token\":\"tok\"}");
        Decoded decoded = decode(events, head("/track/"), "[" + String.join(",", silent) + "]");
        assertThat(decoded.key()).isEqualTo("tok");
        assertThat(decoded.uploads()).isEmpty();
    }

    @Test
    void events_identify_evenByNumber_andMaskAddresses() {
        String batch = "[" + tracked("$identify", "\"$user_id\":4711") + ","
                + tracked("$mp_web_page_view", "\"$current_url\":\"https://shop.example/a?email=jane%40x\"") + ","
                + tracked(
                        "a",
                        "\"$insert_id\":\"other\",\"time\":1795293661197.4,\"\\u0024x\":\"{\\\"\",\"mp_lib\":\"web\"")
                + "]";
        List<Upload> uploads = decode(events, head("/track/"), batch).uploads();
        assertThat(uploads).hasSize(3);
        assertThat(uploads.get(0).person().id()).isEqualTo("4711");
        assertThat(text(uploads.get(0))).isEqualTo("[]");
        assertThat(text(uploads.get(1))).contains("\"https://shop.example/a?email=***\"");
        assertThat(text(uploads.get(2)))
                .contains("\"timestamp\":1795293661197}")
                .contains("{\\\"")
                .doesNotContain("web");
        assertThat(uploads.get(0).id())
                .isEqualTo(uploads.get(1).id())
                .isNotEqualTo(uploads.get(2).id());
    }

    @Test
    void events_thatAreNotWhatTheyMustBe_areRefused() {
        for (String body : List.of(
                "",
                "data",
                "date=e30=",
                "data=%",
                "data=%zz",
                "data=%5",
                "data=***",
                "data=" + Base64.getEncoder().encodeToString(utf8("hello")),
                "data=%5B1%5D",
                "[{\"event\":\"a\",\"properties\":{\"token\":\"t\"}},{\"properties\":{\"token\":\"u\"}}]",
                "[{\"event\":\"a\"}",
                "[{\"properties\":{\"a\":" + "[".repeat(5_000))) {
            assertRefused(ProblemCode.MALFORMED, () -> decode(events, head("/track/"), body));
        }
        assertRefused(ProblemCode.UNAUTHENTICATED, () -> decode(events, head("/track/"), "data=%5B%5D"));
        assertRefused(ProblemCode.UNAUTHENTICATED, () -> decode(events, head("/track/"), "[{}]"));
    }

    @Test
    void events_tooManyOfReplays_areTooLarge() {
        String one = tracked("a", "\"b\":1") + ",";
        String most = "[" + one.repeat(1_999) + tracked("a", "\"b\":1") + "]";
        assertThat(decode(events, head("/track/"), most).uploads()).hasSize(2_000);
        assertRefused(ProblemCode.TOO_LARGE, () -> decode(events, head("/track/"), "[" + one + most.substring(1)));
    }

    private static void assertRefused(ProblemCode code, Runnable decoding) {
        assertThatThrownBy(decoding::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
    }

    private static String tracked(String name, String properties) {
        return "{\"event\":\"" + name + "\",\"properties\":{\"$browser\":\"Chrome\",\"token\":\"tok\","
                + "\"time\":1795293661.197,\"distinct_id\":\"d\",\"$insert_id\":\"i1\",\"$mp_replay_id\":\"" + REPLAY
                + "\"," + properties + ",\"mp_sent_by_lib_version\":\"2.83.0\"}}";
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(utf8(pair));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
