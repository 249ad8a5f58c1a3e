package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is sent to the real jar gets its code; the process lives on, and what was accepted stays as it was. */
class BadInputIT {
    @TempDir
    Path dataDir;

    @Test
    void badInput_getsItsCode_andHarmsNothing() throws IOException {
        try (ServerProcess server = ServerProcess.start(dataDir, Map.of("TAPEDECK_INFLIGHT_BYTES_MAX", "192MB"))) {
            ApiClient client = new ApiClient(server.base());
            SentSession before =
                    new SentSession("before", "w1", SentSession.ofCapture().events());
            SentSession after =
                    new SentSession("after", "w1", SentSession.ofCapture().events());
            client.record(before, 100);

            refuses(client, "", 400, "MALFORMED");
            refuses(client, "{", 400, "MALFORMED");
            refuses(client, "[]", 400, "MALFORMED");
            refuses(client, "not json at all", 400, "MALFORMED");
            refuses(client, envelope("{\"type\":2,\"data\":{},\"timestamp\":1}").replace("]}", "]"), 400, "MALFORMED");
            refuses(client, envelope("{\"type\":\"2\",\"data\":{},\"timestamp\":1}"), 400, "MALFORMED");
            refuses(client, envelope("{\"type\":2,\"data\":{},\"timestamp\":\"soon\"}"), 400, "MALFORMED");
            refuses(client, envelope("{\"type\":2,\"data\":{}}"), 400, "MALFORMED");
            refuses(client, envelope("7"), 400, "MALFORMED");
            refuses(client, envelope("{\"type\":2,\"data\":{\"a\":\"\u0000\"},\"timestamp\":1}"), 400, "MALFORMED");
            refuses(client, envelope(nested(10_000)), 400, "MALFORMED");
            refuses(client, envelope("").replace("\"bad\"", "\"../../etc\""), 400, "MALFORMED");
            refuses(client, envelope("").replace("\"bad\"", "7"), 400, "MALFORMED");
            refuses(client, envelope("").replace("balanced", "open"), 422, "MASKING_VIOLATION");
            refusesBytes(client, invalidUtf8(), 400, "MALFORMED");
            refusesBytes(client, truncatedGzip(), 400, "MALFORMED");
            refusesBytes(client, gzipOfZeros(400 << 20), 413, "TOO_LARGE");
            refusesBytes(client, new byte[26 << 20], 413, "TOO_LARGE");
            assertThat(client.post(bytes(envelope("")), "pk_unknown").statusCode())
                    .isEqualTo(401);

            client.record(after, 100);
            assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
            readsBack(client, before);
            readsBack(client, after);
            assertThat(client.get("/api/v1/projects/default/sessions/bad").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void oddButLegalInput_isStoredAsItIs() throws IOException {
        String[] odd = {
            "{\"type\":4,\"data\":{\"href\":\"https://a.example/\",\"width\":1,\"height\":1},\"timestamp\":-5}",
            "{\"type\":5,\"data\":{\"tag\":\"a\\u0000b\\ud800\",\"payload\":null},\"timestamp\":1e3}",
            "{\"type\":5,\"data\":{\"tag\":\"later\",\"payload\":{}},\"timestamp\":32503680000000}",
            "{ \"timestamp\" : 1795294113213.5 ,\n \"type\":3, \"data\":{\"source\":1,\"positions\":[]},\"delay\":-3}"
        };
        try (ServerProcess server = ServerProcess.start(dataDir, Map.of())) {
            ApiClient client = new ApiClient(server.base());
            HttpResponse<String> answer = client.post(bytes(envelope(String.join(",", odd))), ServerProcess.KEY);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);

            await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> client.manifest("bad") != null);
            String[] read = new String(client.events("bad", "zstd"), StandardCharsets.UTF_8).split("\n");
            assertThat(read).hasSize(odd.length);
            for (int i = 0; i < odd.length; i++) {
                assertThat(read[i])
                        .isEqualTo("{\"w\":\"w1\"," + odd[i].substring(1).replace('\n', ' '));
            }
            JsonNode facts = client.manifest("bad").path("session");
            long now = System.currentTimeMillis();
            assertThat(facts.path("startedAt").asLong())
                    .isBetween(now - Duration.ofDays(40).toMillis(), now);
            assertThat(facts.path("lastEventAt").asLong())
                    .isBetween(
                            now - Duration.ofDays(40).toMillis(),
                            now + Duration.ofDays(2).toMillis());
        }
    }

    private static void readsBack(ApiClient client, SentSession session) {
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(() -> client.manifest(session.id()).at("/session/events").asInt()
                        == session.events().size());
        assertThat(session.parse(client.events(session.id(), "gzip"))).isEqualTo(session.events());
    }

    private static void refuses(ApiClient client, String body, int status, String code) throws IOException {
        refusesBytes(client, bytes(body), status, code);
        refusesBytes(client, SentSession.gzip(bytes(body)), status, code);
    }

    private static void refusesBytes(ApiClient client, byte[] body, int status, String code) throws IOException {
        HttpResponse<String> answer = client.post(body, ServerProcess.KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode problem = SentSession.JSON.readTree(answer.body());
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("requestId").asText()).isNotEmpty();
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("https://shop.example");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
                .contains("true");
    }

    private static String envelope(String events) {
        return "{\"session\":\"bad\",\"window\":\"w1\",\"seq\":0,\"masking\":{\"level\":\"balanced\",\"version\":1},"
                + "\"user\":{\"id\":\"u\",\"traits\":{}},\"events\":[" + events + "]}";
    }

    private static String nested(int depth) {
        return "{\"type\":2,\"timestamp\":1,\"data\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
    }

    private static byte[] invalidUtf8() {
        byte[] body = bytes(envelope("{\"type\":5,\"data\":{\"tag\":\"?\",\"payload\":1},\"timestamp\":1}"));
        for (int i = 0; i < body.length; i++) {
            if (body[i] == '?') {
                body[i] = (byte) 0xC0;
            }
        }
        return body;
    }

    private static byte[] truncatedGzip() {
        byte[] whole = SentSession.gzip(bytes(envelope("{\"type\":2,\"data\":{},\"timestamp\":1}")));
        return Arrays.copyOf(whole, whole.length - 9);
    }

    private static byte[] gzipOfZeros(int length) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 20];
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            for (int written = 0; written < length; written += zeros.length) {
                gzip.write(zeros);
            }
        }
        return packed.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
