package io.tapedeck.loadtest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** What every command that plays recordings can be told. */
final class PlayOptions {
    @Option(names = "--patience", defaultValue = "60s", description = "How long a chunk is tried.")
    Duration patience;

    @Option(names = "--masking", defaultValue = "balanced", description = "Masking level that recorders declare.")
    private String maskingLevel;

    @Option(names = "--visible-within", defaultValue = "15s", description = "When acked events must be readable.")
    Duration visibleWithin;

    @Option(names = "--json", description = "Where to write the result.")
    private Path json;

    @Option(names = "--corpus", description = "Recording to play: NDJSON, may be zstd (default: a bundled one).")
    private Path corpus;

    /** Settings for so many recorders, who leave other things to chance each time. */
    LoadSettings load(String key, int recorders, double speed, Habits habits) {
        return load(key, recorders, speed, habits, System.nanoTime());
    }

    LoadSettings load(String key, int recorders, double speed, Habits habits, long seed) {
        return new LoadSettings(key, recorders, speed, habits, patience, maskingLevel, seed);
    }

    Recording recording() throws IOException {
        return recordingOr(Recording::bundled);
    }

    /** The recording that was named, or else another. */
    Recording recordingOr(Supplier<Recording> other) throws IOException {
        return corpus == null ? other.get() : Recording.read(corpus);
    }

    void publish(Report report) throws IOException {
        report.print(System.out);
        if (json != null) {
            report.write(json);
        }
    }
}
