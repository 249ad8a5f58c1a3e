package io.tapedeck.recorder;

import static io.tapedeck.recorder.Gateway.bytes;
import static io.tapedeck.recorder.Gateway.gzip;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.CaptureSettings.Consent;
import io.tapedeck.store.CaptureSettings.Selectors;
import io.tapedeck.store.CaptureSettings.UrlRules;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.StoreErrorKind;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What PostHog's SDK is answered: it takes 200 alone for success, and never sends again what a 4xx answers. */
class PosthogIngestTest extends SdkIngest {
    private static final String EVENT =
            "{\"type\":4,\"data\":{\"href\":\"https://shop.example/a\",\"width\":9,\"height\":9},\"timestamp\":1795293558869}";
    /** A key whose project a test sets. */
    private static final String SET = "pk_set";

    private static final String[] HEAD = {"Content-Type", "text/plain", "Origin", "https://shop.example"};

    @Test
    void recording_isStoredOnce_andAcknowledgedAsTheSdkWantsIt() throws Exception {
        for (String path : List.of("/s/", "/s", "/s/?retry_count=1", "/quiet/s/")) {
            HttpResponse<String> answer = gateway.postTo(path, gzip(bytes("[" + recording(1) + "]")), HEAD);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"status\":1}");
            assertThat(answer.headers().firstValue("access-control-allow-origin"))
                    .contains("https://shop.example");
            assertThat(answer.headers()
                            .firstValue("access-control-expose-headers")
                            .orElse(""))
                    .contains("Retry-After");
        }
        assertThat(gateway.store.chunks()).hasSize(1);
        Chunk chunk = gateway.store.last();
        assertThat(chunk.session().session()).isEqualTo("s1");
        assertThat(chunk.facts().windows()).containsExactly("w1");
        assertThat(chunk.facts().sdk()).isEqualTo("posthog/1.2.3");
        assertThat(chunk.facts().user().id()).isEqualTo("ada");
        assertThat(chunk.facts().entry().url()).isEqualTo("https://shop.example/a");
    }

    @Test
    void events_areTakenBesideTheRecording() throws Exception {
        String event = "{\"uuid\":\"01a1ffd5-d577-7aed-9a17-888508326298\",\"event\":\"Paid\",\"properties\":{"
                + "\"distinct_id\":\"ada\",\"$is_identified\":true,\"$session_id\":\"s1\",\"$window_id\":\"w1\",\"eur\":5},"
                + "\"timestamp\":\"2026-11-21T20:39:26.327Z\"}";
        String body = "{\"api_key\":\"" + Gateway.KEY + "\",\"batch\":[" + event + "]}";
        for (String path : List.of("/i/v0/e/", "/i/v0/e", "/e/", "/e", "/batch/", "/capture/")) {
            assertThat(gateway.postTo(path, gzip(bytes(body)), HEAD).body()).isEqualTo("{\"status\":1}");
        }
        assertThat(gateway.store.chunks()).hasSize(1);
        assertThat(gateway.store.last().facts().windows()).isEmpty();
        assertThat(gateway.store.last().facts().customEvents()).containsExactly("Paid");
    }

    @Test
    void refusals_areTriedAgainIfThatHelps_andFinalIfNot() throws Exception {
        assertThat(refusal(StoreErrorKind.UNAVAILABLE)).isEqualTo("503 UNAVAILABLE 5");
        assertThat(refusal(StoreErrorKind.TIMEOUT)).isEqualTo("503 UNAVAILABLE 5");
        assertThat(refusal(StoreErrorKind.OVER_CAPACITY)).isEqualTo("503 OVER_CAPACITY 2");
        assertThat(refusal(StoreErrorKind.ERASED)).isEqualTo("410 ERASED -");
        gateway.store.behave();

        String unknown = recording(2).replace(Gateway.KEY, "nobody");
        assertThat(said(gateway.postTo("/s/", bytes(unknown), HEAD))).isEqualTo("401 UNAUTHENTICATED -");
        assertThat(said(gateway.postTo("/s/", bytes("hello"), HEAD))).isEqualTo("400 MALFORMED -");
        assertThat(said(gateway.postTo("/s/?compression=lz64", bytes("data=x"), HEAD)))
                .isEqualTo("415 UNSUPPORTED_ENCODING -");
        assertThat(said(gateway.postTo("/s/", gzip(bytes(" ".repeat(2 << 20))), HEAD)))
                .isEqualTo("413 TOO_LARGE -");
        gateway.catalog.setDown(true);
        assertThat(said(gateway.postTo("/s/", bytes(unknown.replace("nobody", "other")), HEAD)))
                .isEqualTo("503 UNAVAILABLE 5");
        gateway.catalog.setDown(false);
    }

    @Test
    void tooManyRequests_areToBeTriedAgain() throws Exception {
        try (Gateway limited = Gateway.start(Gateway.settings(1, 1))) {
            List<String> said = IntStream.range(0, 6)
                    .mapToObj(number -> {
                        try {
                            return said(limited.postTo("/s/", bytes(recording(number)), HEAD));
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    })
                    .toList();
            assertThat(said).anyMatch(one -> one.startsWith("503 RATE_LIMITED "));
        }
    }

    @Test
    void config_ofAProjectAsItIs_turnsRecordingOn() throws Exception {
        JsonObject config = config(Gateway.KEY);
        assertThat(config.getJsonArray("supportedCompression")).containsExactly("gzip-js");
        assertThat(config.getBoolean("hasFeatureFlags")).isFalse();
        assertThat(config.getBoolean("autocaptureExceptions")).isTrue();
        assertThat(config.getJsonObject("capturePerformance").getBoolean("network_timing"))
                .isTrue();
        JsonObject recording = config.getJsonObject("sessionRecording");
        assertThat(recording.getString("endpoint")).isEqualTo("/s/");
        assertThat(recording.getBoolean("consoleLogRecordingEnabled")).isTrue();
        assertThat(recording.getJsonObject("networkPayloadCapture"))
                .isEqualTo(new JsonObject().put("recordHeaders", false).put("recordBody", false));
        assertThat(recording.getValue("sampleRate")).isNull();
        assertThat(recording.getValue("minimumDurationMilliseconds")).isNull();
        assertThat(recording.getValue("linkedFlag")).isNull();
        assertThat(recording.getJsonArray("urlBlocklist")).isEmpty();
        assertThat(recording.getJsonObject("masking")).isEqualTo(new JsonObject().put("maskAllInputs", true));
    }

    @Test
    void config_followsTheProject() throws Exception {
        CaptureSettings capture = new CaptureSettings(
                false,
                true,
                true,
                true,
                false,
                new Selectors(List.of(".mask"), List.of(".block", "#b"), List.of(".ignore")),
                new UrlRules(List.of("/shop/*", "https://a.example/"), List.of("/shop/account*")),
                5_000,
                Consent.REQUIRED);
        settings(MaskingLevel.OPEN, 0.25, true, capture);
        JsonObject recording = config(SET).getJsonObject("sessionRecording");
        assertThat(recording.getBoolean("consoleLogRecordingEnabled")).isFalse();
        assertThat(recording.getJsonObject("networkPayloadCapture"))
                .isEqualTo(new JsonObject().put("recordHeaders", true).put("recordBody", true));
        assertThat(recording.getString("sampleRate")).isEqualTo("0.25");
        assertThat(recording.getInteger("minimumDurationMilliseconds")).isEqualTo(5_000);
        assertThat(recording.getString("linkedFlag")).isEqualTo("tapedeck-consent");
        assertThat(recording.getString("triggerMatchType")).isEqualTo("all");
        assertThat(recording.getJsonObject("masking"))
                .isEqualTo(new JsonObject()
                        .put("maskAllInputs", true)
                        .put("maskTextSelector", ".mask,.ignore")
                        .put("blockSelector", ".block,#b"));
        List<Pattern> blocked = recording.getJsonArray("urlBlocklist").stream()
                .map(rule -> Pattern.compile(((JsonObject) rule).getString("url")))
                .toList();
        for (String recorded : List.of("https://a.example/", "https://b.example/shop/1?x=1#y")) {
            assertThat(blocked).noneMatch(pattern -> pattern.matcher(recorded).find());
        }
        for (String page : List.of("https://a.example/x", "https://b.example/shop/account/1", "https://b.example/")) {
            assertThat(blocked).anyMatch(pattern -> pattern.matcher(page).find());
        }
    }

    @Test
    void config_atTheStrictestLevel_masksAllText() throws Exception {
        settings(MaskingLevel.STRICT, 1, true, CaptureSettings.DEFAULT);
        assertThat(config(SET).getJsonObject("sessionRecording").getJsonObject("masking"))
                .isEqualTo(new JsonObject().put("maskAllInputs", true).put("maskTextSelector", "*"));
    }

    @Test
    void config_ofAProjectThatIsOff_turnsRecordingOff() throws Exception {
        settings(MaskingLevel.BALANCED, 1, false, CaptureSettings.DEFAULT);
        assertThat(config(SET).getBoolean("sessionRecording")).isFalse();
    }

    @Test
    void config_asAScript_isWhatTheSdkLooksFor() throws Exception {
        HttpResponse<String> script = gateway.get("/array/" + Gateway.KEY + "/config.js", HEAD);
        assertThat(script.headers().firstValue("content-type")).contains("text/javascript; charset=utf-8");
        assertThat(script.headers().firstValue("access-control-allow-origin")).contains("https://shop.example");
        assertThat(script.body())
                .startsWith("(window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{})[\"" + Gateway.KEY
                        + "\"]={config:{")
                .endsWith("},siteApps:[]};");
    }

    @Test
    void anUnknownToken_isRefusedForGood_whereverItIs() throws Exception {
        String recording = recording(1).replace(Gateway.KEY, "nobody");
        String question = "{\"token\":\"nobody\",\"distinct_id\":\"x\"}";
        String event = "{\"api_key\":\"nobody\",\"batch\":[{\"event\":\"Paid\",\"properties\":{}}]}";
        List<HttpResponse<String>> answers = List.of(
                gateway.postTo("/s/", gzip(bytes("[" + recording + "]")), HEAD),
                gateway.postTo("/s/?retry_count=2", bytes(recording), HEAD),
                gateway.postTo("/flags/?v=2", gzip(bytes(question)), HEAD),
                gateway.postTo("/decide/?v=4", bytes(question), HEAD),
                gateway.postTo("/i/v0/e/", gzip(bytes(event)), HEAD),
                gateway.get("/array/nobody/config.js", HEAD),
                gateway.get("/array/nobody/config", HEAD));
        for (HttpResponse<String> answer : answers) {
            // The SDK drops what a 4xx answers. It sees the status only if the page's origin may, and reads JSON.
            assertThat(said(answer)).isEqualTo("401 UNAUTHENTICATED -");
            assertThat(answer.headers().firstValue("access-control-allow-origin"))
                    .contains("https://shop.example");
            assertThat(answer.headers().firstValue("access-control-allow-credentials"))
                    .contains("true");
            assertThat(answer.headers().firstValue("content-type").orElse("")).contains("json");
        }
        assertThat(gateway.store.chunks()).isEmpty();
    }

    @Test
    void exceptions_areKept_unlessTheProjectWantsNoErrors() throws Exception {
        String exception =
                "{\"uuid\":\"01a1ffd5-d577-7aed-9a17-888508326299\",\"event\":\"$exception\",\"properties\":{"
                        + "\"token\":\"" + SET
                        + "\",\"distinct_id\":\"ada\",\"$is_identified\":true,\"$session_id\":\"s1\","
                        + "\"$exception_list\":[{\"type\":\"TypeError\",\"value\":\"x is no function\"}]},"
                        + "\"timestamp\":\"2026-11-21T20:39:26.327Z\"}";
        gateway.catalog.put(SET, withoutErrors());
        assertThat(gateway.postTo("/e/", bytes("[" + exception + "]"), HEAD).body())
                .isEqualTo("{\"status\":1}");
        assertThat(gateway.store.chunks()).isEmpty();
        assertThat(gateway.outcomes("foreign")).isOne();

        try (Gateway other = Gateway.start()) {
            other.postTo("/e/", bytes("[" + exception.replace(SET, Gateway.KEY) + "]"), HEAD);
            assertThat(other.store.last().facts().counts().errors()).isOne();
        }
    }

    @Test
    void config_ofAnUnknownToken_isRefused() throws Exception {
        for (String path : List.of("/array/nobody/config.js", "/array/nobody/config", "/array/%22%3C/config.js")) {
            assertThat(said(gateway.get(path, HEAD))).isEqualTo("401 UNAUTHENTICATED -");
        }
    }

    @Test
    void flags_areNone_andCarryTheConfiguration() throws Exception {
        String question = "{\"token\":\"" + Gateway.KEY + "\",\"distinct_id\":\"x\"}";
        String base64 =
                "data=" + Base64.getEncoder().encodeToString(bytes(question)).replace("=", "%3D");
        for (byte[] body : List.of(bytes(question), gzip(bytes(question)), bytes(base64))) {
            for (String path : List.of("/flags/?v=2", "/flags?v=2", "/decide/?v=3", "/decide/?v=4")) {
                HttpResponse<String> answer = gateway.postTo(path, body, HEAD);
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
                JsonObject flags = new JsonObject(answer.body());
                assertThat(flags.getJsonObject("flags")).isEmpty();
                assertThat(flags.getJsonObject("featureFlags")).isEmpty();
                assertThat(flags.getBoolean("errorsWhileComputingFlags")).isFalse();
                assertThat(flags.getJsonObject("sessionRecording").getString("endpoint"))
                        .isEqualTo("/s/");
            }
        }
        assertThat(said(gateway.postTo("/flags/?v=2", bytes("{\"token\":\"nobody\"}"), HEAD)))
                .isEqualTo("401 UNAUTHENTICATED -");
        assertThat(said(gateway.postTo("/flags/?v=2", bytes("{\"token\":{}}"), HEAD)))
                .isEqualTo("401 UNAUTHENTICATED -");
        assertThat(said(gateway.postTo("/flags/?v=2", bytes("[]"), HEAD))).isEqualTo("400 MALFORMED -");
    }

    @Test
    void scripts_areServed_whicheverVersionIsAskedFor() throws Exception {
        for (String path : List.of(
                "/static/array.js", "/static/array.js?v=1.240.6", "/static/1.449.2/array.js", "/array/x/array.js")) {
            HttpResponse<String> script = gateway.get(path, HEAD);
            assertThat(script.statusCode()).as(path).isEqualTo(200);
            assertThat(script.body()).startsWith("window.posthog");
            assertThat(script.headers().firstValue("access-control-allow-origin"))
                    .contains("https://shop.example");
            String etag = script.headers().firstValue("etag").orElseThrow();
            assertThat(gateway.get(path, "If-None-Match", etag).statusCode()).isEqualTo(304);
        }
        for (String path : List.of("/static/nothing.js", "/static/1.449.2/nothing.js", "/static/..%2Farray.js")) {
            assertThat(said(gateway.get(path, HEAD))).as(path).isEqualTo("404 NOT_FOUND -");
        }
    }

    private JsonObject config(String key) throws Exception {
        HttpResponse<String> answer = gateway.get("/array/" + key + "/config", HEAD);
        assertThat(answer.statusCode()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private void settings(MaskingLevel masking, double sampleRate, boolean recording, CaptureSettings capture) {
        gateway.catalog.put(SET, project(masking, sampleRate, recording, capture));
    }

    private String refusal(StoreErrorKind kind) throws Exception {
        refuseAll(kind);
        return said(gateway.postTo("/s/", gzip(bytes("[" + recording(1) + "]")), HEAD));
    }

    private static String recording(int number) {
        return "{\"uuid\":\"01a1ffd5-cb78-733d-a100-70e28f90944" + number
                + "\",\"event\":\"$snapshot\",\"properties\":{"
                + "\"$snapshot_data\":[" + EVENT
                + "],\"$session_id\":\"s1\",\"$window_id\":\"w1\",\"$lib_version\":\"1.2.3\","
                + "\"token\":\"" + Gateway.KEY + "\",\"distinct_id\":\"ada\"}}";
    }
}
