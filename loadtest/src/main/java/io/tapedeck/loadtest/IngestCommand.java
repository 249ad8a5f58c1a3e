package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.loadtest.HostileCrowd.Hostility;
import io.tapedeck.loadtest.ReadBack.Findings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plays a recording as many recorders and, with {@code --verify}, reads everything that was acked back. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Plays a recording as many recorders; with --verify, reads back what was acked.",
            "Exit code 1: something acked is missing, doubled or altered, or nothing was acked; with --hostile also if a",
            "chunk was refused for good."
        })
final class IngestCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private PlayOptions play;

    @Mixin
    private TargetOptions target;

    @Option(names = "--key", required = true, description = "Write key of the project.")
    private String key;

    @Option(names = "--recorders", defaultValue = "50", description = "Visitors at once.")
    private int recorders;

    @Option(names = "--duration", defaultValue = "30s", description = "How long to send.")
    private Duration duration;

    @Option(names = "--speed", defaultValue = "1", description = "How much faster than it was recorded.")
    private double speed;

    @Option(names = "--repeat", defaultValue = "0.02", description = "Share of acked chunks sent a second time.")
    private double repeatShare;

    @Option(
            names = "--hostile",
            description = "Connections that misbehave beside the recorders: ${COMPLETION-CANDIDATES}.")
    private Hostility hostility;

    @Option(names = "--hostile-connections", defaultValue = "1000", description = "How many of them at once.")
    private int hostileConnections;

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
        Target server = target.server();
        Report report;
        List<PlayedSession> sessions;
        Counts counts;
        try (ServerWatch watch = target.watch();
                Fleet fleet = Fleet.start(server, target.project, target.token, settings, play.recording())) {
            ObjectNode crowd = passWithHostiles();
            fleet.finish();
            report = Report.of(fleet).server(watch);
            report.document().setAll(crowd);
            sessions = fleet.sessions();
            counts = fleet.counts();
        }
        Findings findings = verify ? readBack(server, sessions) : null;
        report.verified(findings).machine();
        play.publish(report);
        boolean sound = counts.acked.sum() > 0 && (findings == null || findings.promisesKept());
        if (hostility != null) {
            sound &= counts.broken().isEmpty();
        }
        return sound ? 0 : 1;
    }

    /** Lets the time pass, with those who misbehave if there are any; returns how they fared. */
    private ObjectNode passWithHostiles() throws InterruptedException {
        ObjectNode result = new Report().document();
        if (hostility == null) {
            Thread.sleep(duration.toMillis());
            return result;
        }
        try (HostileCrowd crowd = HostileCrowd.start(target.address, key, hostility, hostileConnections)) {
            Thread.sleep(duration.toMillis());
            crowd.addTo(result);
        }
        return result;
    }

    private void requireSoundOptions() {
        Requirements requirements = new Requirements(spec)
                .require(recorders > 0, "--recorders must be positive")
                .require(speed > 0, "--speed must be positive")
                .share(repeatShare, "--repeat")
                .require(hostileConnections > 0, "--hostile-connections must be positive")
                .require(!verify || target.token != null, "--verify needs --token");
        target.requireSound(requirements);
    }

    private Findings readBack(Target server, List<PlayedSession> sessions) throws InterruptedException {
        List<PlayedSession> acked =
                sessions.stream().filter(PlayedSession::hasAcked).toList();
        return new ReadBack(new ReplayReader(server, target.project, target.token), play.visibleWithin).run(acked);
    }
}
