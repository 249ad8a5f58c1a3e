package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Short forms of playback, soak, canary and the hostile crowds against the real jar: all of them share one server. */
class LoadIT {
    @TempDir
    private static Path folder;

    private static CampaignServer server;

    @BeforeAll
    static void start() throws Exception {
        server = start("server", "1s");
    }

    private static CampaignServer start(String name, String settleAfter) throws Exception {
        CampaignServer started = new CampaignServer(
                Path.of(System.getProperty("tapedeck.jar")),
                folder.resolve(name),
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
                Map.of("TAPEDECK_SETTLE_AFTER", settleAfter));
        started.start();
        assertThat(new ServerProbe(started.target(), CampaignServer.TOKEN).awaitReady(Duration.ofMinutes(2)))
                .isTrue();
        return started;
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void playback_isWhole_inEveryEncoding() throws IOException {
        for (String encoding : new String[] {"zstd", "gzip"}) {
            JsonNode result = run(
                    "playback",
                    "--key=" + CampaignServer.KEY,
                    "--fill=4",
                    "--settled-within=1m",
                    "--viewers=10",
                    "--live-viewers=0",
                    "--speed=10",
                    "--duration=3s",
                    "--encoding=" + encoding);

            assertThat(result.path("damaged").asLong()).isZero();
            assertThat(result.at("/requests/seek/answered").asLong()).isPositive();
            assertThat(result.path("frames").asLong()).isPositive();
            assertThat(result.at("/server/cpuSeconds").asDouble()).isPositive();
            assertThat(result.at("/server/residentBytesMax").asLong()).isPositive();
            assertThat(result.at("/server/openFilesMax").asLong()).isPositive();
            assertThat(result.at("/server/bytesServed").asLong()).isPositive();
            assertThat(result.at("/server/cpuSecondsPerGbServed").asDouble()).isPositive();
        }
    }

    /** Sessions last 6 s, of which the server tells after at most 4 s. */
    @Test
    void playback_followsWhatIsRecorded() throws Exception {
        try (CampaignServer patient = start("patient", "1h")) {
            JsonNode live = follow(patient, "--speed=10", "--duration=9s");

            assertThat(live.path("timed").asLong()).isPositive();
            assertThat(live.at("/heard/change").asLong()).isPositive();
            assertThat(live.path("grown").asLong()).isPositive();
            assertThat(live.at("/ackToSeenMs/p50").asDouble()).isPositive();
        }
    }

    /** The server waits for less time than passes between two chunks. */
    @Test
    void playback_followsWhatIsSettledAgainAndAgain() throws IOException {
        JsonNode live = follow(server, "--speed=4", "--duration=9s");

        assertThat(live.at("/heard/end").asLong()).isPositive();
    }

    private JsonNode follow(CampaignServer followed, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--key=" + CampaignServer.KEY, "--fill=4", "--viewers=2", "--live-viewers=6", "--live-recorders=3"));
        arguments.addAll(List.of(more));
        JsonNode live = run(followed, "playback", arguments).path("live");
        assertThat(live.path("acked").asLong()).isPositive();
        assertThat(live.path("followed").asLong()).isGreaterThanOrEqualTo(6);
        assertThat(live.path("chunks").asLong()).isPositive();
        assertThat(live.path("ackedButMissing").asLong()).isZero();
        assertThat(live.path("errors").asLong()).isZero();
        return live;
    }

    /** A process that has just started grows: how much is not judged here. */
    @Test
    void soak_writesLines_andVerifies() throws IOException {
        JsonNode result = run(
                "soak",
                "--key=" + CampaignServer.KEY,
                "--recorders=5",
                "--viewers=5",
                "--speed=10",
                "--duration=4s",
                "--every=400ms",
                "--growth-max=100");

        assertThat(result.path("lines")).hasSize(10);
        assertThat(result.at("/lines/9/server/residentBytes").asLong()).isPositive();
        assertThat(result.at("/playback/frames").asLong()).isPositive();
        assertThat(result.path("ackedButMissing").asLong()).isZero();
        assertThat(result.at("/growth/openFiles/middle").asLong()).isPositive();
    }

    @Test
    void canary_isWhole_liveAndSettled() throws IOException {
        JsonNode result = run(
                "canary",
                "--key=" + CampaignServer.KEY,
                "--rounds=2",
                "--every=1s",
                "--settled-within=1m",
                "--listen=127.0.0.1:0");

        assertThat(result.path("whole").asInt()).isEqualTo(2);
        assertThat(result.path("written").asInt()).isEqualTo(6);
        assertThat(result.path("visibleMsMean").asDouble()).isPositive();
        assertThat(result.path("settledMsMean").asDouble()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(HostileCrowd.Hostility.class)
    void recorders_loseNothing_besideThoseWhoMisbehave(HostileCrowd.Hostility hostility) throws IOException {
        JsonNode result = run(
                "ingest",
                "--key=" + CampaignServer.KEY,
                "--recorders=5",
                "--speed=10",
                "--duration=3s",
                "--hostile=" + hostility,
                "--hostile-connections=500",
                "--verify");

        assertThat(result.path("acked").asLong()).isPositive();
        assertThat(result.path("givenUp").asLong()).isZero();
        assertThat(result.path("ackedButMissing").asLong()).isZero();
        assertThat(result.at("/hostile/kind").asText()).isEqualTo(hostility.toString());
        assertThat(result.at("/hostile/opened").asLong()).isGreaterThanOrEqualTo(500);
    }

    private JsonNode run(String command, String... more) throws IOException {
        return run(server, command, List.of(more));
    }

    private JsonNode run(CampaignServer target, String command, List<String> more) throws IOException {
        Path json = folder.resolve("result.json");
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--target=" + target.target().address("").orElseThrow(),
                "--token=" + CampaignServer.TOKEN,
                "--json=" + json));
        arguments.addAll(more);
        int exitCode = Main.commandLine().execute(arguments.toArray(String[]::new));
        JsonNode result = new ObjectMapper().readTree(Files.readAllBytes(json));
        assertThat(result.has("brokenPromises")).isTrue();
        assertThat(result.path("brokenPromises")).isEmpty();
        assertThat(exitCode).isZero();
        return result;
    }
}
