package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Has many viewers look for sessions and watch them, and counts every line that they get. */
@Command(
        name = "playback",
        mixinStandardHelpOptions = true,
        description = {
            "Viewers list, filter, open and seek in sessions; every answer is compared with the manifest. Others follow",
            "sessions while they are recorded; what they saw is compared with what was acked.",
            "Exit code 1: an answer was damaged or short, a request got none or was refused for good, a refusal did not say",
            "when to come back, or what was acked is missing, doubled, altered or out of order, live or in the replay."
        })
final class PlaybackCommand implements Callable<Integer> {
    private static final int FILL_RECORDERS_MAX = 256;
    private static final double FILL_SPEED = 100;
    private static final Duration FILL_MIN = Duration.ofMinutes(10);
    private static final double REPEAT_SHARE = 0.02;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PlayOptions play;

    @Mixin
    private TargetOptions target;

    @Mixin
    private ViewerOptions watch;

    @Mixin
    private LiveOptions live;

    @Option(names = "--viewers", defaultValue = "500", description = "People at once.")
    private int viewers;

    @Option(names = "--duration", defaultValue = "60s", description = "How long they watch.")
    private Duration duration;

    @Option(
            names = "--speed",
            defaultValue = "1",
            description = "How much faster than people they are, and recorders; 1: a visit in 20 s.")
    private double speed;

    @Option(names = "--fill", defaultValue = "0", description = "Sessions to write first if the project has none.")
    private int fill;

    @Option(names = "--key", description = "Write key of the project, for --fill and --live-viewers.")
    private String key;

    @Option(
            names = "--settled-within",
            defaultValue = "0s",
            description = "How long to wait until what --fill wrote is settled; 0s does not wait.")
    private Duration settledWithin;

    @Override
    public Integer call() throws Exception {
        requireSoundOptions();
        ReplayReader reader = new ReplayReader(target.project());
        List<PlayedSession> filled = reader.latest().isEmpty() ? fill(reader) : List.of();
        List<JsonNode> latest = reader.latest();
        Report report;
        List<String> broken = new ArrayList<>();
        List<PlayedSession> written = new ArrayList<>(filled);
        try (ServerWatch server = target.watch();
                Viewers watching =
                        Viewers.start(target.project(), watch.settings(viewers, speed), SessionFilters.of(latest));
                LiveViewers following = follow(watching.counts())) {
            Thread.sleep(duration.toMillis());
            watching.finish();
            written.addAll(following.finish());
            report = Report.of(watching).server(server);
            following.addTo(report.document().putObject("live"));
            broken.addAll(watching.broken(reader));
            broken.addAll(following.broken());
        }
        report.document().put("filled", filled.size());
        if (!written.isEmpty()) {
            Findings findings = new ReadBack(reader, play.visibleWithin).run(written);
            report.verified(findings);
            if (!findings.promisesKept()) {
                broken.add("what was read back is not what was acknowledged");
            }
        }
        play.publish(report.broken(broken).machine());
        return broken.isEmpty() ? 0 : 1;
    }

    /** @param requests where requests for manifests and events are counted */
    private LiveViewers follow(PlaybackCounts requests) throws Exception {
        int followers = live.viewers(viewers, key);
        LoadSettings recorders = play.load(key, live.recorders(followers), speed, Habits.repeating(REPEAT_SHARE));
        Fleet fleet = Fleet.start(target.project(), recorders, play.recording());
        return LiveViewers.start(
                target.project(), watch.settings(followers, speed), requests, fleet, play.visibleWithin);
    }

    private void requireSoundOptions() {
        Requirements requirements = new Requirements(spec)
                .require(viewers > 0, "--viewers must be positive")
                .require(speed > 0, "--speed must be positive")
                .require(target.token != null, "--token is needed")
                .require(fill >= 0, "--fill must not be negative")
                .require(fill == 0 || key != null, "--fill needs --key");
        live.requireSound(requirements, key);
        target.requireSound(requirements);
    }

    private List<PlayedSession> fill(ReplayReader reader) throws Exception {
        new Requirements(spec).require(fill > 0, "there are no sessions to watch; --fill N writes some first");
        LoadSettings settings = play.load(key, Math.min(fill, FILL_RECORDERS_MAX), FILL_SPEED, Habits.repeating(0))
                .withSessionsMax(fill);
        List<PlayedSession> written;
        try (Fleet fleet = Fleet.start(target.project(), settings, play.recording())) {
            fleet.playOut(FILL_MIN.plusSeconds(fill));
            if (fleet.counts().givenUp.sum() > 0) {
                throw new IOException("the server did not take what --fill wrote: "
                        + fleet.counts().errors());
            }
            written = fleet.sessions();
        }
        Findings visible = new ReadBack(reader, play.visibleWithin).run(written);
        if (!visible.promisesKept()) {
            throw new IOException("what --fill wrote could not be read back in time: " + visible);
        }
        if (!settledWithin.isZero() && !reader.awaitSettled(written, settledWithin)) {
            throw new IOException("what --fill wrote was not settled within " + settledWithin);
        }
        return written;
    }
}
