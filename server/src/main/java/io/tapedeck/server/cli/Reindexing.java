package io.tapedeck.server.cli;

import io.tapedeck.server.storage.Stores;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.upkeep.ReindexReport;
import io.tapedeck.store.upkeep.Reindexer;
import java.time.Clock;

/** Makes the catalog anew and says so; part of two commands. */
final class Reindexing extends ReindexReport {
    private final ToolContext context;
    private final Progress progress;

    private Reindexing(ToolContext context) {
        this.context = context;
        this.progress = new Progress(context.err(), "indexed");
    }

    /** Returns the exit code. */
    static int run(ToolContext context, Stores stores, boolean goOn) throws InterruptedException {
        stores.requireMasterKey();
        Reindexing report = new Reindexing(context);
        new Reindexer(stores.catalogs(), stores.objects(), stores.objectStoreId(), Clock.systemUTC(), report).run(goOn);
        report.counts().all().forEach((name, count) -> context.out().printf("%-22s %,d%n", name, count));
        context.out()
                .println(
                        report.counts().passedOver() == 0
                                ? "The catalog is complete."
                                : "The catalog is complete but for the objects named above.");
        context.out().flush();
        return report.counts().passedOver() == 0 ? 0 : 1;
    }

    @Override
    protected void unreadable(String key, StoreException why) {
        context.out().println(why.kind() + " " + key + ": " + why.getMessage());
        context.out().flush();
    }

    @Override
    protected void reached(String key) {
        progress.reached(key);
    }
}
