package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.loadtest.FakeTapedeck.Flaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The soak's verdict on servers that stay level, grow, or lose something. */
class SoakCommandIT {
    @TempDir
    private Path folder;

    private JsonNode result;

    @Test
    void levelServer_passes() throws IOException {
        assertThat(run(Flaw.NONE)).isZero();

        assertThat(result.path("lines")).hasSize(10).allSatisfy(line -> {
            assertThat(line.at("/server/residentBytes").asLong()).isEqualTo(200_000_000);
            assertThat(line.path("second").asDouble()).isPositive();
        });
        assertThat(result.at("/growth/residentBytes/level").asBoolean()).isTrue();
        assertThat(result.path("acked").asLong()).isPositive();
        assertThat(result.at("/playback/requests/opening/answered").asLong()).isPositive();
        assertThat(result.path("verified").asBoolean()).isTrue();
    }

    @Test
    void serverThatGrows_isFound() throws IOException {
        assertThat(run(Flaw.LEAKS)).isEqualTo(1);

        assertThat(result.path("brokenPromises"))
                .extracting(JsonNode::asText)
                .containsExactly("residentBytes of the server rose all the time");
    }

    @Test
    void serverThatLosesAChunk_isFound() throws IOException {
        assertThat(run(Flaw.LOSES_A_CHUNK)).isEqualTo(1);

        assertThat(result.path("brokenPromises"))
                .extracting(JsonNode::asText)
                .containsExactly("what was read back is not what was acknowledged");
    }

    @Test
    void serverThatDoesNotTellItsThreads_cannotBeJudged() throws IOException {
        assertThat(run(Flaw.EXPORTS_NO_THREADS)).isEqualTo(1);

        assertThat(result.path("brokenPromises"))
                .extracting(JsonNode::asText)
                .containsExactly("the growth of threads could not be judged");
        assertThat(result.at("/growth/residentBytes/level").asBoolean()).isTrue();
        assertThat(result.at("/lines/0/server").has("threads")).isFalse();
    }

    @Test
    void serverThatStopsTelling_cannotBeJudged() throws IOException {
        assertThat(run(Flaw.STOPS_EXPORTING, "--duration=3s", "--every=100ms")).isEqualTo(1);

        assertThat(result.path("brokenPromises"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "the growth of openFiles could not be judged",
                        "the growth of residentBytes could not be judged",
                        "the growth of threads could not be judged");
    }

    private int run(Flaw flaw) throws IOException {
        return run(flaw, "--duration=2s", "--every=200ms");
    }

    private int run(Flaw flaw, String... more) throws IOException {
        Path json = folder.resolve("result.json");
        try (FakeTapedeck server = new FakeTapedeck(flaw)) {
            List<String> arguments = new ArrayList<>(List.of(
                    "soak",
                    "--target=" + server.address(),
                    "--token=secret",
                    "--key=pk_test",
                    "--recorders=2",
                    "--viewers=2",
                    "--speed=20",
                    "--visible-within=1s",
                    "--json=" + json));
            arguments.addAll(List.of(more));
            int exitCode = Main.commandLine().execute(arguments.toArray(String[]::new));
            result = new ObjectMapper().readTree(Files.readAllBytes(json));
            return exitCode;
        }
    }
}
