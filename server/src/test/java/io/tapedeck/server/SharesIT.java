package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A link to a session, from the real jar: what it opens without an account, and that its secret is told to nobody. */
class SharesIT {
    private static final Duration WAIT = Duration.ofMinutes(1);
    private static final Map<String, String> SETTINGS = Map.of("TAPEDECK_ACCESS_LOG", "true", "TAPEDECK_ACK", "stored");
    private static final String SESSION_PATH = "/api/v1/projects/default/sessions/";

    private final HttpClient anybody = HttpClient.newHttpClient();
    private final SentSession session = SentSession.ofCorpus("sbadmin-1");

    @TempDir
    private Path dataDir;

    @Test
    void aLink_opensItsSession_survivesARestart_andEndsWithTheSession() throws Exception {
        String path;
        try (ServerProcess server = ServerProcess.start(dataDir, SETTINGS)) {
            ApiClient client = new ApiClient(server.base());
            client.record(session, 50);
            String token = share(client);
            path = "/api/v1/shares/" + token;

            assertThat(get(server, path).statusCode()).isEqualTo(200);
            assertThat(get(server, path + "/manifest").body())
                    .isEqualTo(client.get(SESSION_PATH + session.id()).body());
            assertThat(get(server, path + "/events").body()).isEqualTo(client.events(session.id(), "identity"));
            assertThat(get(server, path + "/markers").body())
                    .isEqualTo(
                            client.get(SESSION_PATH + session.id() + "/markers").body());
            assertThat(get(server, "/app/share/" + token).statusCode()).isEqualTo(200);
            assertThat(get(server, path + "/nothing").statusCode()).isEqualTo(404);

            await().atMost(WAIT).until(() -> String.join("\n", server.output()).contains("sharedMarkers"));
            String metrics = new String(client.get("/metrics").body(), StandardCharsets.UTF_8);
            assertThat(metrics).contains("sharedEvents").doesNotContain(token);
            assertThat(String.join("\n", server.output())).doesNotContain(token);
            assertThat(server.stop()).isEqualTo(143);
        }

        try (ServerProcess server = ServerProcess.start(dataDir, SETTINGS)) {
            assertThat(get(server, path + "/manifest").statusCode()).isEqualTo(200);

            HttpRequest erase = HttpRequest.newBuilder(server.base().resolve(SESSION_PATH + session.id()))
                    .header("Authorization", "Bearer " + ServerProcess.TOKEN)
                    .DELETE()
                    .build();
            assertThat(anybody.send(erase, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(202);

            for (String what : new String[] {"", "/manifest", "/events", "/markers"}) {
                HttpResponse<byte[]> ended = get(server, path + what);
                assertThat(ended.statusCode()).as(what).isEqualTo(404);
                assertThat(new String(ended.body(), StandardCharsets.UTF_8)).contains("\"code\":\"NOT_FOUND\"");
            }
        }
    }

    private String share(ApiClient client) throws IOException {
        HttpResponse<String> made = client.postAs(
                SESSION_PATH + session.id() + "/shares",
                "{}".getBytes(StandardCharsets.UTF_8),
                "Authorization",
                "Bearer " + ServerProcess.TOKEN,
                "Content-Type",
                "application/json");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonNode share = SentSession.JSON.readTree(made.body());
        assertThat(share.path("url").asText())
                .endsWith("/app/share/" + share.path("token").asText());
        return share.path("token").asText();
    }

    /** Without any credentials. */
    private HttpResponse<byte[]> get(ServerProcess server, String path) throws IOException, InterruptedException {
        URI address = server.base().resolve(path);
        return anybody.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
