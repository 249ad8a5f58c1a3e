package io.tapedeck.server.cli;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.server.storage.DataFolder;
import io.tapedeck.server.storage.Stores;
import io.tapedeck.store.By;
import io.tapedeck.store.ChunkStore;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Outstanding;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.StoreSettings;
import java.nio.file.Files;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Erases with a store of its own, as no server runs: journal, segments and all, until the certificate is final. */
final class LocalErasing {
    private static final long WAIT_MAX_NS = TimeUnit.MINUTES.toNanos(15);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ToolContext context;
    private final DataFolder folder;
    private final Clock clock = Clock.systemUTC();

    LocalErasing(ToolContext context, DataFolder folder) {
        this.context = context;
        this.folder = folder;
    }

    /** Returns the exit code. */
    int erase(Subject subject, String reason) {
        MeterRegistry meters = new SimpleMeterRegistry();
        try (Stores stores = Stores.open(context.configuration(), folder.path(), meters)) {
            if (stores.catalog().project(subject.project()).isEmpty()) {
                throw new StoreException(StoreErrorKind.NOT_FOUND, "there is no project " + subject.project());
            }
            ErasureCatalog erasures = stores.catalogs().erasures();
            Erasure erasure = erasures.request(subject, reason, new By("tapedeck erase", clock.millis()));
            ChunkStore store =
                    ChunkStore.open(settings(stores.settings()), stores.objects(), stores.catalogs(), meters, clock);
            try {
                return await(erasures, erasure.id());
            } finally {
                store.close();
            }
        }
    }

    /** With a journal only where there is one: a node that is made up here would be waited for for ever. */
    private static StoreSettings settings(StoreSettings all) {
        return new StoreSettings(
                all.folder(),
                all.objectStoreId(),
                Files.exists(all.folder().resolve("node")),
                true,
                all.ack(),
                all.storedWaitMs(),
                all.journal(),
                all.flush(),
                all.upkeep());
    }

    private int await(ErasureCatalog erasures, String id) {
        Progress progress = new Progress(context.err(), "looked");
        long startedNs = System.nanoTime();
        while (System.nanoTime() - startedNs < WAIT_MAX_NS) {
            Erasure now = erasures.erasure(id).orElseThrow();
            if (now.finalAt() != null) {
                context.out().println(now.certificate());
                context.out().flush();
                return 0;
            }
            progress.reached(outstanding(erasures.outstanding(id)));
            LockSupport.parkNanos(POLL_NS);
        }
        context.err()
                .println("The erasure " + id + " is not final yet; outstanding: "
                        + outstanding(erasures.outstanding(id)) + ".");
        context.err().flush();
        return 1;
    }

    private static String outstanding(Outstanding left) {
        return left.sessions() + " sessions, " + left.objects() + " objects, " + left.segments() + " segments, "
                + left.intents() + " intents, nodes "
                + left.nodes().stream().map(ErasureCatalog.NodePassed::node).toList();
    }
}
