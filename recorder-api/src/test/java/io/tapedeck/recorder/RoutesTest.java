package io.tapedeck.recorder;

import static io.tapedeck.recorder.Gateway.CHUNKS;
import static io.tapedeck.recorder.Gateway.bytes;
import static io.tapedeck.recorder.Gateway.code;
import static io.tapedeck.recorder.Gateway.envelope;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.CaptureSettings.Consent;
import io.tapedeck.store.CaptureSettings.Selectors;
import io.tapedeck.store.CaptureSettings.UrlRules;
import io.tapedeck.store.RetentionPolicy;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gateway serves beside uploads, and who may read its answers. */
class RoutesTest {
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start(Gateway.settings(1 << 20, 1 << 20, 1 << 24, 10, 5_000));
        gateway.catalog.put(
                "pk_zother",
                new ProjectSettings(
                        MaskingLevel.STRICT,
                        OnLessMasking.REJECT,
                        List.of("https://shop.example"),
                        RetentionPolicy.DEFAULT,
                        0.5,
                        false,
                        new CaptureSettings(
                                false,
                                true,
                                true,
                                true,
                                false,
                                new Selectors(List.of(".iban", "[data-x=\"ä\"]"), List.of("video"), List.of("#code")),
                                new UrlRules(List.of("/shop*"), List.of("/shop/staff*")),
                                5_000,
                                Consent.REQUIRED)));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.assertSound();
        gateway.close();
    }

    @Test
    void config_saysWhatTheProjectAsksFor() throws Exception {
        HttpResponse<String> answer = gateway.get("/ingest/v1/config?key=pk_test", "Origin", "https://a.example");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("https://a.example");
        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        JsonObject config = new JsonObject(answer.body());
        assertThat(config.getBoolean("recording")).isTrue();
        assertThat(config.getDouble("sampleRate")).isEqualTo(1.0);
        assertThat(config.getJsonObject("masking").getString("level")).isEqualTo("balanced");
        assertThat(config.getJsonObject("masking").getInteger("version")).isEqualTo(1);
        assertThat(config.getJsonObject("masking").getJsonArray("maskSelectors"))
                .isEmpty();
        assertThat(config.getString("consent")).isEqualTo("none");
        assertThat(config.getJsonObject("limits").getInteger("chunkBytesMax")).isEqualTo(1 << 20);
        assertThat(config.getJsonObject("limits").getInteger("eventsPerChunkMax"))
                .isEqualTo(100_000);
        assertThat(config.getJsonObject("limits").getInteger("unloadBytesMax")).isEqualTo(61_440);
        assertThat(config.getJsonObject("session").getLong("idleMs")).isEqualTo(1_800_000);
        assertThat(config.getJsonObject("capture").getBoolean("console")).isTrue();
        assertThat(config.getString("appUrl")).isEqualTo("http://127.0.0.1:" + gateway.port + "/app/p/default/s/");
    }

    @Test
    void config_ofAProjectThatDoesNotRecord_saysSo() throws Exception {
        HttpResponse<String> answer = gateway.get(
                "/ingest/v1/config?key=pk_zother",
                "Origin",
                "https://shop.example",
                "X-Forwarded-Proto",
                "https",
                "X-Forwarded-Host",
                "replay.example",
                "X-Forwarded-Prefix",
                "/td");

        JsonObject config = new JsonObject(answer.body());
        assertThat(config.getBoolean("recording")).isFalse();
        assertThat(config.getDouble("sampleRate")).isEqualTo(0.5);
        assertThat(config.getJsonObject("masking").getString("level")).isEqualTo("strict");
        assertThat(config.getString("appUrl")).isEqualTo("https://replay.example/td/app/p/default/s/");
    }

    @Test
    void config_saysWhatTheProjectWantsToBeCaptured() throws Exception {
        JsonObject config =
                new JsonObject(gateway.get("/ingest/v1/config?key=pk_zother", "Origin", "https://shop.example")
                        .body());
        JsonObject byDefault =
                new JsonObject(gateway.get("/ingest/v1/config?key=pk_test").body());

        assertThat(config.getJsonObject("masking").getJsonArray("maskSelectors"))
                .containsExactly(".iban", "[data-x=\"ä\"]");
        assertThat(config.getJsonObject("masking").getJsonArray("blockSelectors"))
                .containsExactly("video");
        assertThat(config.getJsonObject("masking").getJsonArray("ignoreSelectors"))
                .containsExactly("#code");
        assertThat(config.getJsonObject("capture").getMap())
                .containsExactly(Map.entry("console", false), Map.entry("network", true), Map.entry("errors", false));
        assertThat(config.getJsonObject("urls").getJsonArray("include")).containsExactly("/shop*");
        assertThat(config.getJsonObject("urls").getJsonArray("exclude")).containsExactly("/shop/staff*");
        assertThat(config.getInteger("minimumDurationMs")).isEqualTo(5_000);
        assertThat(config.getString("consent")).isEqualTo("required");
        assertThat(byDefault.getJsonObject("urls").getJsonArray("include")).isEmpty();
        assertThat(byDefault.getInteger("minimumDurationMs")).isZero();
    }

    @Test
    void config_isRefusedAsUploadsAre() throws Exception {
        assertThat(code(gateway.get("/ingest/v1/config"))).isEqualTo("UNAUTHENTICATED");
        assertThat(code(gateway.get("/ingest/v1/config?key=nope"))).isEqualTo("UNAUTHENTICATED");
        assertThat(code(gateway.get("/ingest/v1/config?key=pk_zother", "Origin", "https://evil.example")))
                .isEqualTo("ORIGIN_NOT_ALLOWED");
    }

    @Test
    void config_forAPageOfTheSameOrigin_needsNoOriginHeaderIfThatOneIsListed() throws Exception {
        String path = "/ingest/v1/config?key=pk_zother";
        String[] own = {"Sec-Fetch-Site", "same-origin", "X-Forwarded-Proto", "https"};

        assertThat(get(path, own, "X-Forwarded-Host", "shop.example").statusCode())
                .isEqualTo(200);
        assertThat(code(get(path, own, "X-Forwarded-Host", "other.example"))).isEqualTo("ORIGIN_NOT_ALLOWED");
        assertThat(code(get(path, own, "X-Forwarded-Host", "shop.example", "Origin", "https://evil.example")))
                .isEqualTo("ORIGIN_NOT_ALLOWED");
        String[] neighbour = {"Sec-Fetch-Site", "same-site", "X-Forwarded-Proto", "https"};
        assertThat(code(get(path, neighbour, "X-Forwarded-Host", "shop.example")))
                .isEqualTo("ORIGIN_NOT_ALLOWED");
        assertThat(code(gateway.get(path, "X-Forwarded-Proto", "https", "X-Forwarded-Host", "shop.example")))
                .isEqualTo("ORIGIN_NOT_ALLOWED");
    }

    private static HttpResponse<String> get(String path, String[] some, String... more) throws Exception {
        return gateway.get(
                path, Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new));
    }

    @Test
    void everythingForRecorders_isUnderTheExtraPathsToo() throws Exception {
        assertThat(gateway.get("/quiet/ingest/v1/config?key=pk_test").statusCode())
                .isEqualTo(200);
        assertThat(gateway.get("/quiet/recorder.js").statusCode()).isEqualTo(200);
        assertThat(gateway.postTo(
                                "/quiet" + CHUNKS,
                                bytes(envelope("q", "[{\"type\":0,\"data\":{},\"timestamp\":1794116402000}]")))
                        .statusCode())
                .isEqualTo(200);
        assertThat(gateway.get("/other/recorder.js").statusCode()).isEqualTo(404);
        assertThat(gateway.get("/below/quiet/recorder.js").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/below/recorder/abc123def456.js").statusCode()).isEqualTo(200);
    }

    @Test
    void script_isServedToAnyPage() throws Exception {
        HttpResponse<String> answer = gateway.get("/recorder.js", "Origin", "https://a.example");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("recorder for tests");
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/javascript; charset=utf-8");
        assertThat(answer.headers().firstValue("cache-control")).hasValue("public, max-age=300");
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("*");
        assertThat(answer.headers().firstValue("access-control-allow-credentials"))
                .isEmpty();
        assertThat(answer.headers().firstValue("cross-origin-resource-policy")).hasValue("cross-origin");
        assertThat(gateway.client
                        .send(
                                gateway.request("/recorder.js")
                                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .headers()
                        .firstValueAsLong("content-length"))
                .hasValue(answer.body().length());
        String etag = answer.headers().firstValue("etag").orElseThrow();
        assertThat(gateway.get("/recorder.js", "If-None-Match", etag).statusCode())
                .isEqualTo(304);
    }

    @Test
    void script_ofThisVersion_neverChanges() throws Exception {
        assertThat(gateway.get("/recorder/abc123def456.js").headers().firstValue("cache-control"))
                .hasValue("public, max-age=31536000, immutable");
        assertThat(gateway.get("/recorder/000000000000.js").statusCode()).isEqualTo(404);
        assertThat(gateway.get("/recorder/abc123def456").statusCode()).isEqualTo(404);
    }

    @Test
    void demo_hasTheSnippetAndLoadsOnlyFromHere() throws Exception {
        HttpResponse<String> page = gateway.get("/demo", "X-Forwarded-Prefix", "/td");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                .startsWith("default-src 'none'")
                .doesNotContain("unsafe");
        assertThat(page.body())
                .contains("<script async src=\"/td/recorder.js\" data-key=\"pk_test\"></script>")
                .contains("href=\"/td/demo/demo.css\"")
                .doesNotContain("__BASE__", "tapedeck-snippet");
        assertThat(gateway.get("/demo/").body()).contains("src=\"/recorder.js\"");
        for (String path : List.of("/demo/demo.css", "/below/demo/demo.css")) {
            assertThat(gateway.get(path).headers().firstValue("content-type"))
                    .as(path)
                    .hasValue("text/css; charset=utf-8");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/demo/none.css",
                "/demo/../recorder.js",
                "/demo/%2e%2e/recorder.js",
                "/demo//recorder.js",
                "/demo/%00"
            })
    void demo_hasOnlyItsOwnFiles(String path) throws Exception {
        try (Socket socket = gateway.connect()) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).doesNotContain("Demo").containsAnyOf(" 404 ", " 400 ", "recorder for tests");
        }
    }

    @Test
    void demo_canBeSwitchedOff() throws Exception {
        RecorderSettings usual = RecorderSettings.defaults();
        RecorderSettings without = new RecorderSettings(
                List.of(),
                false,
                usual.wireBytesMax(),
                usual.inflatedBytesMax(),
                usual.inFlightBytesMax(),
                usual.requestsInFlightMax(),
                1,
                2,
                usual.bodyIdleMs(),
                usual.bodyMs(),
                usual.appendTimeoutMs(),
                1,
                usual.scanLimits(),
                usual.level());
        try (Gateway other = Gateway.start(without)) {
            assertThat(other.get("/demo").statusCode()).isEqualTo(404);
            assertRateIsLimited(other);
        }
    }

    @Test
    void preflight_allowsWhatIsAskedFor() throws Exception {
        HttpResponse<String> answer = preflight(
                CHUNKS,
                "Origin",
                "https://a.example",
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "content-encoding,x-anything",
                "Access-Control-Request-Private-Network",
                "true");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("https://a.example");
        assertThat(answer.headers().firstValue("access-control-allow-credentials"))
                .hasValue("true");
        assertThat(answer.headers().firstValue("access-control-allow-headers")).hasValue("content-encoding,x-anything");
        assertThat(answer.headers().firstValue("access-control-allow-methods").orElseThrow())
                .contains("POST");
        assertThat(answer.headers().firstValue("access-control-max-age")).hasValue("86400");
        assertThat(answer.headers().firstValue("access-control-allow-private-network"))
                .hasValue("true");
        assertThat(String.join(",", answer.headers().allValues("vary"))).containsIgnoringCase("origin");
        assertThat(preflight("/ingest/v1/chunks?key=wrong", "Origin", "null").statusCode())
                .isEqualTo(204);
        assertThat(preflight("/ingest/v1/config", "Origin", "https://a.example").statusCode())
                .isEqualTo(204);
    }

    @Test
    void cors_isOnEveryRefusal() throws Exception {
        List<HttpResponse<String>> refusals = List.of(
                gateway.postTo("/ingest/v1/chunks", bytes("{}"), "Origin", "https://a.example"),
                gateway.post("{}", "Origin", "https://a.example"),
                gateway.post("{}", "Origin", "https://a.example", "Content-Encoding", "br"),
                gateway.post(new byte[(1 << 20) + 1], "Origin", "https://a.example"),
                gateway.get(CHUNKS, "Origin", "https://a.example"));

        assertThat(refusals).extracting(HttpResponse::statusCode).containsExactly(401, 400, 415, 413, 405);
        assertThat(refusals).allSatisfy(refusal -> {
            assertThat(refusal.headers().firstValue("access-control-allow-origin"))
                    .hasValue("https://a.example");
            assertThat(refusal.headers()
                            .firstValue("access-control-expose-headers")
                            .orElseThrow())
                    .contains("Retry-After")
                    .contains("X-Request-Id");
            assertThat(refusal.headers().firstValue("vary").orElseThrow()).isEqualToIgnoringCase("origin");
            assertThat(refusal.headers().firstValue("cross-origin-resource-policy"))
                    .hasValue("cross-origin");
            assertThat(refusal.headers().firstValue("x-request-id")).isPresent();
        });
    }

    private static void assertRateIsLimited(Gateway limited) throws Exception {
        byte[] body = bytes(envelope("s", "[{\"type\":0,\"data\":{},\"timestamp\":1794116402000}]"));
        HttpResponse<String> answer = limited.post(body);
        for (int i = 0; i < 20 && answer.statusCode() == 200; i++) {
            answer = limited.post(body);
        }
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(code(answer)).isEqualTo("RATE_LIMITED");
        assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
    }

    private static HttpResponse<String> preflight(String path, String... headers)
            throws IOException, InterruptedException {
        return gateway.client.send(
                gateway.request(path, headers)
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
