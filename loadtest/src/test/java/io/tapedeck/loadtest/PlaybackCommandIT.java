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
        "FAILS_VIEWERS, requests of viewers failed in the server",
        "REFUSES_VIEWERS_FOR_GOOD, requests of viewers were refused for good",
        "HIDES_SESSIONS_FROM_VIEWERS, sessions that are listed were not there",
        "SHOWS_VIEWERS_NO_FRAMES, viewers got no events"
    })
    void brokenPromise_isTold(Flaw flaw, String promise) throws IOException {
        assertThat(run(flaw)).isEqualTo(1);

        assertThat(result.path("brokenPromises")).extracting(JsonNode::asText).containsExactly(promise);
    }

    @Test
    void sessionThatIsErasedMeanwhile_isNoBrokenPromise() throws IOException {
        Path json = folder.resolve("result.json");
        try (FakeTapedeck server = new FakeTapedeck(Flaw.ERASES_A_SESSION)) {
            String target = "--target=" + server.address();
            assertThat(execute(
                            "ingest",
                            target,
                            "--token=secret",
                            "--key=pk_test",
                            "--recorders=4",
                            "--speed=20",
                            "--duration=1s"))
                    .isZero();

            assertThat(execute(
                            "playback",
                            target,
                            "--token=secret",
                            "--viewers=5",
                            "--speed=20",
                            "--duration=1s",
                            "--json=" + json))
                    .isZero();
        }

        result = new ObjectMapper().readTree(Files.readAllBytes(json));
        assertThat(result.at("/errorsByKind/404").asLong()).isPositive();
        assertThat(result.path("frames").asLong()).isPositive();
    }

    private static int execute(String... arguments) {
        return Main.commandLine().execute(arguments);
    }

    @Test
    void whatIsFollowed_isSeenWhole() throws IOException {
        assertThat(follow(Flaw.NONE)).isZero();

        JsonNode live = result.path("live");
        assertThat(result.path("brokenPromises")).isEmpty();
        assertThat(live.path("viewers").asInt()).isEqualTo(3);
        assertThat(live.path("recorders").asInt()).isEqualTo(2);
        assertThat(live.path("followed").asInt()).isGreaterThanOrEqualTo(3);
        assertThat(live.at("/heard/change").asLong()).isPositive();
        assertThat(live.path("grown").asLong()).isPositive();
        assertThat(live.path("chunks").asLong()).isPositive();
        assertThat(live.path("events").asLong())
                .isGreaterThan(live.path("chunks").asLong());
        assertThat(live.path("timed").asLong()).isPositive();
        assertThat(live.at("/sentToSeenMs/p999").asDouble()).isPositive();
        assertThat(live.at("/toldToSeenMs/p50").asDouble()).isPositive();
        assertThat(live.path("errors").asLong()).isZero();
        assertThat(live.path("disconnects").asLong()).isZero();
        assertThat(result.at("/requests/liveEvents/answered").asLong()).isPositive();
        assertThat(result.path("ackedButMissing").asLong()).isZero();
    }

    @Test
    void brokenStreams_andChangesThatAreToBeFetched_loseNothing() throws IOException {
        assertThat(follow(Flaw.CUTS_LIVE_STREAMS)).isZero();
        assertThat(result.at("/live/disconnects").asLong()).isPositive();

        assertThat(follow(Flaw.TELLS_REVS_ONLY)).isZero();
        assertThat(result.at("/live/grown").asLong()).isZero();
        assertThat(result.at("/live/chunks").asLong()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "LEAVES_A_CHUNK_OUT_LIVE, what live viewers saw is not what was acknowledged, eventsMissing",
        "TELLS_CHUNKS_TWICE, what live viewers saw is not what was acknowledged, duplicated",
        "TURNS_FRAMES_ROUND, live viewers saw events out of order, outOfOrder",
        "REFUSES_LIVE_VIEWERS_WITHOUT_A_TIME, refusals of live viewers did not say when to come back, retryAfterMissing"
    })
    void brokenPromise_isToldLive(Flaw flaw, String promise, String count) throws IOException {
        assertThat(follow(flaw)).isEqualTo(1);

        assertThat(result.path("brokenPromises")).extracting(JsonNode::asText).contains(promise);
        assertThat(result.at("/live/" + count).asLong()).isPositive();
    }

    @Test
    void liveViewers_needAKey() {
        assertThat(Main.commandLine()
                        .execute("playback", "--target=http://127.0.0.1:1", "--token=secret", "--live-viewers=1"))
                .isEqualTo(2);
    }

    private int run(Flaw flaw) throws IOException {
        return run(flaw, "--viewers=5", "--live-viewers=0", "--duration=1s");
    }

    /** A session lasts 3 s. */
    private int follow(Flaw flaw) throws IOException {
        return run(
                flaw, "--viewers=1", "--live-viewers=3", "--live-recorders=2", "--duration=2s", "--visible-within=2s");
    }

    private int run(Flaw flaw, String... more) throws IOException {
        Path json = folder.resolve("result.json");
        try (FakeTapedeck server = new FakeTapedeck(flaw)) {
            List<String> arguments = new ArrayList<>(List.of(
                    "playback",
                    "--target=" + server.address(),
                    "--token=secret",
                    "--key=pk_test",
                    "--fill=3",
                    "--speed=20",
                    "--json=" + json));
            arguments.addAll(List.of(more));
            int exitCode = Main.commandLine().execute(arguments.toArray(String[]::new));
            result = new ObjectMapper().readTree(Files.readAllBytes(json));
            return exitCode;
        }
    }
}
