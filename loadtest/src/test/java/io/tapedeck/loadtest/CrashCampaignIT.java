package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the crash campaign, by its command, against the real jar. */
class CrashCampaignIT {
    @TempDir
    private Path folder;

    @Test
    void nothingAcked_isMissingDoubledOrAltered_afterKills() throws IOException {
        JsonNode result = run();

        assertThat(result.path("kills").asInt()).isEqualTo(4);
        assertThat(result.at("/recoveryMs/max").asLong()).isPositive();
        assertThat(result.path("acked").asLong()).isGreaterThan(100);
        assertThat(result.path("repeats").asLong()).isPositive();
        assertThat(result.path("late").asLong()).isPositive();
        assertThat(result.at("/errorsByKind/network").asLong())
                .as("the kills were felt")
                .isPositive();
        assertThat(result.path("ackedButMissing").asLong()).isZero();
        assertThat(result.path("duplicated").asLong()).isZero();
        assertThat(result.path("corrupted").asLong()).isZero();
        assertThat(result.at("/readBack/settled/sessionsRead").asInt())
                .isEqualTo(result.at("/readBack/live/sessionsRead").asInt())
                .isPositive();
    }

    @Test
    void ackStored_isKeptToo() throws IOException {
        JsonNode result = run("--set", "ack=stored");

        assertThat(result.path("kills").asInt()).isEqualTo(4);
        assertThat(result.path("acked").asLong()).isGreaterThan(100);
        assertThat(result.path("ackedButMissing").asLong()).isZero();
    }

    private JsonNode run(String... more) throws IOException {
        Path json = folder.resolve("result.json");
        List<String> arguments = new ArrayList<>(List.of(
                "crash",
                "--jar=" + System.getProperty("tapedeck.jar"),
                "--data=" + folder.resolve("campaign"),
                "--kills=4",
                "--up=3s",
                "--recorders=30",
                "--speed=5",
                "--late-by=3s",
                "--late=0.1",
                "--settle-after=1s",
                "--gc-grace=1s",
                "--settled-within=2m",
                "--java=-Xmx512m",
                "--java=-XX:TieredStopAtLevel=1",
                "--json=" + json));
        arguments.addAll(List.of(more));
        int exitCode = Main.commandLine().execute(arguments.toArray(String[]::new));
        JsonNode result = new ObjectMapper().readTree(Files.readAllBytes(json));
        assertThat(result.path("brokenPromises")).isEmpty();
        assertThat(exitCode).isZero();
        return result;
    }
}
