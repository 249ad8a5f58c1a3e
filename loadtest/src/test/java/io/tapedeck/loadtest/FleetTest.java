package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tapedeck.loadtest.FakeTapedeck.Flaw;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What recorders count where the server is slow, and when they are told to finish. */
class FleetTest {
    private static final long WAIT_S = 20;

    private final Recording recording = Recording.small();
    private FakeTapedeck server;
    private Project project;

    @BeforeEach
    void start() throws IOException {
        server = new FakeTapedeck(Flaw.HOLDS_UPLOADS);
        project = new Project(Target.of(server.address()), "default", "secret");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static LoadSettings settings(double speed) {
        return new LoadSettings("pk_test", 1, speed, Habits.repeating(0), Duration.ofMinutes(1), "balanced", 1)
                .withSessionsMax(1);
    }

    @Test
    void rates_areOfTheTimeOfSending_withoutWhatIsAckedLater() throws Exception {
        try (Fleet fleet = Fleet.start(project, settings(1), recording)) {
            await().until(() -> server.uploads() == 1);
            Thread finishing = new Thread(fleet::finish);
            finishing.start();
            await().until(() -> finishing.getState() == Thread.State.TIMED_WAITING);
            double seconds = fleet.seconds();
            server.release();
            finishing.join();

            JsonNode result = Report.of(fleet).document();
            assertThat(fleet.seconds()).isEqualTo(seconds);
            assertThat(fleet.drainSeconds()).isPositive();
            assertThat(result.path("acked").asLong()).isEqualTo(1);
            assertThat(result.path("ackedPerSecond").asDouble()).isZero();
            assertThat(result.path("megabytesRawPerSecond").asDouble()).isZero();
        }
    }

    @Test
    void finish_countsWhatStillWaitsForAPlace_andHowLongItDid() throws Exception {
        Vertx vertx = LoadVertx.open();
        Counts counts = new Counts();
        try (RecorderLine line = new RecorderLine(vertx, project, counts, false, 1)) {
            Script script = new RecordedScript(recording, 1_000);
            VirtualRecorder recorder = new VirtualRecorder(line, settings(1_000), script, session -> {}, 0);
            vertx.deployVerticle(recorder).await(WAIT_S, TimeUnit.SECONDS);
            int waiting = script.slices().size() - 1;
            await().until(() -> counts.delayed.sum() == waiting && server.uploads() == 1);

            Future<Void> finished = recorder.finish();
            server.release();
            finished.await(WAIT_S, TimeUnit.SECONDS);

            assertThat(counts.acked.sum()).isEqualTo(1);
            assertThat(counts.unsent.sum()).isEqualTo(waiting).isPositive();
            assertThat(counts.ackMicros().getTotalCount()).isEqualTo(1 + waiting);
            assertThat(server.uploads()).isEqualTo(1);
        } finally {
            vertx.close().await(WAIT_S, TimeUnit.SECONDS);
        }
    }
}
