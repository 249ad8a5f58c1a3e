package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** For production: writes a small session again and again, reads it back, and exports what is late or missing. */
@Command(
        name = "canary",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a small session again and again, reads it back live and settled, and exports what is late or missing.",
            "Runs until it is told to end, or for --rounds; then exit code 1: a round was not whole."
        })
final class CanaryCommand implements Callable<Integer> {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final double SPEED = 10;
    private static final long WAIT_S = 10;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PlayOptions play;

    @Mixin
    private ProjectOptions target;

    @Mixin
    private KeyOptions write;

    @Option(names = "--every", defaultValue = "30s", description = "From the start of a round to that of the next.")
    private Duration every;

    @Option(names = "--rounds", description = "How many rounds (default: without end).")
    private Long rounds;

    @Option(
            names = "--settled-within",
            defaultValue = "10m",
            description = "When a session must be settled after its last chunk.")
    private Duration settledWithin;

    @Option(
            names = "--listen",
            defaultValue = "127.0.0.1:9100",
            description = "Where to serve /metrics: host:port; port 0 takes a free one, which is printed.")
    private String listen;

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Override
    public Integer call() throws Exception {
        URI address = requireSoundOptions();
        LoadSettings settings =
                play.load(write.key, 1, SPEED, Habits.repeating(0)).withSessionsMax(1);
        CanaryMetrics metrics = new CanaryMetrics(meters);
        Vertx vertx = LoadVertx.open();
        try (RecorderLine line = new RecorderLine(vertx, target.project(), new Counts(), false)) {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(this::answer)
                    .listen(address.getPort(), address.getHost())
                    .await(WAIT_S, TimeUnit.SECONDS);
            System.out.println("Metrics http://" + address.getHost() + ":" + server.actualPort() + "/metrics");
            Canary canary = new Canary(
                    vertx,
                    line,
                    new ReplayReader(target.project()),
                    settings,
                    play.recordingOr(Recording::small),
                    play.visibleWithin,
                    settledWithin,
                    metrics);
            beginRounds(canary);
            canary.finish();
            List<String> broken = metrics.broken(rounds);
            play.publish(report(metrics).broken(broken).machine());
            return broken.isEmpty() ? 0 : 1;
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private URI requireSoundOptions() {
        Requirements requirements = new Requirements(spec)
                .require(target.token != null, "--token is needed")
                .require(every.toMillis() > 0, "--every must be positive")
                .require(rounds == null || rounds > 0, "--rounds must be positive")
                .require(listen.matches("[^/@?#]+:\\d{1,5}"), "--listen must be host:port");
        target.requireSound(requirements);
        return URI.create("http://" + listen);
    }

    private void beginRounds(Canary canary) throws InterruptedException {
        long startNanos = System.nanoTime();
        for (long round = 0; rounds == null || round < rounds; round++) {
            long dueNanos = startNanos + round * every.toNanos();
            Thread.sleep(Due.inMs(dueNanos));
            canary.begin();
        }
    }

    private void answer(HttpServerRequest request) {
        if (request.path().equals("/metrics")) {
            request.response().putHeader("Content-Type", CONTENT_TYPE).end(meters.scrape());
        } else {
            request.response().setStatusCode(404).end();
        }
    }

    private Report report(CanaryMetrics metrics) {
        Report report = new Report();
        ObjectNode node = report.document();
        node.put("rounds", rounds);
        node.put("whole", (long) metrics.wholeRounds.count());
        node.put("written", (long) metrics.written.count());
        node.put("refused", (long) metrics.refused.count());
        node.put("late", (long) metrics.late.count());
        node.put("missing", (long) metrics.missing.count());
        node.put("duplicated", (long) metrics.duplicated.count());
        node.put("corrupted", (long) metrics.corrupted.count());
        node.put("outOfOrder", (long) metrics.outOfOrder.count());
        node.put("unreadable", (long) metrics.unreadable.count());
        node.put("unsettled", (long) metrics.unsettled.count());
        node.put("visibleMsMean", metrics.visible.mean(TimeUnit.MILLISECONDS));
        node.put("settledMsMean", metrics.settled.mean(TimeUnit.MILLISECONDS));
        return report;
    }
}
