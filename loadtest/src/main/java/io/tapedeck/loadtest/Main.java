package io.tapedeck.loadtest;

import io.tapedeck.loadtest.catalog.CatalogCommand;
import io.tapedeck.loadtest.codec.CodecCommand;
import io.tapedeck.loadtest.codec.FloorCommand;
import io.tapedeck.loadtest.codec.MicroCommand;
import io.tapedeck.loadtest.plot.PlotCommand;
import io.tapedeck.loadtest.scale.ScaleCommand;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

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
    /** The exit code of a command that could not be done: nothing is said of any promise. */
    private static final int NOT_DONE = 3;

    private Main() {}

    /** Says in a line what the world outside refused; only what nobody foresaw is shown with its stack. */
    private static int explain(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof IOException || failure instanceof TimeoutException) {
            command.getErr().println(command.getCommandName() + " could not be done: " + reason(failure));
        } else {
            failure.printStackTrace(command.getErr());
        }
        return NOT_DONE;
    }

    private static String reason(Exception failure) {
        return failure.getMessage() != null ? failure.getMessage() : failure.toString();
    }

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler(Main::explain)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, DurationText::parse);
    }
}
