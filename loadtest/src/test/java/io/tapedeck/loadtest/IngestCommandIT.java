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

/** The whole program against a server that keeps its promises, and against some that do not. */
class IngestCommandIT {
    @TempDir
    private Path folder;

    private JsonNode result;

    @Test
    void soundServer_isFoundSound() throws IOException {
        assertThat(run(Flaw.NONE, "pk_test")).isZero();

        assertThat(broken()).isEmpty();
        assertThat(result.path("acked").asLong()).isPositive();
        assertThat(result.path("repeats").asLong())
                .isEqualTo(result.path("acked").asLong());
        assertThat(result.path("ackedEvents").asLong())
                .isGreaterThanOrEqualTo(result.path("acked").asLong());
        assertThat(result.path("requests").asLong())
                .isEqualTo(
                        result.path("acked").asLong() + result.path("repeats").asLong());
        assertThat(result.path("errors").asLong()).isZero();
        assertThat(result.path("ackedButMissing").asLong()).isZero();
        assertThat(result.path("bytesRaw").asLong()).isPositive();
        assertThat(result.at("/ackMs/p99").asDouble()).isPositive();
        assertThat(result.at("/machine/processors").asInt()).isPositive();
    }

    @Test
    void refusalsAtFirst_areRetried() throws IOException {
        assertThat(run(Flaw.REFUSES_AT_FIRST, "pk_test")).isZero();

        assertThat(result.at("/errorsByKind/503").asLong()).isEqualTo(3);
        assertThat(result.path("givenUp").asLong()).isZero();
    }

    @Test
    void lostChunk_isABrokenPromise() throws IOException {
        assertThat(run(Flaw.LOSES_A_CHUNK, "pk_test")).isEqualTo(1);

        assertThat(result.path("eventsMissing").asLong()).isPositive();
        assertThat(result.path("ackedButMissing").asLong()).isPositive();
        assertThat(broken()).containsExactly("what was read back is not what was acknowledged");
    }

    @Test
    void storedRepeats_areABrokenPromise() throws IOException {
        assertThat(run(Flaw.STORES_REPEATS, "pk_test")).isEqualTo(1);

        assertThat(result.path("duplicated").asLong()).isPositive();
    }

    @Test
    void alteredEvent_isABrokenPromise() throws IOException {
        assertThat(run(Flaw.ALTERS_AN_EVENT, "pk_test")).isEqualTo(1);

        assertThat(result.path("corrupted").asLong()).isPositive();
    }

    @Test
    void eventThatIsDoubledAtFirst_isABrokenPromise() throws IOException {
        assertThat(run(Flaw.DOUBLES_AN_EVENT_AT_FIRST, "pk_test")).isEqualTo(1);

        assertThat(result.path("duplicated").asLong())
                .isEqualTo(result.path("sessions").asLong());
        assertThat(result.path("eventsMissing").asLong()).isZero();
    }

    @Test
    void settledEventsTheWrongWayRound_areABrokenPromise_andLiveOnesAreNot() throws IOException {
        assertThat(runToTheEnd(Flaw.TURNS_REPLAYS_ROUND)).isEqualTo(1);
        assertThat(result.path("outOfOrder").asLong()).isPositive();
        assertThat(broken()).containsExactly("what was read back is not what was acknowledged");

        assertThat(runToTheEnd(Flaw.TURNS_LIVE_REPLAYS_ROUND)).isZero();
        assertThat(result.path("outOfOrder").asLong()).isZero();
    }

    @Test
    void refusalForLongerThanThePatience_isToldInTheResult() throws IOException {
        assertThat(runWith(
                        Flaw.REFUSES_FOR_A_DAY,
                        "--key=pk_test",
                        "--recorders=1",
                        "--speed=20",
                        "--duration=1s",
                        "--patience=1s"))
                .isEqualTo(1);

        assertThat(result.path("givenUp").asLong())
                .isPositive()
                .isEqualTo(result.path("requests").asLong());
        assertThat(broken()).contains("chunks were refused for good, or for too long");
    }

    @Test
    void nothingAcked_isNoSuccess() throws IOException {
        assertThat(run(Flaw.NONE, "pk_wrong")).isEqualTo(1);

        assertThat(result.path("acked").asLong()).isZero();
        assertThat(broken())
                .containsExactly("nothing was acknowledged", "chunks were refused for good, or for too long");
        assertThat(result.at("/errorsByKind/401").asLong()).isPositive();
    }

    @Test
    void ramp_isWhenTheRecordersBegin() throws IOException {
        assertThat(runWith(Flaw.NONE, "--key=pk_test", "--recorders=4", "--ramp=1h", "--speed=1", "--duration=3s"))
                .isZero();

        assertThat(result.path("sessions").asInt())
                .as("those of the first recorder, as the next begins in a quarter of an hour")
                .isEqualTo(1);
        assertThat(result.path("acked").asLong()).isPositive();
    }

    private List<String> broken() {
        assertThat(result.has("brokenPromises")).isTrue();
        List<String> broken = new ArrayList<>();
        result.path("brokenPromises").forEach(promise -> broken.add(promise.asText()));
        return broken;
    }

    /** A session lasts 0.6 s. */
    private int runToTheEnd(Flaw flaw) throws IOException {
        return runWith(flaw, "--key=pk_test", "--recorders=2", "--duration=2s", "--speed=100", "--visible-within=1s");
    }

    private int run(Flaw flaw, String key) throws IOException {
        return runWith(
                flaw,
                "--key=" + key,
                "--recorders=2",
                "--duration=3s",
                "--speed=20",
                "--repeat=" + (flaw == Flaw.LOSES_A_CHUNK || flaw == Flaw.ALTERS_AN_EVENT ? 0 : 1),
                "--visible-within=1s");
    }

    private int runWith(Flaw flaw, String... options) throws IOException {
        Path json = folder.resolve("result.json");
        try (FakeTapedeck server = new FakeTapedeck(flaw)) {
            List<String> arguments = new ArrayList<>(
                    List.of("ingest", "--target=" + server.address(), "--token=secret", "--verify", "--json=" + json));
            arguments.addAll(List.of(options));
            int exitCode = Main.commandLine().execute(arguments.toArray(String[]::new));
            result = new ObjectMapper().readTree(Files.readAllBytes(json));
            return exitCode;
        }
    }
}
