package io.tapedeck.loadtest;

import io.tapedeck.loadtest.catalog.CatalogCommand;
import io.tapedeck.loadtest.codec.CodecCommand;
import io.tapedeck.loadtest.codec.FloorCommand;
import io.tapedeck.loadtest.codec.MicroCommand;
import io.tapedeck.loadtest.plot.PlotCommand;
import io.tapedeck.loadtest.scale.ScaleCommand;
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
            PlaybackCommand.class,
            SoakCommand.class,
            CanaryCommand.class,
            PlotCommand.class,
            CodecCommand.class,
            FloorCommand.class,
            MicroCommand.class,
            ForeignCommand.class,
            ScaleCommand.class,
            CatalogCommand.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, DurationText::parse);
    }
}
