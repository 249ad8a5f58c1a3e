package io.tapedeck.store.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes objects that nobody refers to any more, once the grace is over (at once if they held what was erased), and dooms
 * those whose writer is gone. Used by one thread; any number of sweepers may share a catalog, as deleting twice does no harm.
 */
final class ObjectSweeper {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectSweeper.class);
    private static final int OBJECTS_AT_ONCE = 500;
    private static final int DELETES_AT_ONCE = 16;
    /** More objects that could not be deleted are not passed over. */
    private static final int PUT_OFF_MAX = 10_000;

    private final Catalog catalog;
    private final ObjectStore objectStore;
    private final UpkeepSettings settings;
    private final Clock clock;
    private final Counter stale;
    private final Counter deleted;
    /** What could not be deleted; passed over until no other object is due. */
    private final Set<String> putOff = new HashSet<>();

    ObjectSweeper(
            Catalog catalog, ObjectStore objectStore, UpkeepSettings settings, MeterRegistry meters, Clock clock) {
        this.catalog = catalog;
        this.objectStore = objectStore;
        this.settings = settings;
        this.clock = clock;
        this.stale = Counter.builder("tapedeck.objects.abandoned")
                .description("objects that were announced and never committed")
                .register(meters);
        this.deleted = Counter.builder("tapedeck.objects.deleted")
                .description("objects deleted because nothing refers to them")
                .register(meters);
    }

    /**
     * Deletes what is due.
     *
     * @return how many objects were deleted
     */
    int sweep() throws InterruptedException {
        long now = clock.millis();
        stale.increment(catalog.doomStaleIntents(now - settings.staleIntentAfterMs(), now));
        int count = 0;
        while (true) {
            List<String> keys = due(now);
            int gone = 0;
            for (int from = 0; from < keys.size(); from += DELETES_AT_ONCE) {
                gone += delete(keys.subList(from, Math.min(keys.size(), from + DELETES_AT_ONCE)));
            }
            count += gone;
            // What could not be deleted is left to another round.
            if (gone < OBJECTS_AT_ONCE) {
                if (keys.size() < OBJECTS_AT_ONCE) {
                    putOff.clear();
                }
                return count;
            }
        }
    }

    /** Longest due first: as many as are deleted at once that cannot be deleted would otherwise keep all others. */
    private List<String> due(long now) {
        return catalog.doomed(now - settings.doomedGraceMs(), OBJECTS_AT_ONCE + putOff.size()).stream()
                .filter(key -> !putOff.contains(key))
                .limit(OBJECTS_AT_ONCE)
                .toList();
    }

    private int delete(List<String> keys) throws InterruptedException {
        List<CompletableFuture<Void>> deletes =
                keys.stream().map(objectStore::delete).toList();
        int gone = 0;
        for (int i = 0; i < keys.size(); i++) {
            try {
                deletes.get(i).get();
                catalog.forget(keys.get(i), clock.millis());
                deleted.increment();
                gone++;
            } catch (ExecutionException e) {
                if (putOff.size() < PUT_OFF_MAX) {
                    putOff.add(keys.get(i));
                }
                LOG.warn(
                        "an object could not be deleted; a later round tries again: {}",
                        keys.get(i),
                        StoreException.of(e));
            }
        }
        return gone;
    }
}
