package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise of the whole path, held against the real jar: what was acknowledged is what is read back. */
abstract class WholePathContract {
    private static final String NEVER_SETTLE = "24h";
    private static final int EVENTS_PER_CHUNK = 150;

    @TempDir
    Path dataDir;

    private final List<SentSession> sessions = new ArrayList<>();

    /** Where objects and catalog are; nothing means the embedded default. */
    abstract Map<String, String> storage();

    abstract List<String> corpus();

    @BeforeEach
    void collectSessions() {
        corpus().forEach(name -> sessions.add(SentSession.ofCorpus(name)));
        sessions.add(SentSession.ofCapture());
        sessions.add(SentSession.ofOneLargeEvent());
    }

    @Test
    void events_areReadBackAsSent_live_afterKill_andSettled() {
        try (ServerProcess server = start(NEVER_SETTLE)) {
            ApiClient client = new ApiClient(server.base());
            sessions.forEach(session -> client.record(session, EVENTS_PER_CHUNK));
            server.kill();
        }
        try (ServerProcess server = start(NEVER_SETTLE)) {
            assertReadBack(new ApiClient(server.base()), "live");
            server.kill();
        }
        try (ServerProcess server = start("1s")) {
            ApiClient client = new ApiClient(server.base());
            awaitPhase(client, "settled");
            assertReadBack(client, "settled");
            assertThat(server.stop()).isEqualTo(143);
        }
        afterSettling();
    }

    @Test
    void lateChunk_afterSettling_completesTheSession() {
        SentSession session = sessions.get(0);
        List<byte[]> chunks = session.chunks(20);
        int late = chunks.size() / 2;
        try (ServerProcess server = start("1s")) {
            ApiClient client = new ApiClient(server.base());
            for (int i = 0; i < chunks.size(); i++) {
                if (i != late) {
                    assertThat(client.post(chunks.get(i), ServerProcess.KEY).statusCode())
                            .isEqualTo(200);
                }
            }
            awaitPhase(client, session, "settled");
            assertThat(client.manifest(session.id()).path("gaps")).hasSize(1);

            assertThat(client.post(chunks.get(late), ServerProcess.KEY).statusCode())
                    .isEqualTo(200);
            assertThat(client.post(chunks.get(0), ServerProcess.KEY).statusCode())
                    .isEqualTo(200);

            await().atMost(Duration.ofMinutes(1))
                    .until(() -> client.manifest(session.id()).path("gaps").isEmpty());
            awaitPhase(client, session, "settled");
            assertThat(session.parse(client.events(session.id(), "zstd"))).isEqualTo(session.events());
        }
    }

    @Test
    void tools_readBackUpAndReindexThisStorage() throws IOException {
        SentSession session = sessions.get(0);
        try (ServerProcess server = start("1s")) {
            ApiClient client = new ApiClient(server.base());
            client.record(session, EVENTS_PER_CHUNK);
            awaitPhase(client, session, "settled");
            assertThat(server.stop()).isEqualTo(143);
        }
        Map<String, String> storage = storage();
        assertThat(run(storage, "verify")).contains("Sound.", "sessions         1");
        assertThat(export(storage, session)).isEqualTo(session.events());
        Path backup = dataDir.resolve("backup");
        assertThat(run(storage, "backup", "--to", backup.toUri().toString())).contains("objects copied");

        Map<String, String> emptied = withEmptyCatalog();
        assertThat(run(emptied, "reindex")).contains("The catalog is complete.");
        assertThat(run(emptied, "verify")).contains("Sound.", "sessions         1", "orphans          0");
        assertThat(export(emptied, session)).isEqualTo(session.events());

        Map<String, String> elsewhere = withoutAnything();
        assertThat(run(elsewhere, "restore", "--from", backup.toUri().toString()))
                .contains("The catalog is complete.");
        assertThat(run(elsewhere, "verify")).contains("Sound.", "sessions         1");
        assertThat(export(elsewhere, session)).isEqualTo(session.events());
    }

    /** The same object store with a catalog that has nothing in it. */
    Map<String, String> withEmptyCatalog() throws IOException {
        for (String name : List.of("catalog.db", "catalog.db-wal", "catalog.db-shm")) {
            Files.deleteIfExists(dataDir.resolve(name));
        }
        return storage();
    }

    /** Storage of the same kind with nothing in it. */
    Map<String, String> withoutAnything() throws IOException {
        Map<String, String> settings = new HashMap<>(storage());
        settings.put(
                "TAPEDECK_DATA_DIR",
                Files.createDirectory(dataDir.resolve("elsewhere")).toString());
        return settings;
    }

    String run(Map<String, String> storage, String... arguments) {
        ServerProcess.Ended ended = ServerProcess.runToEnd(dataDir, storage, arguments);
        assertThat(ended.exitCode()).as(ended.printed()).isZero();
        return ended.printed();
    }

    private List<JsonNode> export(Map<String, String> storage, SentSession session) throws IOException {
        Path file = dataDir.resolve("export.ndjson");
        run(storage, "export", "--project", "default", "--session", session.id(), "--out", file.toString());
        return session.parse(Files.readAllBytes(file));
    }

    /** More checks on what settling has left behind. */
    void afterSettling() {}

    private ServerProcess start(String settleAfter) {
        Map<String, String> settings = new HashMap<>(storage());
        settings.put("TAPEDECK_SETTLE_AFTER", settleAfter);
        return ServerProcess.start(dataDir, settings);
    }

    private void assertReadBack(ApiClient client, String phase) {
        for (SentSession session : sessions) {
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(client.manifest(session.id())
                                    .at("/session/events")
                                    .asInt())
                            .isEqualTo(session.events().size()));
            JsonNode facts = client.manifest(session.id()).path("session");
            assertThat(facts.path("phase").asText()).isEqualTo(phase);
            assertThat(facts.at("/user/id").asText()).isEqualTo("user-of-" + session.id());
            assertThat(facts.at("/tags/suite").asText()).isEqualTo("whole-path");
            for (String encoding : List.of("zstd", "gzip", "identity")) {
                List<JsonNode> read = session.parse(client.events(session.id(), encoding));
                assertThat(read.equals(session.events()))
                        .as("%s as %s, %s: %d events", session, encoding, phase, read.size())
                        .isTrue();
            }
        }
    }

    private void awaitPhase(ApiClient client, String phase) {
        sessions.forEach(session -> awaitPhase(client, session, phase));
    }

    static void awaitPhase(ApiClient client, SentSession session, String phase) {
        await().atMost(Duration.ofMinutes(2))
                .ignoreExceptionsMatching(AssertionError.class::isInstance)
                .until(() -> phase.equals(
                        client.manifest(session.id()).at("/session/phase").asText()));
    }
}
