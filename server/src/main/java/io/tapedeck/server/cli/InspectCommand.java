package io.tapedeck.server.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.server.storage.Stores;
import io.tapedeck.store.upkeep.Inspection;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tapedeck inspect}: what one object or journal file holds. */
@Command(
        name = "inspect",
        description = "Prints what a segment, a recording or a journal file holds; may run beside the server.")
public final class InspectCommand implements Callable<Integer> {
    private final ToolContext context;

    @Parameters(
            paramLabel = "KEY|FILE",
            description = "A file on this machine, or the key of an object in the object store.")
    private String target;

    @Option(names = "--chunks", description = "Lists chunks too.")
    private boolean chunks;

    @Option(names = "--events", description = "Prints the events, one a line, and nothing else.")
    private boolean events;

    public InspectCommand(ToolContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        Inspection inspection = new Inspection(context.out()::println, chunks, events);
        if (isFile()) {
            inspection.file(Path.of(target));
        } else {
            try (Stores stores =
                    Stores.openReadOnly(context.configuration(), context.folder(), new SimpleMeterRegistry())) {
                inspection.object(stores.objects(), target);
            } catch (IllegalArgumentException e) {
                throw new UsageException(target + " is no file, and cannot be the key of an object");
            }
        }
        context.out().flush();
        return 0;
    }

    private boolean isFile() {
        try {
            return Files.isRegularFile(Path.of(target));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
