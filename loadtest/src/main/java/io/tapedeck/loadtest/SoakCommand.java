package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.loadtest.ReadBack.Findings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Recorders and viewers together for hours; then everything is read back, and the server must not have grown. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = {
            "Recorders and viewers together for hours, a line of JSON now and then; at the end everything is read back.",
            "Exit code 1: the server's memory, descriptors or threads grew all the time, or a promise was broken."
        })
final class SoakCommand implements Callable<Integer> {
    private static final int AGAIN_MS = 250;
    private static final double REPEAT_SHARE = 0.02;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PlayOptions play;

    @Mixin
    private TargetOptions target;

    @Mixin
    private KeyOptions write;

    @Mixin
    private ViewerOptions watch;

    @Option(names = "--recorders", defaultValue = "100", description = "Visitors at once.")
    private int recorders;

    @Option(names = "--viewers", defaultValue = "20", description = "People who watch at once.")
    private int viewers;

    @Option(names = "--speed", defaultValue = "1", description = "How much faster than people both are.")
    private double speed;

    @Option(names = "--duration", defaultValue = "8h", description = "How long.")
    private Duration duration;

    @Option(names = "--every", defaultValue = "1m", description = "From one line to the next.")
    private Duration every;

    @Option(
            names = "--growth-max",
            defaultValue = "0.1",
            description = "How much memory, descriptors and threads may rise in the second half, as a share.")
    private double growthMax;

    @Override
    public Integer call() throws Exception {
        requireSoundOptions();
        ReplayReader reader = new ReplayReader(target.project());
        List<String> broken = new ArrayList<>();
        Report report;
        List<PlayedSession> sessions;
        LoadSettings load = play.load(write.key, recorders, speed, Habits.repeating(REPEAT_SHARE));
        try (ServerWatch server = target.watch();
                Fleet fleet = Fleet.start(target.project(), load, play.recording())) {
            new Requirements(spec).require(server.isReachable(), "the server's metrics cannot be read; see --metrics");
            report = soak(server, fleet, reader, broken).server(server);
            sessions = fleet.sessions().stream().filter(PlayedSession::hasAcked).toList();
        }
        Findings findings = new ReadBack(reader, play.visibleWithin).run(sessions);
        if (!findings.promisesKept()) {
            broken.add("what was read back is not what was acknowledged");
        }
        play.publish(report.verified(findings).broken(broken).machine());
        return broken.isEmpty() ? 0 : 1;
    }

    private void requireSoundOptions() {
        Requirements requirements = new Requirements(spec)
                .require(recorders > 0, "--recorders must be positive")
                .require(viewers > 0, "--viewers must be positive")
                .require(speed > 0, "--speed must be positive")
                .require(growthMax >= 0, "--growth-max must not be negative")
                .require(target.token != null, "--token is needed")
                .require(!every.isZero(), "--every must be positive")
                .require(lines() >= 2 * Trend.SAMPLES_MIN, "--duration must be ten times --every at least");
        target.requireSound(requirements);
    }

    private long lines() {
        return duration.dividedBy(every);
    }

    private Report soak(ServerWatch server, Fleet fleet, ReplayReader reader, List<String> broken) throws Exception {
        SessionFilters filters = SessionFilters.of(firstSessions(reader));
        try (Viewers watching = Viewers.start(target.project(), watch.settings(viewers, speed), filters)) {
            SoakLog log = new SoakLog(server, fleet.counts(), watching.counts(), System.out);
            writeLines(log);
            watching.finish();
            fleet.finish();
            Report report = Report.of(fleet);
            Report.addViewers(report.document().putObject("playback"), watching);
            broken.addAll(fleet.counts().broken());
            broken.addAll(watching.broken(reader));
            judge(log, report.document(), broken);
            log.lines().forEach(report.document().putArray("lines")::add);
            return report;
        }
    }

    /** The first that can be found; recorders are writing them. */
    private List<JsonNode> firstSessions(ReplayReader reader) throws IOException, InterruptedException {
        long deadline =
                System.nanoTime() + play.patience.plus(play.visibleWithin).toNanos();
        List<JsonNode> sessions = reader.latest();
        while (sessions.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("no session could be found in time");
            }
            Thread.sleep(AGAIN_MS);
            sessions = reader.latest();
        }
        return sessions;
    }

    private void writeLines(SoakLog log) throws InterruptedException {
        long startNanos = System.nanoTime();
        for (int i = 1; i <= lines(); i++) {
            long dueNanos = startNanos + i * every.toNanos();
            Thread.sleep(Due.inMs(dueNanos));
            log.line();
        }
    }

    private void judge(SoakLog log, ObjectNode result, List<String> broken) {
        result.put("unreachable", log.unreachable());
        ObjectNode growth = result.putObject("growth");
        log.trends(duration.toMillis() / 2_000.0, growthMax).forEach((name, trend) -> {
            trend.ifPresent(known -> known.addTo(growth.putObject(name)));
            if (trend.isEmpty()) {
                broken.add("the growth of " + name + " could not be judged");
            } else if (!trend.get().isLevel()) {
                broken.add(name + " of the server rose all the time");
            }
        });
    }
}
