package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ViewerSettings.Encoding;
import picocli.CommandLine.Option;

/** How people watch, whoever they are. */
final class ViewerOptions {
    @Option(names = "--encoding", defaultValue = "zstd", description = "What viewers take: ${COMPLETION-CANDIDATES}.")
    private Encoding encoding;

    /** Settings for so many people, who do not do what others do. */
    ViewerSettings settings(int people, double speed) {
        return new ViewerSettings(people, speed, encoding, System.nanoTime());
    }
}
