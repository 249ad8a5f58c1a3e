package io.tapedeck.recorder;

import static io.tapedeck.recorder.Gateway.bytes;
import static io.tapedeck.recorder.Gateway.gzip;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.StoreErrorKind;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Mixpanel's SDK is answered: it takes little for success, and sends again only what it is told to. */
class MixpanelIngestTest extends SdkIngest {
    private static final String QUERY = "?%24lib_version=2.83.0&replay_id=r1&seq=0&%24user_id=u1&%24device_id=d1";
    private static final String EVENT = "{\"type\":4,\"data\":{\"href\":\"https://shop.example/a\"},\"timestamp\":1}";
    private static final String[] HEAD = {
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString(bytes(Gateway.KEY + ":")),
        "Content-Type",
        "application/octet-stream",
        "Origin",
        "https://shop.example"
    };

    @Test
    void record_isStored_andAcknowledgedAsTheSdkWantsIt() throws Exception {
        for (String path : List.of("/record/", "/record", "/quiet/record/")) {
            for (byte[] body : List.of(gzip(bytes("[" + EVENT + "]")), bytes("[" + EVENT + "]"))) {
                HttpResponse<String> answer = gateway.postTo(path + QUERY, body, HEAD);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(new JsonObject(answer.body()))
                        .isEqualTo(new JsonObject(Map.of("code", 200, "status", "OK")));
                assertThat(answer.headers()
                                .firstValue("access-control-expose-headers")
                                .orElse(""))
                        .contains("Retry-After");
            }
        }
        assertThat(gateway.store.chunks()).hasSize(1);
        Chunk chunk = gateway.store.last();
        assertThat(chunk.seq()).isEqualTo(Chunk.OVERLAPPING);
        assertThat(chunk.session().session()).isEqualTo("r1");
        assertThat(chunk.facts().windows()).containsExactly("r1");
        assertThat(chunk.facts().user().id()).isEqualTo("u1");
        assertThat(chunk.facts().sdk()).isEqualTo("mixpanel/2.83.0");
        assertThat(chunk.facts().tags()).containsOnlyKeys("visitor");
    }

    @Test
    void record_refusals_areTriedAgainIfThatHelps_andFinalIfNot() throws Exception {
        assertThat(refusal(StoreErrorKind.UNAVAILABLE)).isEqualTo("503 UNAVAILABLE 5");
        assertThat(refusal(StoreErrorKind.TIMEOUT)).isEqualTo("503 UNAVAILABLE 5");
        assertThat(refusal(StoreErrorKind.OVER_CAPACITY)).isEqualTo("503 OVER_CAPACITY 2");
        assertThat(refusal(StoreErrorKind.CORRUPT)).isEqualTo("503 CORRUPT 10");
        assertThat(refusal(StoreErrorKind.ERASED)).isEqualTo("410 ERASED -");
        gateway.store.behave();

        String unknown = "Basic " + Base64.getEncoder().encodeToString(bytes("nobody:"));
        assertThat(said(gateway.postTo("/record/" + QUERY, bytes("[]"), "Authorization", unknown)))
                .isEqualTo("401 UNAUTHENTICATED -");
        assertThat(said(gateway.postTo("/record/" + QUERY, bytes("[]")))).isEqualTo("401 UNAUTHENTICATED -");
        assertThat(said(gateway.postTo("/record/" + QUERY, bytes("{}"), HEAD))).isEqualTo("400 MALFORMED -");
        byte[] large = gzip(bytes("[{\"type\":5,\"data\":\"" + "a".repeat(2 << 20) + "\",\"timestamp\":1}]"));
        assertThat(said(gateway.postTo("/record/" + QUERY, large, HEAD))).isEqualTo("413 TOO_LARGE -");
    }

    @Test
    void record_thatComesTooSlowly_isToBeTriedAgain_andOneWithABrokenQueryIsNot() throws Exception {
        assertThat(raw("replay_id=r1", "[1,")).isEqualTo("HTTP/1.1 503");
        assertThat(raw("replay_id=%zz", "[        ]")).isEqualTo("HTTP/1.1 400");
    }

    @Test
    void record_tooOften_isToBeTriedAgain() throws Exception {
        try (Gateway limited = Gateway.start(Gateway.settings(1, 2))) {
            HttpResponse<String> answer = limited.postTo("/record/" + QUERY, bytes("[]"), HEAD);
            assertThat(answer.statusCode()).isEqualTo(200);
            for (int i = 0; i < 100 && answer.statusCode() == 200; i++) {
                answer = limited.postTo("/record/" + QUERY, bytes("[]"), HEAD);
            }
            assertThat(said(answer)).matches("503 RATE_LIMITED [1-9][0-9]*");
        }
    }

    @Test
    void preflight_withTheQueryOfALongPage_isAnswered() throws Exception {
        String page = URLEncoder.encode("https://shop.example/?q=" + "a/".repeat(1_400), StandardCharsets.UTF_8);
        String path = "/record/" + QUERY + "&%24current_url=" + page + "&replay_start_url=" + page;
        HttpRequest preflight = gateway.request(
                        path,
                        "Origin",
                        "https://shop.example",
                        "Access-Control-Request-Headers",
                        "authorization,content-type")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = gateway.client.send(preflight, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("access-control-allow-headers")).hasValue("authorization,content-type");
        assertThat(gateway.postTo(path, bytes("[" + EVENT + "]"), HEAD).statusCode())
                .isEqualTo(200);
    }

    @Test
    void track_ofAnEventInAReplay_isStoredBesideIt() throws Exception {
        String event = "{\"event\":\"Paid\",\"properties\":{\"token\":\"" + Gateway.KEY + "\",\"time\":1.5,"
                + "\"$mp_replay_id\":\"r1\",\"$insert_id\":\"i\",\"value\":42}}";
        String form =
                "data=" + URLEncoder.encode(Base64.getEncoder().encodeToString(bytes(event)), StandardCharsets.UTF_8);

        HttpResponse<String> answer = gateway.postTo(
                "/track/?verbose=1&ip=1", bytes(form), "Content-Type", "application/x-www-form-urlencoded");
        HttpResponse<String> beacon =
                gateway.postTo("/track/?ip=1", bytes(form), "Content-Type", "text/plain;charset=UTF-8");

        assertThat(new JsonObject(answer.body())).isEqualTo(new JsonObject("{\"status\":1,\"error\":null}"));
        assertThat(beacon.body()).isEqualTo("1");
        assertThat(gateway.store.chunks()).hasSize(1);
        Chunk chunk = gateway.store.last();
        assertThat(chunk.window().value()).isEqualTo("r1");
        assertThat(chunk.facts().windows()).isEmpty();
        assertThat(chunk.facts().customEvents()).containsExactly("Paid");
        assertThat(lines(chunk))
                .isEqualTo(
                        "{\"w\":\"r1\",\"type\":5,\"data\":{\"tag\":\"Paid\",\"payload\":{\"value\":42}},\"timestamp\":1500}\n");
    }

    @Test
    void profiles_areAcknowledged_andKeptNowhere() throws Exception {
        String update = "[{\"$set\":{\"$email\":\"jane@example.com\"},\"$token\":\"" + Gateway.KEY + "\"}]";
        for (String path : List.of("/engage/?verbose=1", "/groups/?verbose=1", "/engage?verbose=1")) {
            HttpResponse<String> answer = gateway.postTo(path, bytes("data=" + update));
            assertThat(new JsonObject(answer.body()).getInteger("status")).isEqualTo(1);
        }
        assertThat(gateway.store.chunks()).isEmpty();
        assertThat(said(gateway.postTo("/engage/", bytes("data=" + update.replace(Gateway.KEY, "nobody")))))
                .isEqualTo("401 UNAUTHENTICATED -");
    }

    @Test
    void settings_sayHowMuchToRecord_andNeverMoreThanTheSiteDoes() throws Exception {
        assertThat(config()).isEqualTo(new JsonObject("{\"record_sessions_percent\":100.0}"));

        CaptureSettings little = new CaptureSettings(false, false, false, false, true, null, null, 20_000, null);
        try (Gateway other = Gateway.start()) {
            other.catalog.put(Gateway.KEY, project(MaskingLevel.STRICT, 0.25, true, little));
            assertThat(config(other))
                    .isEqualTo(new JsonObject("{\"record_sessions_percent\":25.0,\"record_console\":false,"
                            + "\"record_network\":false,\"record_min_ms\":8000}"));
        }
        assertThat(gateway.get("/settings/?mp_lib=web&sdk_config=1").statusCode())
                .isEqualTo(401);
    }

    @Test
    void flags_areNone_forThisSdk() throws Exception {
        HttpResponse<String> answer =
                gateway.get("/flags/?context=%7B%7D&token=t&mp_lib=web", "Origin", "https://a.example");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body())).isEqualTo(new JsonObject("{\"flags\":{}}"));
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("https://a.example");
        assertThat(gateway.get("/flags/?v=2").statusCode()).isNotEqualTo(200);
    }

    /** The status of what is answered to a body of nine bytes, of which these come. */
    private String raw(String query, String body) throws IOException {
        try (var socket = gateway.connect()) {
            socket.getOutputStream()
                    .write(bytes("POST /record/?" + query + " HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n" + HEAD[0]
                            + ": " + HEAD[1] + "\r\n\r\n" + body));
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        }
    }

    private JsonObject config() throws IOException, InterruptedException {
        return config(gateway);
    }

    private static JsonObject config(Gateway of) throws IOException, InterruptedException {
        HttpResponse<String> answer = of.get("/settings/?%24lib_version=2.83.0&mp_lib=web&sdk_config=1", HEAD);
        assertThat(answer.statusCode()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonObject("sdk_config").getJsonObject("config");
    }

    private String refusal(StoreErrorKind kind) throws IOException, InterruptedException {
        refuseAll(kind);
        HttpResponse<String> answer = gateway.postTo("/record/" + QUERY, bytes("[" + EVENT + "]"), HEAD);
        assertThat(answer.body()).doesNotContain("private");
        assertThat(answer.headers().firstValue("access-control-allow-origin")).hasValue("https://shop.example");
        return said(answer);
    }
}
