package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What looks at started containers, {@code docker/probe.sh}, looks at the real jar. */
@EnabledIf(value = "hasCurl", disabledReason = "the script asks with curl")
class ProbeIT {
    private static final int WAIT_S = 180;

    @TempDir
    private Path folder;

    private ServerProcess server;

    @BeforeEach
    void start() {
        server = ServerProcess.start(folder.resolve("data"), Map.of());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void probe_ofAServerThatWorks_succeeds() throws Exception {
        Path said = folder.resolve("said");

        assertThat(probe(ServerProcess.PASSWORD, said)).as(() -> read(said)).isZero();

        assertThat(read(said)).endsWith("gave its events back\n");
    }

    @Test
    void probe_ofAServerWithHealthOnAPortOfItsOwn_succeeds() throws Exception {
        server.close();
        server = ServerProcess.start(folder.resolve("other"), Map.of("TAPEDECK_INTERNAL_PORT", "0"));
        Path said = folder.resolve("said");

        assertThat(probe(ServerProcess.PASSWORD, said)).as(() -> read(said)).isZero();
    }

    @Test
    void probe_ofAServerThatDoesNotLetItIn_fails() throws Exception {
        Path said = folder.resolve("said");

        assertThat(probe("not the password", said)).isEqualTo(1);

        assertThat(read(said)).endsWith("does not let its admin in\n");
    }

    static boolean hasCurl() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "curl")));
    }

    private int probe(String password, Path said) throws Exception {
        Process probe = new ProcessBuilder(
                        "sh", "../docker/probe.sh", server.base().toString(), password)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(probe.waitFor(WAIT_S, TimeUnit.SECONDS)).isTrue();
            return probe.exitValue();
        } finally {
            probe.destroyForcibly();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
