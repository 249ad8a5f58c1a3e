package io.tapedeck.store.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.AdminState;
import io.tapedeck.store.AdoptionCatalog;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.meta.AdminSnapshots;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what admins have made into the object store whenever it has changed, and keeps the last few snapshots. Used by one
 * thread; any number of processes may do this over one catalog.
 *
 * <p>A store that holds a newer snapshot than this catalog's belongs to another catalog, or this one was set back: nothing is
 * written or deleted then, as that snapshot is the better one to start from.
 */
final class AdminSnapshotting {
    private static final Logger LOG = LoggerFactory.getLogger(AdminSnapshotting.class);
    private static final int KEPT = 3;
    private static final long NONE = -1;

    private final AdoptionCatalog catalog;
    private final AdminSnapshots snapshots;
    private final Counter written;
    private final Counter failures;
    private volatile long writtenRev = NONE;
    private volatile long foreignRev = NONE;

    AdminSnapshotting(AdoptionCatalog catalog, ObjectStore objectStore, MeterRegistry meters) {
        this.catalog = catalog;
        this.snapshots = new AdminSnapshots(objectStore);
        this.written = Counter.builder("tapedeck.admin.snapshots.written")
                .description("snapshots of what admins have made, put into the object store")
                .register(meters);
        this.failures = Counter.builder("tapedeck.admin.snapshots.failures")
                .description("snapshots that could not be put; the next round tries again")
                .register(meters);
        Gauge.builder("tapedeck.admin.snapshots.foreign", this, one -> one.foreignRev == NONE ? 0 : 1)
                .description("1 if the object store holds a newer snapshot than this catalog, and none is written")
                .register(meters);
    }

    /**
     * Writes a snapshot if there is something new.
     *
     * @return how many were written
     */
    int snapshot() throws InterruptedException {
        try {
            return catalog.adminRev() == writtenRev ? 0 : write();
        } catch (StoreException e) {
            failures.increment();
            throw e;
        }
    }

    private int write() throws InterruptedException {
        OptionalLong newest = snapshots.newestRev();
        AdminState state = catalog.adminState();
        if (newest.isPresent() && newest.getAsLong() > state.rev()) {
            if (foreignRev != newest.getAsLong()) {
                LOG.warn(
                        "the object store holds a newer snapshot of what admins have made ({}) than this catalog ({}):"
                                + " run reindex, or use another object store; no snapshot is written",
                        newest.getAsLong(),
                        state.rev());
            }
            foreignRev = newest.getAsLong();
            return 0;
        }
        foreignRev = NONE;
        boolean isNew = newest.isEmpty() || newest.getAsLong() < state.rev();
        if (isNew) {
            snapshots.write(state);
            written.increment();
        }
        snapshots.prune(KEPT);
        writtenRev = state.rev();
        return isNew ? 1 : 0;
    }
}
