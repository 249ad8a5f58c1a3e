package io.tapedeck.server.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.server.storage.DataFolder;
import io.tapedeck.server.storage.Stores;
import io.tapedeck.store.AdoptionCatalog.Making;
import java.util.Optional;
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
            description =
                    "Goes on with a catalog that is not empty, also where it does not say that a run was interrupted.")
    private boolean goOn;

    public ReindexCommand(ToolContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        try (DataFolder folder = DataFolder.open(context.folder());
                Stores stores = Stores.openToMake(context.configuration(), folder.path(), new SimpleMeterRegistry())) {
            if (stores.catalogs().adoption().making().equals(Optional.of(Making.RESTORE))) {
                // Not all of the backup may be there.
                stores.requireWhole();
            }
            return Reindexing.run(context, stores, goOn);
        }
    }
}
