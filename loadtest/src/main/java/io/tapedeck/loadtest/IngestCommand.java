package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ReadBack.Findings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    @Spec
    private CommandSpec spec;

    @Mixin
    private PlayOptions play;

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

    @Option(names = "--verify", description = "Read every session back and compare.")
    private boolean verify;

    @Override
    public Integer call() throws Exception {
        requireSoundOptions();
        LoadSettings settings = new LoadSettings(
                key,
                recorders,
                speed,
                Habits.repeating(repeatShare),
                play.patience,
                play.maskingLevel,
                System.nanoTime());
        Target server = Target.of(target);
        Report report;
        List<PlayedSession> sessions;
        Counts counts;
        try (Fleet fleet = Fleet.start(server, project, token, settings, play.recording())) {
            Thread.sleep(duration.toMillis());
            fleet.finish();
            report = Report.of(fleet);
            sessions = fleet.sessions();
            counts = fleet.counts();
        }
        Findings findings = verify ? readBack(server, sessions) : null;
        report.verified(findings).machine();
        play.publish(report);
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

    private Findings readBack(Target server, List<PlayedSession> sessions) throws InterruptedException {
        List<PlayedSession> acked =
                sessions.stream().filter(PlayedSession::hasAcked).toList();
        return new ReadBack(new ReplayReader(server, project, token), play.visibleWithin).run(acked);
    }
}
