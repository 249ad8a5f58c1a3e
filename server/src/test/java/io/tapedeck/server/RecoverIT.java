package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.store.SharedStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway is gone for good, and the command of another machine brings what only its journal held. */
class RecoverIT {
    private static final Duration WAIT = Duration.ofMinutes(2);
    private static final int EVENTS_PER_CHUNK = 4;

    @TempDir
    private Path folder;

    private final SentSession session = SentSession.ofCorpus("sbadmin-1");
    private SharedStorage storage;

    @BeforeEach
    void startServers() {
        storage = SharedStorage.start(folder);
    }

    @AfterEach
    void stopServers() {
        storage.close();
    }

    @Test
    void chunksOfAKilledGateway_areRecoveredOnAnotherMachine_andPlayedOnce() throws Exception {
        Path lost = folder.resolve("gateway");
        List<byte[]> chunks = session.chunks(EVENTS_PER_CHUNK);
        try (ServerProcess gateway = ServerProcess.start(lost, settings("recorder"))) {
            ApiClient client = new ApiClient(gateway.base());
            assertThat(client.post(chunks.get(0), ServerProcess.KEY).statusCode())
                    .isEqualTo(200);
            awaitFirstCommit();
            storage.s3().stop();
            for (byte[] chunk : chunks.subList(1, chunks.size())) {
                assertThat(client.post(chunk, ServerProcess.KEY).statusCode()).isEqualTo(200);
            }
            assertThat(recover(1, lost)).contains("is in use by another process");
            gateway.kill();
        }
        Path disk = folder.resolve("disk");
        Files.move(lost, disk);

        assertThat(recover(1, disk)).contains("UNAVAILABLE");
        storage.s3().start();
        wasSeen(Duration.ZERO);
        assertThat(recover(1, disk)).contains("CONFLICT", "it runs; stop it");
        wasSeen(Duration.ofMinutes(1));
        assertThat(recover(0, disk)).contains("Everything is recovered; the node is retired.");
        assertThat(recover(0, disk.resolve("store"))).contains("chunks    0");

        try (ServerProcess others = ServerProcess.start(folder.resolve("others"), settings("playback,upkeep"))) {
            ApiClient client = new ApiClient(others.base());
            JsonNode played = client.manifest(session.id());
            assertThat(played.at("/session/events").asInt())
                    .isEqualTo(session.events().size());
            assertThat(session.parse(client.events(session.id(), "zstd"))).isEqualTo(session.events());
            assertThat(client.json("/api/v1/nodes").path("nodes")).isEmpty();
        }
    }

    @Test
    void wrongUse_isSaidInALine() throws IOException {
        assertThat(recover(2, folder)).contains("is no data folder of a gateway");
        Path node = Files.createDirectories(folder.resolve("unknown/store"));
        Files.createDirectory(node.resolve("journal"));
        Files.writeString(node.resolve("node"), "somebody\n");
        assertThat(recover(1, folder.resolve("unknown"))).contains("NOT_FOUND: the catalog does not know the node");
    }

    private void awaitFirstCommit() {
        await().atMost(WAIT).ignoreExceptions().until(() -> count("select count(*) from segment_session") == 1);
    }

    /** What the node said last is so long ago, however long the commands before took. */
    private void wasSeen(Duration ago) throws SQLException {
        long at = System.currentTimeMillis() - ago.toMillis();
        try (Connection connection = DriverManager.getConnection(storage.database());
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("update node set seen_at = " + at))
                    .isEqualTo(1);
        }
    }

    private long count(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(storage.database());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private String recover(int exitCode, Path node) {
        ServerProcess.Ended ended = ServerProcess.runToEnd(
                folder.resolve("elsewhere"), settings("recorder"), "recover", "--journal", node.toString());
        assertThat(ended.exitCode()).as(ended.printed()).isEqualTo(exitCode);
        return ended.printed();
    }

    private Map<String, String> settings(String roles) {
        Map<String, String> settings = storage.settings("recover");
        settings.put("TAPEDECK_ROLES", roles);
        settings.put("TAPEDECK_ACK", "journaled");
        settings.put("TAPEDECK_SETTLE_AFTER", "24h");
        return settings;
    }
}
