package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.store.SharedStorage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session is recorded through one process and followed through another, over S3 and PostgreSQL. */
@Timeout(300)
class LiveIT {
    private static final int CHUNKS = 8;

    @TempDir
    private Path folder;

    private final SentSession session = SentSession.ofCorpus("chat-1");
    private final Set<String> fetched = new HashSet<>();
    private int grown;
    private final String path = "/api/v1/projects/default/sessions/" + session.id();

    @Test
    void sessionIsFollowed_throughAnotherProcessThanItIsRecordedBy() throws Exception {
        try (SharedStorage shared = SharedStorage.start(folder)) {
            Map<String, String> storage = shared.settings("live");
            storage.put("TAPEDECK_ACK", "stored");
            storage.put("TAPEDECK_SETTLE_AFTER", "24h");
            try (ServerProcess recorder = start("recorder,upkeep", storage);
                    ServerProcess playback = start("playback", storage)) {
                followFromTheFirstChunkToErasure(new ApiClient(recorder.base()), playback);
            }
        }
    }

    private void followFromTheFirstChunkToErasure(ApiClient recorder, ServerProcess playback) throws Exception {
        ApiClient viewer = new ApiClient(playback.base());
        List<byte[]> chunks = session.chunks(session.events().size() / CHUNKS + 1);
        post(recorder, chunks.get(0));
        await().atMost(Duration.ofSeconds(30)).until(() -> viewer.get(path).statusCode(), status -> status == 200);

        List<JsonNode> seen = new ArrayList<>();
        try (BufferedReader stream = follow(playback.base())) {
            seen.addAll(fetchNew(viewer, next(stream, "change")));
            for (byte[] chunk : chunks.subList(1, chunks.size())) {
                post(recorder, chunk);
                seen.addAll(fetchNew(viewer, next(stream, "change")));
            }
            assertThat(seen).isEqualTo(session.events());
            assertThat(grown).as("changes that told what was added").isPositive();

            assertThat(delete(playback.base())).isBetween(200, 299);
            assertThat(next(stream, "end").path("reason").asText()).isEqualTo("gone");
            assertThat(stream.lines()).as("what follows the end").containsOnly("");
        }
    }

    /** The events of the frames that a change tells of, or that the manifest has more than before if it tells of none. */
    private List<JsonNode> fetchNew(ApiClient viewer, JsonNode change) {
        boolean told = !change.path("grown").isNull();
        grown += told ? 1 : 0;
        JsonNode manifest = told ? change.path("grown") : viewer.manifest(session.id());
        String frames = StreamSupport.stream(manifest.path("frames").spliterator(), false)
                .map(frame -> frame.path("id").asText())
                .filter(fetched::add)
                .collect(Collectors.joining(","));
        HttpResponse<byte[]> answer =
                viewer.get(path + "/events?rev=" + manifest.path("rev").asLong() + "&frames=" + frames);
        assertThat(answer.statusCode()).isEqualTo(200);
        return session.parse(answer.body());
    }

    private ServerProcess start(String roles, Map<String, String> storage) {
        Map<String, String> settings = new HashMap<>(storage);
        settings.put("TAPEDECK_ROLES", roles);
        return ServerProcess.start(folder.resolve(roles.replace(',', '-')), settings);
    }

    private static void post(ApiClient recorder, byte[] chunk) {
        HttpResponse<String> answer = recorder.post(SentSession.gzip(chunk), ServerProcess.KEY);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private BufferedReader follow(URI base) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(request(base, path + "/live").build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private int delete(URI base) throws IOException, InterruptedException {
        HttpRequest request = request(base, path + "?reason=asked+for").DELETE().build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static HttpRequest.Builder request(URI base, String path) {
        return HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + ServerProcess.TOKEN);
    }

    /** The data of the next event but for heartbeats, which is of this name. */
    private static JsonNode next(BufferedReader stream, String name) throws IOException {
        String event = null;
        for (String line = stream.readLine(); line != null; line = stream.readLine()) {
            if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("data: ") && !event.equals("beat")) {
                assertThat(event).as(line).isEqualTo(name);
                return SentSession.JSON.readTree(line.substring(6));
            }
        }
        throw new AssertionError("the stream has ended");
    }
}
