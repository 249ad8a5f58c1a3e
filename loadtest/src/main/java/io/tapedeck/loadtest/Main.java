package io.tapedeck.loadtest;

import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
        name = "loadtest",
        mixinStandardHelpOptions = true,
        description = "Measures a running Tapedeck.",
        subcommands = IngestCommand.class)
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).registerConverter(Duration.class, DurationText::parse);
    }
}
