package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The embedded default: objects in a folder, catalog on SQLite. */
class EmbeddedStorageIT extends WholePathContract {
    @Override
    Map<String, String> storage() {
        return Map.of();
    }

    @Override
    List<String> corpus() {
        return Corpus.NAMES;
    }

    /** The promise that data is plain: the zstd program alone reads every recording. */
    @Override
    void afterSettling() {
        List<Path> recordings = files("recordings", ".ndjson.zst");
        assertThat(recordings).hasSize(Corpus.NAMES.size() + 2);
        for (Path recording : recordings) {
            assertThat(run("zstd", "-q", "-t", recording.toString())).isEmpty();
        }
        Path capture = recordings.stream()
                .filter(path -> path.getFileName().toString().startsWith("capture."))
                .findFirst()
                .orElseThrow();
        SentSession sent = SentSession.ofCapture();
        assertThat(sent.parse(run("zstd", "-q", "-d", "-c", capture.toString()).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(sent.events());
    }

    @Test
    void secondProcess_onTheSameFolder_saysWhyItWillNotStart() {
        try (ServerProcess first = ServerProcess.start(dataDir, Map.of())) {
            ServerProcess.Ended second = ServerProcess.runToEnd(dataDir, Map.of());

            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.printed())
                    .contains("The data folder " + dataDir.toAbsolutePath() + " is in use by the process with id");
            assertThat(new ApiClient(first.base()).get("/health/ready").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void stop_sealsAndFlushesWhatIsOpen() {
        SentSession session = SentSession.ofCapture();
        try (ServerProcess server = ServerProcess.start(dataDir, Map.of())) {
            new ApiClient(server.base()).record(session, 1_000);

            assertThat(server.stop()).isEqualTo(143);
        }
        assertThat(files("segments", ".seg")).hasSize(1);
    }

    @Test
    void firstStart_printsWhereToLogInAndTheSnippet_andKeepsThePasswordInAFileForItsOwner() throws IOException {
        Map<String, String> nothingGiven =
                Map.of("TAPEDECK_BOOTSTRAP_ADMIN_PASSWORD", "", "TAPEDECK_BOOTSTRAP_WRITE_KEY", "");
        Path file = dataDir.resolve("admin-password");
        try (ServerProcess server = ServerProcess.start(dataDir, nothingGiven)) {
            String password = Files.readString(file).strip();
            assertThat(server.announcement())
                    .contains("/app/", "/demo", file.toString())
                    .containsPattern(
                            "<script async src=\"http://[^\"]+/recorder.js\" data-key=\"pk_[A-Za-z0-9]+\"></script>")
                    .doesNotContain(password);
            assertThat(Files.getPosixFilePermissions(file))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
            assertThat(new ApiClient(server.base()).logIn("admin", password)).isEqualTo(200);
            assertThat(new ApiClient(server.base()).logIn("admin", password + "?"))
                    .isEqualTo(401);
        }
    }

    @Test
    void laterStart_makesNothingNew() throws IOException {
        Map<String, String> nothingGiven =
                Map.of("TAPEDECK_BOOTSTRAP_ADMIN_PASSWORD", "", "TAPEDECK_BOOTSTRAP_WRITE_KEY", "");
        String password;
        String key;
        try (ServerProcess server = ServerProcess.start(dataDir, nothingGiven)) {
            password = Files.readString(dataDir.resolve("admin-password"));
            key = onlyKey(new ApiClient(server.base()));
        }
        try (ServerProcess server = ServerProcess.start(dataDir, nothingGiven)) {
            assertThat(Files.readString(dataDir.resolve("admin-password"))).isEqualTo(password);
            ApiClient client = new ApiClient(server.base());
            assertThat(onlyKey(client)).isEqualTo(key);
            assertThat(client.logIn("admin", password.strip())).isEqualTo(200);
        }
    }

    private static String onlyKey(ApiClient client) {
        JsonNode keys = client.json("/api/v1/projects/default/keys").path("keys");
        assertThat(keys).hasSize(1);
        return keys.get(0).path("key").asText();
    }

    @Test
    void config_printsEachValueWithItsSource_andNoSecret() {
        ServerProcess.Ended ended = ServerProcess.runToEnd(dataDir, Map.of("TAPEDECK_ACK", "stored"), "config");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.printed())
                .contains("ack = stored  # TAPEDECK_ACK", "bootstrap-api-token = ***  # TAPEDECK_BOOTSTRAP_API_TOKEN")
                .doesNotContain(ServerProcess.TOKEN);
    }

    @Test
    void start_withAnObjectStoreThatIsAway_saysSoAndTakesChunksIntoTheJournal() {
        SentSession session = SentSession.ofCapture();
        Map<String, String> away = Map.of(
                "TAPEDECK_STORE_URL", "s3://bucket/prefix",
                "TAPEDECK_S3_ENDPOINT", "http://127.0.0.1:9",
                "TAPEDECK_S3_ACCESS_KEY", "key",
                "TAPEDECK_S3_SECRET_KEY", "secret");
        try (ServerProcess server = ServerProcess.start(dataDir, away)) {
            ApiClient client = new ApiClient(server.base());

            // Which of the two depends on how long the first attempts take.
            assertThat(server.announcement()).containsPattern("NOT READY \\((UNAVAILABLE|TIMEOUT): ");
            assertThat(client.get("/health/ready").statusCode()).isEqualTo(503);
            client.record(session, 1_000);
        }
    }

    @Test
    void start_withAnUnknownSetting_saysWhichOneWasMeant() {
        ServerProcess.Ended ended = ServerProcess.runToEnd(dataDir, Map.of("TAPEDECK_HTPP_PORT", "1"));

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.printed()).contains("TAPEDECK_HTPP_PORT: there is no such setting; did you mean http-port?");
    }

    private List<Path> files(String folder, String suffix) {
        try (Stream<Path> all = Files.walk(dataDir.resolve("objects").resolve(folder))) {
            return all.filter(path -> path.toString().endsWith(suffix)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as(printed.length() > 500 ? "" : printed)
                    .isZero();
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
