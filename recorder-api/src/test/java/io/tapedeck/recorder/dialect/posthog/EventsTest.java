package io.tapedeck.recorder.dialect.posthog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.recorder.dialect.Endpoint.Decoded;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.Capture;
import io.tapedeck.store.Capture.Request;
import io.tapedeck.store.ChunkId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventsTest {
    private static final String ID = "01a1ffd5-d577-7aed-9a17-888508326298";
    private static final String ANONYMOUS = "01a1ffd5-b499-7888-9ff9-73ea6f644fbf";
    /** 2026-11-21T20:39:26.327Z. */
    private static final long AT = 1_795_293_566_327L;

    private final Bodies bodies = new Bodies();

    @Test
    void decode_ofWhatARealClientSent_saysWhoItWasAndWhatHappened() {
        List<Upload> uploads = uploads("posthog");

        assertThat(uploads)
                .allMatch(upload -> !upload.isRecording() && upload.sdk().equals("posthog/1.449.2"));
        assertThat(uploads.stream()
                        .filter(upload -> upload.person() != null)
                        .map(upload -> upload.person().id())
                        .distinct())
                .containsExactly("user-4711");
        assertThat(uploads.stream()
                        .filter(upload -> upload.person() != null)
                        .map(upload -> upload.person().traits().toString())
                        .distinct())
                .containsExactlyInAnyOrder(
                        "{\"email\":\"jane@example.com\",\"name\":\"Jane Doe\",\"plan\":\"pro\"}", "{}");
        List<String> said = uploads.stream().map(EventsTest::text).toList();
        assertThat(said)
                .filteredOn(text -> text.contains("tapedeck.navigation"))
                .hasSize(4);
        assertThat(said).filteredOn(text -> text.contains("tapedeck.error")).hasSize(8);
        assertThat(said)
                .contains(
                        "[{\"type\":5,\"data\":{\"tag\":\"checkout_started\",\"payload\":{\"value\": 42}},\"timestamp\":1795293566360}]"
                                .replace("\": 42", "\":42"));
        assertThat(said)
                .contains("[{\"type\":5,\"data\":{\"tag\":\"tapedeck.error\",\"payload\":{"
                        + "\"message\":\"Cannot read properties of undefined (reading 'rate')\",\"name\":\"TypeError\","
                        + "\"stack\":\"TypeError: Cannot read properties of undefined (reading 'rate')\\n"
                        + "    at u (http://app.localhost:7100/acme/app.min.js:1:575)\\n"
                        + "    at p (http://app.localhost:7100/acme/app.min.js:1:656)\\n"
                        + "    at http://app.localhost:7100/acme/app.min.js:1:4429\"}},\"timestamp\":1795293570259}]");
    }

    @Test
    void decode_ofEveryVariantOfARealClient_namesItsUser() {
        for (String variant : List.of("posthog-v-nocompress", "posthog-v-nocs")) {
            List<Upload> uploads = uploads(variant);
            assertThat(uploads.stream()
                            .filter(upload -> upload.person() != null)
                            .map(upload -> upload.person().id())
                            .distinct())
                    .as(variant)
                    .containsExactly("u-9");
            assertThat(uploads.stream().map(EventsTest::text).filter(text -> text.contains("checkout_started")))
                    .as(variant)
                    .hasSize(1);
        }
    }

    @Test
    void decode_ofEndlesslyManyTraits_keepsFewAndAllPersons() {
        StringBuilder body = new StringBuilder("[");
        for (int i = 0; i < 1_000; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"event\":\"$identify\",\"properties\":{\"token\":\"phc_k\",\"distinct_id\":\"ada\",")
                    .append("\"$session_id\":\"s" + i + "\"},\"$set\":{\"a\":[{}" + ",{}".repeat(1_000) + "]}}");
        }

        List<Upload> uploads = bodies.decode(body.append("]").toString()).uploads();

        assertThat(uploads)
                .hasSize(1_000)
                .allMatch(upload -> upload.person().id().equals("ada"));
        assertThat(uploads.stream()
                        .mapToInt(upload -> upload.person().traits().toString().length())
                        .sum())
                .isBetween(200 << 10, 300 << 10);
    }

    @Test
    void decode_ofIdentify_isThePersonWithTraits() {
        Upload upload = only(event("$identify", "\"distinct_id\":\"user-1\"", "\"$set\":{\"plan\":\"pro\"}"));
        assertThat(upload.person().id()).isEqualTo("user-1");
        assertThat(upload.person().traits().toString()).isEqualTo("{\"plan\":\"pro\"}");
        assertThat(text(upload)).isEqualTo("[]");
        // Said again it is the same chunk, which is told by what it says.
        assertThat(upload.id()).isNull();
        assertThat(upload.isRecording()).isFalse();
    }

    @Test
    void decode_ofTraitsThatAreTooLarge_keepsThePerson() {
        String large = "\"$set\":{\"x\":\"" + "y".repeat(9_000) + "\"}";
        assertThat(only(event("$identify", "\"distinct_id\":\"user-1\"", large))
                        .person()
                        .traits())
                .isEmpty();
    }

    @Test
    void decode_ofTraitsThatAreNestedTooDeep_keepsThePerson() {
        String deepest = "\"$set\":" + "{\"a\":".repeat(63) + "{}" + "}".repeat(63);
        String tooDeep = "\"$set\":" + "{\"a\":".repeat(64) + "{}" + "}".repeat(64);

        assertThat(only(event("$identify", "\"distinct_id\":\"user-1\"", deepest))
                        .person()
                        .traits())
                .isNotEmpty();
        assertThat(only(event("$identify", "\"distinct_id\":\"user-1\"", tooDeep))
                        .person()
                        .traits())
                .isEmpty();
    }

    @Test
    void decode_ofAnythingAnIdentifiedVisitorDoes_saysWhoItIsOnceABody() {
        String properties = "\"distinct_id\":\"" + ANONYMOUS + "\",\"$is_identified\":true";
        String one = event("$autocapture", properties, "");
        Decoded decoded = bodies.decode("[" + one + "," + one + "," + event("$pageleave", properties, "") + "]");
        assertThat(decoded.uploads()).hasSize(1);
        assertThat(decoded.uploads().get(0).person().id()).isEqualTo(ANONYMOUS);
    }

    @Test
    void decode_ofAVisitorWhomNobodyNamed_namesNobody() {
        for (String properties : List.of(
                "\"distinct_id\":\"" + ANONYMOUS + "\",\"$is_identified\":false",
                "\"distinct_id\":\"visitor 7\",\"$is_identified\":false,\"$user_id\":\"visitor 7\"",
                "\"distinct_id\":\"" + ANONYMOUS + "\"",
                "\"distinct_id\":\"$posthog_cookieless\",\"$is_identified\":true",
                "\"distinct_id\":\"" + "x".repeat(201) + "\",\"$is_identified\":true",
                "\"distinct_id\":{},\"$is_identified\":true",
                "\"$is_identified\":true")) {
            assertThat(bodies.decode(event("$autocapture", properties, "")).uploads())
                    .as(properties)
                    .isEmpty();
            assertThat(only(event("bought", properties, "")).person())
                    .as(properties)
                    .isNull();
        }
    }

    @Test
    void decode_ofAnOldVersionsNamedVisitor_isToldByTheUserId() {
        Upload upload = only(event("bought", "\"distinct_id\":17,\"$user_id\":17", ""));
        assertThat(upload.person().id()).isEqualTo("17");
    }

    @Test
    void decode_ofASitesOwnEvent_keepsItsOwnProperties() {
        Upload upload = only(event(
                "bought \\u010d",
                "\"$os\":\"Linux\",\"utm_source\":null,\"distinct_id\":\"a\",\"eur\":5, \"list\" : [1,{\"$x\":2}]",
                ""));
        assertThat(text(upload))
                .isEqualTo(
                        "[{\"type\":5,\"data\":{\"tag\":\"bought č\",\"payload\":{\"eur\":5,\"list\" : [1,{\"$x\":2}]}},"
                                + "\"timestamp\":" + AT + "}]");
        assertThat(upload.id()).isEqualTo(ChunkId.ofUuid(UUID.fromString(ID)));
        assertThat(upload.session()).isEqualTo("s1");
        assertThat(upload.window().value()).isEqualTo("w1");
    }

    @Test
    void decode_ofLargeProperties_keepsThoseThatFit() {
        String large = "\"large\":\"" + "x".repeat(40_000) + "\",\"small\":1";
        assertThat(text(only(event("bought", large, "")))).contains("\"payload\":{\"small\":1}");
    }

    @Test
    void decode_ofAPageview_isANavigation() {
        Upload upload = only(event("$pageview", "\"$current_url\":\"https://a.example/x?q=1\"", ""));
        assertThat(text(upload))
                .isEqualTo("[{\"type\":5,\"data\":{\"tag\":\"tapedeck.navigation\",\"payload\":"
                        + "{\"href\":\"https://a.example/x?q=1\"}},\"timestamp\":" + AT + "}]");
        String recorded = "\"$current_url\":\"https://a.example/x\",\"$recording_status\":\"active\"";
        assertThat(bodies.decode(event("$pageview", recorded, "")).uploads()).isEmpty();
    }

    @Test
    void decode_ofAnExceptionWithCauses_tellsThemAll() {
        String list = "\"$exception_list\":[{\"type\":\"A\",\"value\":\"outer\"},7,{\"value\":\"inner\",\"stacktrace\":"
                + "{\"frames\":[{\"function\":\"main\",\"lineno\":1},3,{\"filename\":\"b.js\",\"function\":\"?\",\"lineno\":2.5,\"colno\":\"x\"}]}}]";
        assertThat(text(only(event("$exception", list, ""))))
                .contains("\"message\":\"outer\",\"name\":\"A\",\"stack\":\"A: outer\\nCaused by: Error: inner\\n"
                        + "    at b.js:2\\n    at main (<anonymous>:1)\"");
    }

    @Test
    void decode_ofAnExceptionInAPagesOwnScript_leavesOutTheAddressesQuery() {
        String list = "\"$exception_list\":[{\"type\":\"A\",\"stacktrace\":{\"frames\":["
                + "{\"filename\":\"https://shop.example/reset?token=secret\",\"function\":\"f\",\"lineno\":3,\"colno\":4},"
                + "{\"filename\":\"https://shop.example/reset#secret?x\",\"lineno\":5}]}}]";
        assertThat(text(only(event("$exception", list, ""))))
                .contains("\"A\\n    at https://shop.example/reset:5\\n    at f (https://shop.example/reset:3:4)\"")
                .doesNotContain("secret");
    }

    @Test
    void decode_ofAnOldVersionsException_hasItsTypeAndMessage() {
        assertThat(text(only(event(
                        "$exception", "\"$exception_type\":\"TypeError\",\"$exception_message\":\"x is null\"", ""))))
                .contains("{\"message\":\"x is null\",\"name\":\"TypeError\"}");
        assertThat(text(only(event("$exception", "\"$exception_list\":{}", ""))))
                .contains("\"payload\":{}");
    }

    @Test
    void decode_ofAnEventWithoutTimestamp_takesTheTimeItHasElsewhere() {
        String event = event("bought", "\"$time\":1795293566.5", "").replace("\"timestamp\"", "\"offset\"");
        assertThat(text(only(event))).contains("\"timestamp\":1795293566500}");
        String uuid = event("bought", "", "").replace("\"timestamp\"", "\"offset\"");
        assertThat(text(only(uuid))).contains("\"timestamp\":1795293566327}");
        String none = uuid.replace("-7aed-", "-4aed-");
        assertThat(bodies.decode(none).uploads()).isEmpty();
    }

    @Test
    void decode_ofWhatIsSaidOutsideOfRecordings_isNothing() {
        String event = event("bought", "\"$recording_status\":\"disabled\"", "");
        // Before it has its configuration, the client calls every recording disabled.
        assertThat(bodies.decode(event).uploads()).hasSize(1);
        assertThat(bodies.decode(event.replace(
                                "\"$recording", "\"$autocapture_disabled_server_side\":false,\"$recording"))
                        .uploads())
                .isEmpty();
        assertThat(bodies.decode(event.replace("$session_id", "$other")).uploads())
                .isEmpty();
        for (String name : List.of("$pageleave", "$autocapture", "$web_vitals", "$groupidentify", "$rageclick", "")) {
            assertThat(bodies.decode(event(name, "", "")).uploads()).as(name).isEmpty();
        }
    }

    @Test
    void decode_ofABatch_readsTheKeyWhereverItIs() {
        String event = event("bought", "", "").replace("\"token\":\"phc_1\"", "\"x\":1");
        for (String body : List.of(
                "{\"api_key\":\"phc_1\",\"batch\":[" + event + "]}",
                "{\"batch\":[" + event + "],\"api_key\":\"phc_1\"}",
                "{\"batch\":[" + event + "],\"token\":\"phc_1\"}",
                event.replaceFirst("\\{", "{\"api_key\":\"phc_1\","))) {
            Decoded decoded = bodies.decode(body);
            assertThat(decoded.key()).isEqualTo("phc_1");
            assertThat(decoded.uploads()).hasSize(1);
        }
    }

    private List<Upload> uploads(String capture) {
        List<Upload> uploads = new ArrayList<>();
        for (Request request : Capture.named(capture).requests()) {
            if (request.path().endsWith("/e/")) {
                uploads.addAll(bodies.decode(request.query(), request.bytes()).uploads());
            }
        }
        return uploads;
    }

    private static String event(String name, String properties, String beside) {
        return "{\"uuid\":\"" + ID + "\",\"event\":\"" + name + "\",\"properties\":{" + properties
                + (properties.isEmpty() ? "" : ",")
                + "\"token\":\"phc_1\",\"$session_id\":\"s1\",\"$window_id\":\"w1\"}"
                + (beside.isEmpty() ? "" : "," + beside) + ",\"timestamp\":\"2026-11-21T20:39:26.327Z\"}";
    }

    private Upload only(String body) {
        Decoded decoded = bodies.decode(body);
        assertThat(decoded.uploads()).hasSize(1);
        return decoded.uploads().get(0);
    }

    private static String text(Upload upload) {
        return StandardCharsets.UTF_8.decode(upload.events().duplicate()).toString();
    }
}
