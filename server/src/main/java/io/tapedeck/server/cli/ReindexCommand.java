package io.tapedeck.server.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.server.storage.DataFolder;
import io.tapedeck.server.storage.Stores;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tapedeck reindex}: an empty catalog anew from the object store. */
@Command(
        name = "reindex",
        description = {
            "Makes an empty catalog anew from what is in the object store: sessions, projects, keys, accounts, pins, holds",
            "and tombstones. The server must not run. Exit code 1 also if some objects could not be read."
        })
public final class ReindexCommand implements Callable<Integer> {
    private final ToolContext context;

    @Option(
            names = "--continue",
            description = "Goes on with the catalog that an interrupted run left, instead of asking for an empty one.")
    private boolean goOn;

    public ReindexCommand(ToolContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (DataFolder folder = DataFolder.open(context.folder());
                Stores stores = Stores.open(context.configuration(), folder.path(), new SimpleMeterRegistry())) {
            return Reindexing.run(context, stores, goOn);
        }
    }
}
