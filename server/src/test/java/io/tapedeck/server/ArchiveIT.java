package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes that the build makes, with the Java that people start the server with: the one on the PATH. */
class ArchiveIT {
    private static final String ARCHIVE = "-XX:SharedArchiveFile=" + System.getProperty("tapedeck.archive");
    private static final Path TRAIN = Path.of("src/build/train.sh");

    @TempDir
    private Path folder;

    @Test
    void theBuildsArchive_isTaken_andTheServerIsReady() {
        List<String> java = List.of("java", "-Xshare:on", ARCHIVE); // Java ends at once if it cannot take it
        try (ServerProcess server = ServerProcess.start(java, folder, Map.of())) {
            ApiClient client = new ApiClient(server.base());
            assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(server.announcement()).startsWith("Tapedeck ");
            assertThat(server.stop()).isEqualTo(143);
        }
    }

    @Test
    void withAnotherJar_itIsLeftAside_andAllElseIsTheSame() throws IOException {
        Path copy = Files.copy(Path.of(System.getProperty("tapedeck.jar")), folder.resolve("copy.jar"));

        assertThat(run("java", "-Xlog:cds=off", ARCHIVE, "-jar", copy.toString(), "--version"))
                .satisfies(ended -> assertThat(ended.exitCode()).isZero())
                .satisfies(ended -> assertThat(ended.printed()).contains("tapedeck "));
    }

    @Test
    void aFailedRun_leavesNoArchive_alsoNoOlderOne_andSaysWhy() throws IOException {
        Path jar = Files.writeString(folder.resolve("no.jar"), "no jar");
        Path archive = Files.writeString(folder.resolve("some.jsa"), "older");

        assertThat(run("sh", TRAIN.toString(), jar.toString(), archive.toString(), "-XX:ArchiveClassesAtExit"))
                .satisfies(ended -> assertThat(ended.exitCode()).isEqualTo(1))
                .satisfies(ended -> assertThat(ended.printed())
                        .contains("There is no archive of classes at " + archive, "Invalid or corrupt jarfile"));
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(jar);
        }
    }

    private static ServerProcess.Ended run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new ServerProcess.Ended(process.waitFor(), printed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }
}
