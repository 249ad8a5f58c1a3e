package io.tapedeck.server.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.server.storage.DataFolder;
import io.tapedeck.server.storage.Stores;
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
            description = "Goes on with the catalog that an interrupted run left, instead of asking for an empty one.")
    private boolean goOn;

    public RestoreCommand(ToolContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        URI source = Copying.url(from);
        URI others = tombstones == null ? null : Copying.url(tombstones);
        try (DataFolder folder = DataFolder.open(context.folder());
                Stores stores = Stores.open(context.configuration(), folder.path(), new SimpleMeterRegistry())) {
            if (!goOn && !stores.catalogs().adoption().isEmpty()) {
                throw new StoreException(StoreErrorKind.CONFLICT, "the catalog is not empty");
            }
            copy(stores, source, others);
            return Reindexing.run(context, stores, goOn);
        }
    }

    private void copy(Stores stores, URI source, URI others) throws Exception {
        Copying report = new Copying(context);
        try (ObjectStore backup = Stores.backup(context.configuration(), source);
                Copying.Temporary temporary = Copying.Temporary.in(context.folder())) {
            Restore restore = new Restore(backup, stores.stored(), temporary.path(), report);
            if (others != null) {
                try (ObjectStore other = Stores.backup(context.configuration(), others)) {
                    restore.addTombstones(other);
                }
            }
            restore.run(goOn);
        }
        context.out().println(report.summary() + ".");
        context.out().flush();
    }
}
