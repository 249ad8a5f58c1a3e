package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the real jar, beside a running server and without one. */
class ToolsIT {
    private static final Map<String, String> QUICK = Map.of("TAPEDECK_SETTLE_AFTER", "1s", "TAPEDECK_GC_GRACE", "1s");
    private static final SentSession CAPTURE = SentSession.ofCapture();
    private static final SentSession CORPUS = SentSession.ofCorpus("todo-1");
    private static final SentSession ERASED = SentSession.ofCorpus("sbadmin-1");

    @TempDir
    Path folder;

    @Test
    void theCommands_besideARunningServer_andThenWithoutOne() throws IOException {
        Path data = folder.resolve("data");
        Path backup = folder.resolve("backup");
        try (ServerProcess server = ServerProcess.start(data, QUICK)) {
            ApiClient client = new ApiClient(server.base());
            for (SentSession session : List.of(CAPTURE, CORPUS, ERASED)) {
                client.record(session, 200);
                awaitSettled(client, session);
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("control"))))
                    .isEqualTo("rw-------");

            assertThat(run(data, 0, "verify")).contains("Sound.", "sessions         3");
            assertThat(export(data, CAPTURE)).isEqualTo(CAPTURE.events());
            assertThat(run(data, 0, "inspect", recordingOf(data, CORPUS)))
                    .contains("session    default/todo-1, part 0", "window     w1", "frame ");
            assertThat(run(data, 0, "backup", "--to", backup.toUri().toString()))
                    .contains("objects copied");
            assertThat(run(data, 1, "reindex")).contains("is in use by the process with id");

            assertThat(run(
                            data,
                            0,
                            "erase",
                            "--project",
                            "default",
                            "--session",
                            "sbadmin-1",
                            "--reason",
                            "asked",
                            "--wait"))
                    .contains("sbadmin-1");
            assertThat(client.get("/api/v1/projects/default/sessions/sbadmin-1").statusCode())
                    .isIn(404, 410);
            assertThat(run(data, 0, "verify", "--json")).contains("\"sound\" : true", "\"orphans\" : 0");
            server.stop();
        }
        assertThat(data.resolve("control")).doesNotExist();
        assertThat(run(data, 0, "verify")).contains("sessions         2");

        deleteCatalog(data);
        assertThat(run(data, 1, "verify")).contains("There is no catalog at");
        assertThat(run(data, 0, "reindex")).contains("The catalog is complete.");
        assertThat(run(data, 0, "verify")).contains("Sound.", "sessions         2", "orphans          0");
        assertThat(run(data, 1, "reindex")).contains("CONFLICT: the catalog is not empty");
        assertThat(export(data, CORPUS)).isEqualTo(CORPUS.events());

        Path anew = folder.resolve("anew");
        String tombstones = data.resolve("objects").toUri().toString();
        assertThat(run(anew, 0, "restore", "--from", backup.toUri().toString(), "--tombstones", tombstones))
                .contains("The catalog is complete.");
        assertThat(run(anew, 0, "verify")).contains("Sound.", "sessions         2");
        assertThat(export(anew, CAPTURE)).isEqualTo(CAPTURE.events());
        try (ServerProcess server = ServerProcess.start(anew, QUICK)) {
            ApiClient client = new ApiClient(server.base());
            assertThat(client.manifest("todo-1").path("session").path("events").asLong())
                    .isEqualTo(CORPUS.events().size());
            assertThat(client.get("/api/v1/projects/default/sessions/sbadmin-1").statusCode())
                    .isIn(404, 410);
            server.kill();
        }
        assertThat(anew.resolve("control")).exists();

        assertThat(run(anew, 0, "erase", "--project", "default", "--user", "user-of-todo-1"))
                .contains("user");
        assertThat(anew.resolve("control")).doesNotExist();
        assertThat(run(anew, 1, "export", "--project", "default", "--session", "todo-1"))
                .contains("NOT_FOUND");
        assertThat(run(anew, 0, "verify")).contains("sessions         1");
    }

    @Test
    void anotherStore_thanTheObjectsAreIn_isRefused_untilTheyAreMoved() throws IOException {
        Path data = folder.resolve("data");
        Path moved = folder.resolve("moved");
        String url = "file:" + moved;
        Map<String, String> elsewhere = new HashMap<>(QUICK);
        elsewhere.put("TAPEDECK_STORE_URL", url);
        try (ServerProcess server = ServerProcess.start(data, QUICK)) {
            ApiClient client = new ApiClient(server.base());
            client.record(CORPUS, 200);
            awaitSettled(client, CORPUS);
            server.stop();
        }

        for (String[] command : List.of(new String[] {}, new String[] {"reindex", "--continue"}, new String[] {
            "erase", "--project", "default", "--session", CORPUS.id()
        })) {
            ServerProcess.Ended refused = ServerProcess.runToEnd(data, elsewhere, command);
            assertThat(refused.exitCode()).as(refused.printed()).isEqualTo(1);
            assertThat(refused.printed())
                    .contains("The catalog's objects are in the embedded folder " + data.resolve("objects"))
                    .contains("the store to be used is " + url);
        }
        assertThat(moved).doesNotExist();

        run(data, 0, "backup", "--to", url);
        assertThat(ServerProcess.runToEnd(data, elsewhere, "verify").printed()).contains("Sound.");
        deleteCatalog(data);
        assertThat(ServerProcess.runToEnd(data, elsewhere, "reindex").printed()).contains("The catalog is complete.");
        deleteFiles(data.resolve("objects"));
        try (ServerProcess server = ServerProcess.start(data, elsewhere)) {
            ApiClient client = new ApiClient(server.base());
            assertThat(CORPUS.parse(client.events(CORPUS.id(), "zstd"))).isEqualTo(CORPUS.events());
            server.stop();
        }
        assertThat(run(data, 1)).contains("The catalog's objects are in " + url);
    }

    @Test
    void aRestoreThatWasInterrupted_keepsServersOff_untilItIsRunToItsEnd() throws IOException {
        Path data = folder.resolve("data");
        String backup = folder.resolve("backup").toUri().toString();
        try (ServerProcess server = ServerProcess.start(data, QUICK)) {
            ApiClient client = new ApiClient(server.base());
            client.record(CORPUS, 200);
            awaitSettled(client, CORPUS);
            run(data, 0, "backup", "--to", backup);
            server.stop();
        }
        // A session's key, for which the command has no master key once it has copied.
        Path anew = folder.resolve("anew");
        Path key = folder.resolve("backup/meta/keys/default/other");
        Files.createDirectories(key.getParent());
        Files.write(key, new byte[60]);
        assertThat(run(anew, 1, "restore", "--from", backup)).contains("holds encrypted sessions");

        for (String[] command :
                List.of(new String[] {}, new String[] {"reindex"}, new String[] {"backup", "--to", backup})) {
            assertThat(run(anew, 1, command)).contains("The catalog is not whole", "Run tapedeck restore again");
        }

        Files.delete(key);
        Files.delete(anew.resolve("objects/meta/keys/default/other"));
        assertThat(run(anew, 0, "restore", "--from", backup)).contains("The catalog is complete.");
        try (ServerProcess server = ServerProcess.start(anew, QUICK)) {
            assertThat(CORPUS.parse(new ApiClient(server.base()).events(CORPUS.id(), "zstd")))
                    .isEqualTo(CORPUS.events());
        }
    }

    @Test
    void wrongUse_isSaidInALine() {
        Path data = folder.resolve("data");
        assertThat(run(data, 2, "verify", "--session", "s")).contains("--session needs --project");
        assertThat(run(data, 2, "erase", "--project", "default")).contains("one of --session, --user and --all");
        assertThat(run(data, 2, "backup", "--to", "ftp://somewhere"))
                .contains("is not file:/folder or s3://bucket/prefix");
        assertThat(run(data, 1, "erase", "--project", "default", "--all")).contains("There is no data folder at");
        assertThat(data).doesNotExist();
    }

    private static void awaitSettled(ApiClient client, SentSession session) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> client.manifest(session.id())
                        .path("session")
                        .path("phase")
                        .asText()
                        .equals("settled"));
    }

    private List<JsonNode> export(Path data, SentSession session) throws IOException {
        Path file = folder.resolve("export.ndjson");
        run(data, 0, "export", "--project", "default", "--session", session.id(), "--out", file.toString());
        return session.parse(Files.readAllBytes(file));
    }

    private static String run(Path data, int exitCode, String... arguments) {
        ServerProcess.Ended ended = ServerProcess.runToEnd(data, QUICK, arguments);
        assertThat(ended.exitCode()).as(ended.printed()).isEqualTo(exitCode);
        return ended.printed();
    }

    private static String recordingOf(Path data, SentSession session) {
        Path objects = data.resolve("objects");
        return files(objects.resolve("recordings")).stream()
                .filter(path -> path.getFileName().toString().startsWith(session.id() + "."))
                .map(path -> objects.relativize(path).toString())
                .findFirst()
                .orElseThrow();
    }

    private static void deleteCatalog(Path data) throws IOException {
        for (String name : List.of("catalog.db", "catalog.db-wal", "catalog.db-shm")) {
            Files.deleteIfExists(data.resolve(name));
        }
    }

    private static void deleteFiles(Path under) throws IOException {
        for (Path file : files(under)) {
            Files.delete(file);
        }
    }

    private static List<Path> files(Path under) {
        try (Stream<Path> all = Files.walk(under)) {
            return new ArrayList<>(all.filter(Files::isRegularFile).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
