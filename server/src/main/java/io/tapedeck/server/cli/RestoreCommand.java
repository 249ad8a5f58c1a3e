package io.tapedeck.server.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.server.storage.DataFolder;
import io.tapedeck.server.storage.Stores;
import io.tapedeck.store.AdoptionCatalog;
import io.tapedeck.store.AdoptionCatalog.Making;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.upkeep.Restore;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tapedeck restore}: a backup into an empty store, and the catalog from it. */
@Command(
        name = "restore",
        description = {
            "Copies a backup into the object store, which must be empty or hold the same objects, and makes the catalog,",
            "which must be empty, anew from it. What was erased stays erased. The server must not run."
        })
public final class RestoreCommand implements Callable<Integer> {
    private final ToolContext context;

    @Option(
            names = "--from",
            paramLabel = "URL",
            required = true,
            description = "file:/folder or s3://bucket/prefix; the settings backup-s3-… hold its credentials.")
    private String from;

    @Option(
            names = "--tombstones",
            paramLabel = "URL",
            description = "Another store or backup: what was erased there stays erased, too.")
    private String tombstones;

    @Option(
            names = "--continue",
            description =
                    "Goes on with a catalog that is not empty, also where it does not say that a run was interrupted.")
    private boolean goOn;

    public RestoreCommand(ToolContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        URI source = Copying.url(from);
        URI others = tombstones == null ? null : Copying.url(tombstones);
        try (DataFolder folder = DataFolder.open(context.folder());
                Stores stores = Stores.openToMake(context.configuration(), folder.path(), new SimpleMeterRegistry())) {
            AdoptionCatalog adoption = stores.catalogs().adoption();
            boolean again = goOn || adoption.making().isPresent();
            if (!again && !adoption.isEmpty()) {
                throw new StoreException(StoreErrorKind.CONFLICT, "the catalog is not empty");
            }
            copy(stores, source, others, again);
            return Reindexing.run(context, stores, again);
        }
    }

    private void copy(Stores stores, URI source, URI others, boolean again) throws Exception {
        Copying report = new Copying(context);
        try (ObjectStore backup = Stores.backup(context.configuration(), source);
                Copying.Temporary temporary = Copying.Temporary.in(context.folder())) {
            Restore restore = new Restore(backup, stores.stored(), temporary.path(), report);
            restore.check(again);
            stores.catalogs().adoption().beginMaking(Making.RESTORE);
            if (others != null) {
                try (ObjectStore other = Stores.backup(context.configuration(), others)) {
                    restore.addTombstones(other);
                }
            }
            restore.run();
        }
        context.out().println(report.summary() + ".");
        context.out().flush();
    }
}
