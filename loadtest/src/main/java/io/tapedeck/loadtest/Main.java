package io.tapedeck.loadtest;

import io.tapedeck.loadtest.codec.CodecCommand;
import io.tapedeck.loadtest.codec.FloorCommand;
import io.tapedeck.loadtest.codec.MicroCommand;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
        name = "loadtest",
        mixinStandardHelpOptions = true,
        description = "Measures Tapedeck and holds it to its promises.",
        subcommands = {
            IngestCommand.class,
            CrashCommand.class,
            CodecCommand.class,
            FloorCommand.class,
            MicroCommand.class,
            ForeignCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).registerConverter(Duration.class, DurationText::parse);
    }
}
