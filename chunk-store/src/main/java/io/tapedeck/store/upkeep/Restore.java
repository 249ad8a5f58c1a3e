package io.tapedeck.store.upkeep;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.file.Path;
import java.util.List;

/**
 * Copies a backup into an object store that is empty, or that holds nothing but the same objects (so that a restore that was
 * cut short can go on) and {@code meta/}. What a tombstone covers, be it the backup's or the store's, is left out. The
 * catalog is made anew afterwards, by a {@link Reindexer}. Blocks; used once, by one thread.
 */
public final class Restore {
    private static final String TOMBSTONES = "meta/tombstones/";
    private static final List<String> FOLDERS = List.of("recordings/", "segments/");

    private final ObjectStore from;
    private final ObjectStore to;
    private final Path temporary;
    private final CopyReport report;

    /**
     * @param to the store as it is, without encryption
     * @param temporary a folder for one object at a time
     */
    public Restore(ObjectStore from, ObjectStore to, Path temporary, CopyReport report) {
        this.from = from;
        this.to = to;
        this.temporary = temporary;
        this.report = report;
    }

    /** Copies the tombstones of another store: whatever was erased there stays erased here. */
    public void addTombstones(ObjectStore other) throws InterruptedException {
        ObjectCopying copying = new ObjectCopying(other, to, temporary, report);
        ObjectCopying.each(other, TOMBSTONES, object -> copyMeta(copying, object.key()));
    }

    /** @throws StoreException CONFLICT if the store holds other objects than the backup; nothing is copied then */
    public void run() throws InterruptedException {
        ObjectCopying copying = new ObjectCopying(from, to, temporary, report);
        for (String folder : FOLDERS) {
            ObjectCopying.each(to, folder, object -> {
                if (!copying.isSame(object.key())) {
                    throw new StoreException(
                            StoreErrorKind.CONFLICT,
                            "the object store is not empty, and " + object.key() + " is not the backup's");
                }
            });
        }
        ObjectCopying.each(from, TOMBSTONES, object -> copyMeta(copying, object.key()));
        ObjectCopying.each(from, "meta/", object -> copyMeta(copying, object.key()));
        for (String folder : FOLDERS) {
            ObjectCopying.each(from, folder, object -> copying.copy(object.key()));
        }
    }

    /** What the store has of its own stays: it is newer than the backup. */
    private static void copyMeta(ObjectCopying copying, String key) throws InterruptedException {
        try {
            copying.copy(key);
        } catch (StoreException e) {
            if (e.kind() != StoreErrorKind.CONFLICT) {
                throw e;
            }
        }
    }
}
