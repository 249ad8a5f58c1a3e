package io.tapedeck.store.upkeep;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.tapedeck.store.AdoptionCatalog;
import io.tapedeck.store.AdoptionCatalog.KnownObject;
import io.tapedeck.store.AdoptionCatalog.ObjectState;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.Catalogs;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.time.Clock;
import java.util.Optional;

/** What taking over recordings and taking over segments have in common. Used by one thread. */
final class Adopting {
    /** Chunks of sessions that were looked at a moment ago, all together. */
    private static final long CACHED_CHUNKS_MAX = 1_000_000;

    final Catalog catalog;
    final AdoptionCatalog adoption;
    final ObjectStore objects;
    final StoredObjects stored;
    final String objectStoreId;
    final Clock clock;
    final ReindexReport report;
    private final LoadingCache<SessionKey, SessionChunks> sessions = Caffeine.newBuilder()
            .maximumWeight(CACHED_CHUNKS_MAX)
            .weigher((SessionKey key, SessionChunks known) -> 1 + known.count())
            .executor(Runnable::run)
            .build(this::load);

    Adopting(Catalogs catalogs, ObjectStore objects, String objectStoreId, Clock clock, ReindexReport report) {
        this.catalog = catalogs.catalog();
        this.adoption = catalogs.adoption();
        this.objects = objects;
        this.stored = new StoredObjects(objects);
        this.objectStoreId = objectStoreId;
        this.clock = clock;
        this.report = report;
    }

    /**
     * The chunks of a session that have been taken over, but for those of recordings that cannot be read through. Who adds
     * to them calls {@link #keep}.
     */
    SessionChunks known(SessionKey session) {
        return sessions.get(session);
    }

    void keep(SessionKey session, SessionChunks known) {
        sessions.put(session, known);
    }

    private SessionChunks load(SessionKey session) throws InterruptedException {
        SessionChunks known = new SessionChunks();
        Optional<SessionLayout> layout = catalog.layout(session);
        if (layout.isPresent()) {
            for (LocatedRecording recording : layout.get().recordings()) {
                if (isSound(recording.key(), recording.index())) {
                    known.addAll(recording.index());
                }
            }
            layout.get().blocks().forEach(located -> known.addAll(located.block()));
        }
        return known;
    }

    /** Whether all of a recording can be read. */
    boolean isSound(String key, RecordingIndex index) throws InterruptedException {
        try {
            stored.checkRecording(key, index);
            return true;
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.CORRUPT || e.kind() == StoreErrorKind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    void doom(String key, ObjectKind kind, boolean urgent) throws InterruptedException {
        KnownObject object = new KnownObject(key, kind, ObjectState.DOOMED, stored.size(key), clock.millis());
        adoption.adoptDoomed(object, objectStoreId, urgent);
    }
}
