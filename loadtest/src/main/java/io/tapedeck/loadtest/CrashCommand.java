package io.tapedeck.loadtest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a server, kills it again and again while recorders send, and reads everything that was acked back. */
@Command(
        name = "crash",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a server, kills it (SIGKILL) again and again while recorders send, and reads back what was acked.",
            "Exit code 1: something acked is missing, doubled or altered, was never settled, or was refused for good."
        })
final class CrashCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private PlayOptions play;

    @Option(names = "--jar", defaultValue = "server/target/tapedeck.jar", description = "The server to start.")
    private Path jar;

    @Option(names = "--kills", defaultValue = "50", description = "How often it is killed.")
    private int kills;

    @Option(names = "--up", defaultValue = "6s", description = "At most so long after it is ready it is killed.")
    private Duration up;

    @Option(names = "--recorders", defaultValue = "300", description = "Visitors at once.")
    private int recorders;

    @Option(names = "--speed", defaultValue = "2", description = "How much faster than it was recorded.")
    private double speed;

    @Option(names = "--repeat", defaultValue = "0.1", description = "Share of acked chunks sent a second time.")
    private double repeatShare;

    @Option(names = "--late", defaultValue = "0.05", description = "Share of chunks held back and sent late.")
    private double lateShare;

    @Option(names = "--late-by", defaultValue = "20s", description = "How late at least; at most twice as much.")
    private Duration lateBy;

    @Option(names = "--second-window", defaultValue = "0.2", description = "Share of sessions with two windows.")
    private double secondWindowShare;

    @Option(names = "--settle-after", defaultValue = "3s", description = "The server's setting.")
    private String settleAfter;

    @Option(names = "--gc-grace", defaultValue = "5s", description = "The server's setting.")
    private String gcGrace;

    @Option(names = "--settled-within", defaultValue = "15m", description = "When everything must be settled.")
    private Duration settledWithin;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Another setting of the server, such as ack=stored; may be repeated.")
    private Map<String, String> settings = Map.of();

    @Option(names = "--java", defaultValue = "-Xmx512m", description = "Options of the server's Java; may be repeated.")
    private List<String> javaOptions;

    @Option(names = "--seed", description = "Of everything that is left to chance (default: the time).")
    private long seed = System.currentTimeMillis();

    @Option(
            names = "--data",
            description = "Folder to work in (default: a temporary one, kept if a promise is broken).")
    private Path data;

    @Override
    public Integer call() throws Exception {
        requireSoundOptions();
        Path folder = data != null ? data : Files.createTempDirectory("tapedeck-crash-");
        Habits habits = new Habits(repeatShare, lateShare, lateBy, secondWindowShare);
        LoadSettings load = play.load(CampaignServer.KEY, recorders, speed, habits, seed);
        Campaign.Outcome outcome;
        try (CampaignServer server = new CampaignServer(jar, folder, javaOptions, environment())) {
            outcome = new Campaign(server, load, play.recording(), play.visibleWithin, settledWithin)
                    .run(new Kills(kills, up, seed));
        }
        outcome.report().document().put("seed", seed);
        play.publish(outcome.report());
        if (!outcome.promisesKept()) {
            System.out.println("Broken: " + String.join("; ", outcome.broken()) + ". Everything is in " + folder);
        } else if (data == null) {
            delete(folder);
        }
        return outcome.promisesKept() ? 0 : 1;
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("TAPEDECK_SETTLE_AFTER", settleAfter);
        environment.put("TAPEDECK_GC_GRACE", gcGrace);
        settings.forEach((name, value) ->
                environment.put("TAPEDECK_" + name.toUpperCase(Locale.ROOT).replace('-', '_'), value));
        return environment;
    }

    private void requireSoundOptions() {
        new Requirements(spec)
                .require(Files.isRegularFile(jar), "there is no file " + jar + "; build it, or name another with --jar")
                .require(kills > 0, "--kills must be positive")
                .require(recorders > 0, "--recorders must be positive")
                .require(speed > 0, "--speed must be positive")
                .require(
                        up.toMillis() > 0 && up.toMillis() <= Integer.MAX_VALUE,
                        "--up must be positive, and days at most")
                .share(repeatShare, "--repeat")
                .share(lateShare, "--late")
                .require(lateBy.toMillis() < Integer.MAX_VALUE, "--late-by must be days at most")
                .share(secondWindowShare, "--second-window");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
