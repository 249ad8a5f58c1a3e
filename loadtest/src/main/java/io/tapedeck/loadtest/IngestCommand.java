package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ReadBack.Findings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Plays a recording as many recorders and, with {@code --verify}, reads everything that was acked back. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Plays a recording as many recorders; with --verify, reads back what was acked.",
            "Exit code 1: something acked is missing, doubled or altered, or nothing was acked."
        })
final class IngestCommand implements Callable<Integer> {
    private static final int CONNECTIONS_MAX = 512;
    private static final int IN_FLIGHT_MAX = 1_024;

    @Spec
    private CommandSpec spec;

    @Option(names = "--target", defaultValue = "http://127.0.0.1:8080", description = "Base address of the server.")
    private URI target;

    @Option(names = "--key", required = true, description = "Write key of the project.")
    private String key;

    @Option(names = "--token", description = "API token, needed by --verify (default: $TAPEDECK_API_TOKEN).")
    private String token = System.getenv("TAPEDECK_API_TOKEN");

    @Option(names = "--project", defaultValue = "default", description = "Project that the key writes to.")
    private String project;

    @Option(names = "--recorders", defaultValue = "50", description = "Visitors at once.")
    private int recorders;

    @Option(names = "--duration", defaultValue = "30s", description = "How long to send.")
    private Duration duration;

    @Option(names = "--speed", defaultValue = "1", description = "How much faster than it was recorded.")
    private double speed;

    @Option(names = "--repeat", defaultValue = "0.02", description = "Share of acked chunks sent a second time.")
    private double repeatShare;

    @Option(names = "--patience", defaultValue = "60s", description = "How long a chunk is tried.")
    private Duration patience;

    @Option(names = "--masking", defaultValue = "balanced", description = "Masking level that recorders declare.")
    private String maskingLevel;

    @Option(names = "--verify", description = "Read every session back and compare.")
    private boolean verify;

    @Option(names = "--visible-within", defaultValue = "15s", description = "When acked events must be readable.")
    private Duration visibleWithin;

    @Option(names = "--json", description = "Where to write the result.")
    private Path json;

    @Option(names = "--corpus", description = "Recording to play: NDJSON, may be zstd (default: a bundled one).")
    private Path corpus;

    @Override
    public Integer call() throws Exception {
        requireSoundOptions();
        LoadSettings settings =
                new LoadSettings(target, key, recorders, duration, speed, repeatShare, patience, maskingLevel);
        Recording recording = corpus == null ? Recording.bundled() : Recording.read(corpus);
        Counts counts = new Counts();
        Queue<PlayedSession> played = new ConcurrentLinkedQueue<>();
        long start = System.nanoTime();
        play(settings, recording, counts, played);
        double seconds = (System.nanoTime() - start) / 1e9;

        Findings findings = verify ? readBack(settings, List.copyOf(played)) : null;
        Report report = new Report(settings, counts, played.size(), seconds, findings);
        report.print(System.out);
        if (json != null) {
            report.write(json);
        }
        boolean sound = counts.acked.sum() > 0 && (findings == null || findings.promisesKept());
        return sound ? 0 : 1;
    }

    private void requireSoundOptions() {
        require(target.getHost() != null, "--target must be an http or https address");
        require(recorders > 0, "--recorders must be positive");
        require(speed > 0, "--speed must be positive");
        require(repeatShare >= 0 && repeatShare <= 1, "--repeat must be between 0 and 1");
        require(!verify || token != null, "--verify needs --token");
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private static void play(LoadSettings settings, Recording recording, Counts counts, Queue<PlayedSession> played)
            throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpClient client = vertx.createHttpClient(
                    new HttpClientOptions().setKeepAlive(true),
                    new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setMaxWaitQueueSize(IN_FLIGHT_MAX));
            Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
            List<ChunkCutter.Slice> slices = ChunkCutter.cut(recording);
            List<VirtualRecorder> all = new ArrayList<>();
            for (int i = 0; i < settings.recorders(); i++) {
                VirtualRecorder recorder =
                        new VirtualRecorder(settings, recording, slices, client, counts, inFlight, played::add, i);
                vertx.deployVerticle(recorder).await(10, TimeUnit.SECONDS);
                all.add(recorder);
            }
            Thread.sleep(settings.duration().toMillis());
            Future.join(all.stream().map(VirtualRecorder::finish).toList())
                    .await(settings.patience().toMillis() * 2 + 60_000, TimeUnit.MILLISECONDS);
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    private Findings readBack(LoadSettings settings, List<PlayedSession> played)
            throws IOException, InterruptedException {
        List<PlayedSession> acked =
                played.stream().filter(session -> !session.acked().isEmpty()).toList();
        return new ReadBack(new ReplayReader(settings, project, token), visibleWithin).run(acked);
    }
}
