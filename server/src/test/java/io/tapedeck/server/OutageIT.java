package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.store.object.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The object store is away: what recorders are told, what readiness tells, and that nothing is lost or doubled. */
class OutageIT {
    private static final Duration WAIT = Duration.ofMinutes(2);
    private static final int EVENTS_PER_CHUNK = 20;

    @TempDir
    private Path dataDir;

    private final SentSession session = SentSession.ofCorpus("ops-2");
    private final List<byte[]> chunks = session.chunks(EVENTS_PER_CHUNK);
    private S3Server s3;

    @BeforeEach
    void startObjectStore() {
        s3 = S3Server.open();
    }

    @AfterEach
    void stopObjectStore() {
        s3.close();
    }

    @Test
    void ackStored_isRefusedWith503AndRetryAfter_andTheSameChunkComesAgain() {
        try (ServerProcess server = start("stored", "1GB")) {
            ApiClient client = new ApiClient(server.base());
            assertThat(post(client, 0).statusCode()).isEqualTo(200);
            s3.stop();

            HttpResponse<String> refused = post(client, 1);

            assertRefused(refused, "UNAVAILABLE");
            awaitReadiness(client, 503);
            assertThat(readiness(client).path("objectStore").asText()).isEqualTo("UNAVAILABLE");
            assertThat(readiness(client).path("journal").asText()).isEqualTo("ok");

            s3.start();
            awaitReadiness(client, 200);
            List<Integer> again = new ArrayList<>();
            for (int i = 1; i < chunks.size(); i++) {
                again.add(post(client, i).statusCode());
            }
            assertThat(again).containsOnly(200);
            assertWhole(client);
        }
    }

    @Test
    void ackJournaled_goesOnUntilTheJournalIsAtItsCap_thenIsRefusedWith503AndRetryAfter() {
        try (ServerProcess server = start("journaled", "1MB")) {
            ApiClient client = new ApiClient(server.base());
            s3.stop();
            awaitReadiness(client, 503);

            int acked = 0;
            HttpResponse<String> answer = post(client, acked);
            while (answer.statusCode() == 200 && ++acked < chunks.size()) {
                answer = post(client, acked);
            }

            assertThat(acked).as("chunks in the journal").isBetween(3, chunks.size() - 1);
            assertRefused(answer, "OVER_CAPACITY");
            await().atMost(WAIT) // readiness is asked anew once a second
                    .until(() -> readiness(client).path("journal").asText(), "OVER_CAPACITY"::equals);
            assertThat(readiness(client).path("objectStore").asText()).isEqualTo("UNAVAILABLE");

            s3.start();
            awaitReadiness(client, 200);
            for (int i = acked; i < chunks.size(); i++) {
                int next = i;
                await().atMost(WAIT).until(() -> post(client, next).statusCode(), status -> status == 200);
            }
            assertWhole(client);
        }
    }

    @Test
    void ackJournaled_killedWhileTheObjectStoreIsAway_losesNothing() {
        try (ServerProcess server = start("journaled", "1GB")) {
            ApiClient client = new ApiClient(server.base());
            s3.stop();
            for (int i = 0; i < chunks.size(); i++) {
                assertThat(post(client, i).statusCode()).isEqualTo(200);
            }
            server.kill();
        }
        try (ServerProcess server = start("journaled", "1GB")) {
            ApiClient client = new ApiClient(server.base());
            awaitReadiness(client, 503);
            s3.start();
            awaitReadiness(client, 200);
            assertWhole(client);
        }
    }

    private ServerProcess start(String ack, String journalBytesMax) {
        Map<String, String> settings = new HashMap<>(s3.settings("outage"));
        settings.put("TAPEDECK_ACK", ack);
        settings.put("TAPEDECK_JOURNAL_BYTES_MAX", journalBytesMax);
        settings.put("TAPEDECK_SETTLE_AFTER", "24h");
        return ServerProcess.start(dataDir, settings);
    }

    private HttpResponse<String> post(ApiClient client, int chunk) {
        return client.post(chunks.get(chunk), ServerProcess.KEY);
    }

    private static void assertRefused(HttpResponse<String> answer, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After").orElse("")).matches("[1-9][0-9]*");
        assertThat(parse(answer.body().getBytes(StandardCharsets.UTF_8))
                        .path("code")
                        .asText())
                .isEqualTo(code);
    }

    private static void awaitReadiness(ApiClient client, int status) {
        await().atMost(WAIT).until(() -> client.get("/health/ready").statusCode(), found -> found == status);
    }

    private static JsonNode readiness(ApiClient client) {
        return parse(client.get("/health/ready").body());
    }

    private void assertWhole(ApiClient client) {
        await().atMost(WAIT)
                .ignoreExceptionsMatching(AssertionError.class::isInstance)
                .until(
                        () -> client.manifest(session.id())
                                .at("/session/events")
                                .asInt(),
                        count -> count == session.events().size());
        assertThat(session.parse(client.events(session.id(), "zstd"))).isEqualTo(session.events());
    }

    private static JsonNode parse(byte[] json) {
        try {
            return SentSession.JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
