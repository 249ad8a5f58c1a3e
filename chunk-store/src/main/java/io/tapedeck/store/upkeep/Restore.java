package io.tapedeck.store.upkeep;

import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectListing;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.meta.AdminSnapshots;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Copies a backup into an object store that is empty, or that holds nothing but the same objects (so that a restore that was
 * cut short can go on) and {@code meta/}, which is to be {@link #check checked} first. What a tombstone covers, be it the backup's or the store's, is left out. The
 * catalog is made anew afterwards, by a {@link Reindexer}. Blocks; used once, by one thread.
 */
public final class Restore {
    private static final List<String> FOLDERS = List.of(ObjectFolders.RECORDINGS, ObjectFolders.SEGMENTS);

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
        ObjectListing.each(other, ObjectFolders.TOMBSTONES, object -> copyMeta(copying, object.key()));
    }

    /**
     * Looks whether the backup may be copied; changes nothing.
     *
     * @param goOn whether the store may hold what an interrupted run put together from the backup's recordings
     * @throws StoreException CONFLICT if the store holds other objects than the backup, or would start from another state of
     *     the admins'
     */
    public void check(boolean goOn) throws InterruptedException {
        ObjectCopying copying = new ObjectCopying(from, to, temporary, report);
        requireBackupsAdmins(copying);
        for (String folder : FOLDERS) {
            ObjectListing.each(to, folder, object -> {
                boolean isMade = goOn && TailOfRecording.isMade(object.key());
                if (!isMade && !copying.isSame(object.key())) {
                    throw new StoreException(
                            StoreErrorKind.CONFLICT,
                            "the object store is not empty, and " + object.key() + " is not the backup's");
                }
            });
        }
    }

    /** Copies. */
    public void run() throws InterruptedException {
        ObjectCopying copying = new ObjectCopying(from, to, temporary, report);
        ObjectListing.each(from, ObjectFolders.TOMBSTONES, object -> copyMeta(copying, object.key()));
        ObjectListing.each(from, ObjectFolders.META, object -> copyMeta(copying, object.key()));
        for (String folder : FOLDERS) {
            ObjectListing.each(from, folder, object -> copying.copy(object.key()));
        }
    }

    /**
     * The newest snapshot of what admins have made is the one that counts: the backup's, or one of a store that went on from
     * it. That of a server which was started on the empty store would take the place of all keys and accounts.
     */
    private void requireBackupsAdmins(ObjectCopying copying) throws InterruptedException {
        Optional<String> own = new AdminSnapshots(to).newestKey();
        Optional<String> kept = new AdminSnapshots(from).newestKey();
        boolean isOwnFirst = own.isPresent() && kept.isPresent() && own.get().compareTo(kept.get()) >= 0;
        if (isOwnFirst && !copying.isSame(kept.get())) {
            throw new StoreException(
                    StoreErrorKind.CONFLICT,
                    "the object store has a state of its own of projects, keys and accounts, " + own.get()
                            + ", in place of the backup's; to take the backup's, delete meta/admin/ in the object store");
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
