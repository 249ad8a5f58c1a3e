package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.loadtest.HostileCrowd.Hostility;
import io.tapedeck.loadtest.ReadBack.Findings;
import io.tapedeck.loadtest.codec.IngestFloor;
import io.tapedeck.store.flush.FlushPolicy;
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

/** Plays a recording as many recorders and, with {@code --verify}, reads everything that was acked back. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Plays a recording as many recorders; with --verify, reads back what was acked.",
            "Exit code 1: something acked is missing, doubled, altered or out of order, nothing was acked, a chunk was refused for good, or",
            "a refusal did not say when to come back."
        })
final class IngestCommand implements Callable<Integer> {
    private static final int FLOOR_BODIES = 200;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PlayOptions play;

    @Mixin
    private TargetOptions target;

    @Mixin
    private KeyOptions write;

    @Option(names = "--recorders", defaultValue = "50", description = "Visitors at once.")
    private int recorders;

    @Option(names = "--duration", defaultValue = "30s", description = "How long to send.")
    private Duration duration;

    @Option(
            names = "--ramp",
            description = "Within which time the recorders begin (default: that from one chunk to the next).")
    private Duration ramp;

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

    @Option(
            names = "--steady",
            description =
                    "All play the same page at once, 20 KB every 5 s (divided by --speed), over a connection each;"
                            + " bodies are prepared.")
    private boolean steady;

    @Option(
            names = "--floor",
            description = "Afterwards, measure the least that this work can cost: inflate, read the JSON, zstd.")
    private boolean floor;

    @Option(names = "--verify", description = "Read every session back and compare.")
    private boolean verify;

    @Override
    public Integer call() throws Exception {
        requireSoundOptions();
        LoadSettings settings = settings();
        Script script = script();
        Report report;
        List<PlayedSession> sessions;
        List<String> broken;
        try (ServerWatch watch = target.watch();
                Fleet fleet = Fleet.start(target.project(), settings, script, steady)) {
            ObjectNode crowd = passWithHostiles();
            fleet.finish();
            report = Report.of(fleet).server(watch);
            report.document().setAll(crowd);
            sessions = fleet.sessions();
            broken = new ArrayList<>(fleet.counts().broken());
        }
        Findings findings = verify ? readBack(sessions) : null;
        report.verified(findings).machine();
        if (floor) {
            addFloor(report.document(), script, settings.maskingLevel());
        }
        if (findings != null && !findings.promisesKept()) {
            broken.add("what was read back is not what was acknowledged");
        }
        play.publish(report.broken(broken));
        return broken.isEmpty() ? 0 : 1;
    }

    private LoadSettings settings() {
        LoadSettings settings = play.load(write.key, recorders, speed, Habits.repeating(repeatShare));
        return ramp == null ? settings : settings.withRamp(ramp);
    }

    /** Lets the time pass, with those who misbehave if there are any; returns how they fared. */
    private ObjectNode passWithHostiles() throws InterruptedException {
        ObjectNode result = new Report().document();
        if (hostility == null) {
            Thread.sleep(duration.toMillis());
            return result;
        }
        try (HostileCrowd crowd = HostileCrowd.start(target.address, write.key, hostility, hostileConnections)) {
            Thread.sleep(duration.toMillis());
            crowd.addTo(result);
        }
        return result;
    }

    private void addFloor(ObjectNode result, Script script, String maskingLevel) throws IOException {
        long now = System.currentTimeMillis();
        PlayedWindow window =
                new PlayedWindow(script.recording(), script.slices(), "floor", "floor", script.startsAt(now));
        List<byte[]> bodies = new ArrayList<>();
        for (int slice = 0; slice < Math.min(FLOOR_BODIES, script.slices().size()); slice++) {
            bodies.add(script.body(window, slice, now, maskingLevel).gzip().getBytes());
        }
        double seconds = new IngestFloor(bodies, FlushPolicy.JOURNALED.level()).cpuSecondsPerGb();
        ObjectNode node = result.putObject("floor");
        node.put("cpuSecondsPerGb", Report.round(seconds));
        JsonNode server = result.at("/server/cpuSecondsPerGbInflated");
        if (server.isNumber()) {
            node.put("serverToFloor", Report.round(server.asDouble() / seconds));
        }
    }

    private Script script() throws IOException {
        if (!steady) {
            return new RecordedScript(play.recording(), speed);
        }
        // No visit ends while others still begin.
        long chunkMs = Math.max(1, Math.round(ChunkCutter.CHUNK_MS / speed));
        int chunks = Math.toIntExact(2 + duration.toMillis() / chunkMs);
        return SteadyScript.of(play.recording(), chunks, System.currentTimeMillis(), chunkMs);
    }

    private void requireSoundOptions() {
        Requirements requirements = new Requirements(spec)
                .require(recorders > 0, "--recorders must be positive")
                .require(speed > 0, "--speed must be positive")
                .require(ramp == null || !ramp.isNegative(), "--ramp must not be negative")
                .share(repeatShare, "--repeat")
                .require(hostileConnections > 0, "--hostile-connections must be positive")
                .require(!verify || target.token != null, "--verify needs --token");
        target.requireSound(requirements);
    }

    private Findings readBack(List<PlayedSession> sessions) throws InterruptedException {
        List<PlayedSession> acked =
                sessions.stream().filter(PlayedSession::hasAcked).toList();
        return new ReadBack(new ReplayReader(target.project()), play.visibleWithin).run(acked);
    }
}
