package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.loadtest.FakeTapedeck.Flaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Viewers, against servers that keep their promises to them, and against some that do not. */
class PlaybackCommandIT {
    @TempDir
    private Path folder;

    private JsonNode result;

    @Test
    void soundServer_isFoundSound_andWhatItUsedIsInTheResult() throws IOException {
        assertThat(run(Flaw.NONE)).isZero();

        assertThat(result.path("brokenPromises")).isEmpty();
        assertThat(result.path("filled").asInt()).isEqualTo(3);
        assertThat(result.path("damaged").asLong()).isZero();
        assertThat(result.path("lines").asLong()).isPositive();
        for (String question : new String[] {"list", "filter", "manifest", "markers", "opening", "seek"}) {
            JsonNode of = result.path("requests").path(question);
            assertThat(of.path("answered").asLong()).as(question).isPositive();
            assertThat(of.at("/ms/p999").asDouble()).as(question).isPositive();
            assertThat(of.at("/firstByteMs/p50").asDouble()).as(question).isPositive();
        }
        assertThat(result.at("/openMs/p99").asDouble()).isPositive();
        assertThat(result.at("/server/cpuSeconds").asDouble()).isPositive();
        assertThat(result.at("/server/residentBytesMax").asLong()).isEqualTo(200_000_000);
        assertThat(result.at("/server/cpuSecondsPerGbInflated").asDouble()).isPositive();
    }

    @Test
    void refusalsThatSayWhenToComeBack_andChangedSessions_areNoBrokenPromise() throws IOException {
        assertThat(run(Flaw.REFUSES_VIEWERS_AT_FIRST)).isZero();
        assertThat(result.at("/errorsByKind/503").asLong()).isEqualTo(2);
        assertThat(result.path("givenUp").asLong()).isZero();

        assertThat(run(Flaw.CHANGES_MEANWHILE)).isZero();
        assertThat(result.path("stale").asLong()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "CUTS_FRAMES_SHORT, answers are not what the manifest says",
        "MIXES_WINDOWS_UP, answers are not what the manifest says",
        "REFUSES_VIEWERS_WITHOUT_A_TIME, refusals of viewers did not say when to come back",
        "FAILS_VIEWERS, requests of viewers failed in the server"
    })
    void brokenPromise_isTold(Flaw flaw, String promise) throws IOException {
        assertThat(run(flaw)).isEqualTo(1);

        assertThat(result.path("brokenPromises")).extracting(JsonNode::asText).containsExactly(promise);
    }

    @Test
    void serverThatIsGone_isNoSuccess() {
        assertThat(Main.commandLine()
                        .execute("playback", "--target=http://127.0.0.1:1", "--token=secret", "--duration=1s"))
                .isEqualTo(1);
    }

    private int run(Flaw flaw) throws IOException {
        Path json = folder.resolve("result.json");
        try (FakeTapedeck server = new FakeTapedeck(flaw)) {
            int exitCode = Main.commandLine()
                    .execute(
                            "playback",
                            "--target=" + server.address(),
                            "--token=secret",
                            "--key=pk_test",
                            "--fill=3",
                            "--viewers=5",
                            "--speed=20",
                            "--duration=1s",
                            "--json=" + json);
            result = new ObjectMapper().readTree(Files.readAllBytes(json));
            return exitCode;
        }
    }
}
