package io.tapedeck.store.upkeep;

import io.tapedeck.store.Calls;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.Covered;
import io.tapedeck.store.ErasureCatalog.ErasedObject;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectListing;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.ObjectStore.StoredObject;
import io.tapedeck.store.RecordingKey;
import io.tapedeck.store.SessionKey;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Deletes recordings of erased sessions that are in the object store though the catalog knows nothing of them: left by a
 * catalog that was lost, or put after their intent was given up. Used by one thread.
 */
final class StrayRecordings {
    /** A session that goes on for longer is looked for in the whole project. */
    private static final int DAYS_MAX = 60;

    private final ErasureCatalog erasures;
    private final ObjectStore objectStore;
    private final Clock clock;

    StrayRecordings(ErasureCatalog erasures, ObjectStore objectStore, Clock clock) {
        this.erasures = erasures;
        this.objectStore = objectStore;
        this.clock = clock;
    }

    /** Those of one session. The date in a key is that of the session's first receipt, as it was known when it was put. */
    void delete(Erasure erasure, Covered covered) throws InterruptedException {
        LocalDate first = day(covered.firstReceivedAt());
        LocalDate last = day(covered.lastReceivedAt());
        SessionKey session = covered.session();
        if (last.isBefore(first) || first.plusDays(DAYS_MAX).isBefore(last)) {
            String name = session.session() + ".";
            delete(
                    erasure,
                    RecordingKey.prefix(session.project()),
                    key -> key.substring(key.lastIndexOf('/') + 1).startsWith(name));
            return;
        }
        for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
            delete(erasure, RecordingKey.prefix(session, day), key -> true);
        }
    }

    /** Those of the whole project that was erased. */
    void deleteAll(Erasure erasure) throws InterruptedException {
        delete(erasure, RecordingKey.prefix(erasure.subject().project()), key -> true);
    }

    /** All keys of an erased project's sessions. */
    void deleteKeys(String project) throws InterruptedException {
        String prefix = ObjectFolders.KEYS + project + "/";
        ObjectListing.each(objectStore, prefix, object -> Calls.await(objectStore.delete(object.key())));
    }

    private void delete(Erasure erasure, String prefix, Predicate<String> wanted) throws InterruptedException {
        ObjectListing.eachPage(objectStore, prefix, null, page -> {
            List<StoredObject> found =
                    page.stream().filter(object -> wanted.test(object.key())).toList();
            Set<String> known = found.isEmpty()
                    ? Set.of()
                    : erasures.known(found.stream().map(StoredObject::key).toList());
            for (StoredObject object : found) {
                if (!known.contains(object.key())) {
                    Calls.await(objectStore.delete(object.key()));
                    erasures.deletedStray(
                            erasure.id(),
                            new ErasedObject(object.key(), ObjectKind.RECORDING, object.bytes(), clock.millis()));
                }
            }
        });
    }

    private static LocalDate day(long at) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(at), ZoneOffset.UTC);
    }
}
