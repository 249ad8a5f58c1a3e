package io.tapedeck.server.cli;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.server.config.Settings;
import io.tapedeck.server.storage.Stores;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.upkeep.Backup;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tapedeck backup}: all live objects to another object store. */
@Command(
        name = "backup",
        description = {
            "Copies all live objects, tombstones and the admins' state to another object store; what is there already is",
            "not copied again. May run beside the server. What is in the journal only is not copied."
        })
public final class BackupCommand implements Callable<Integer> {
    private final ToolContext context;

    @Option(
            names = "--to",
            paramLabel = "URL",
            required = true,
            description = "file:/folder or s3://bucket/prefix; the settings backup-s3-… hold its credentials.")
    private String to;

    @Option(names = "--prune", description = "Deletes from the backup what the store does not have any more.")
    private boolean prune;

    @Option(
            names = "--compare",
            description = "First reads what is in the backup already, and compares it with the store.")
    private boolean compare;

    public BackupCommand(ToolContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        URI url = Copying.url(to);
        Copying report = new Copying(context);
        try (Stores stores = Stores.openReadOnly(context.configuration(), context.folder(), new SimpleMeterRegistry());
                ObjectStore target = Stores.backup(context.configuration(), url);
                Copying.Temporary temporary = Copying.Temporary.in(context.folder())) {
            stores.requireWhole();
            Backup backup = new Backup(
                    stores.catalogs().adoption(),
                    stores.stored(),
                    target,
                    temporary.path(),
                    context.configuration().get(Settings.GC_GRACE).toMillis(),
                    Clock.systemUTC(),
                    report);
            if (compare) {
                backup.compare();
            }
            backup.run(prune);
        }
        context.out().println(report.summary() + ".");
        context.out().flush();
        return 0;
    }
}
