package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.store.object.S3Server;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log of the real jar says, and what it never says. */
class LogsIT {
    private static final Duration WAIT = Duration.ofMinutes(1);
    /** Each comes with requests: as a query, a header, an address, the visitor's name, what was recorded. */
    private static final List<String> PERSONAL =
            List.of("jane.doe@example.com", "203.0.113.7", "secret-search", "user-of-sbadmin-1", "SB Admin");

    private final SentSession session = SentSession.ofCorpus("sbadmin-1");

    @TempDir
    private Path dataDir;

    @Test
    void jsonLines_haveTheRequestsIds_andNothingPersonal() {
        try (S3Server s3 = S3Server.open();
                ServerProcess server = ServerProcess.start(dataDir, settings(s3, "json"))) {
            ApiClient client = new ApiClient(server.base());
            sendRequests(client, "request-1");
            s3.stop();
            String refused = refusedPost(client);

            await().atMost(WAIT)
                    .until(() -> linesOf(server, "requestId", refused).stream()
                            .anyMatch(line -> line.path("level").asText().equals("WARN")));
            JsonNode request = linesOf(server, "requestId", "request-1").get(0);
            assertThat(request.path("loggerName").asText()).isEqualTo("io.tapedeck.access");
            assertThat(request.path("status").asText()).isEqualTo("404");
            assertThat(linesOf(server, "requestId", refused))
                    .extracting(line -> line.path("code").asText())
                    .contains("UNAVAILABLE");
            assertThat(request.path("node").asText()).matches("[a-z0-9]{10}");
            assertThat(server.stop()).isEqualTo(143);
            assertThat(json(server)).isNotEmpty();
            assertNothingPersonal(server);
        }
    }

    @Test
    void textLines_haveTheRequestsIdsToo() {
        try (S3Server s3 = S3Server.open();
                ServerProcess server = ServerProcess.start(dataDir, settings(s3, "text"))) {
            sendRequests(new ApiClient(server.base()), "request-2");

            await().atMost(WAIT)
                    .until(() -> server.output().stream()
                            .anyMatch(line -> line.contains("requestId=request-2") && line.contains("status=404")));
            assertNothingPersonal(server);
        }
    }

    private void sendRequests(ApiClient client, String requestId) {
        client.get(
                "/api/v1/projects/default/sessions/nobody?q=secret-search", "X-Request-Id", "request-of-a-wrong-query");
        client.get(
                "/nowhere/jane.doe@example.com?user=jane.doe@example.com&q=secret-search",
                "X-Request-Id",
                requestId,
                "X-Forwarded-For",
                "203.0.113.7");
        HttpResponse<String> stored = client.post(session.chunks(50).get(0), ServerProcess.KEY);
        assertThat(stored.statusCode()).isEqualTo(200);
    }

    /** The request id in the answer. */
    private String refusedPost(ApiClient client) {
        HttpResponse<String> refused = client.post(session.chunks(50).get(1), ServerProcess.KEY);
        assertThat(refused.statusCode()).isEqualTo(503);
        return refused.headers().firstValue("X-Request-Id").orElseThrow();
    }

    private static Map<String, String> settings(S3Server s3, String format) {
        Map<String, String> settings = new HashMap<>(s3.settings("logs"));
        settings.put("TAPEDECK_LOG_FORMAT", format);
        settings.put("TAPEDECK_ACCESS_LOG", "true");
        settings.put("TAPEDECK_ACK", "stored");
        settings.put("TAPEDECK_TRUSTED_PROXIES", "127.0.0.0/8");
        return settings;
    }

    private static List<JsonNode> linesOf(ServerProcess server, String name, String value) {
        return json(server).stream()
                .filter(line -> line.path(name).asText().equals(value))
                .toList();
    }

    /** All that it said but for its announcement, which is for the person who starts it. */
    private static List<JsonNode> json(ServerProcess server) {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : server.output()) {
            if (line.startsWith("Tapedeck ") || line.startsWith("  ")) {
                continue;
            }
            try {
                JsonNode parsed = SentSession.JSON.readTree(line);
                assertThat(parsed.path("timestamp").isIntegralNumber()).as(line).isTrue();
                assertThat(parsed.path("message").isTextual()).as(line).isTrue();
                lines.add(parsed);
            } catch (JsonProcessingException e) {
                throw new AssertionError("no JSON: " + line, e);
            }
        }
        return lines;
    }

    private static void assertNothingPersonal(ServerProcess server) {
        assertThat(String.join("\n", server.output())).doesNotContain(PERSONAL);
    }
}
