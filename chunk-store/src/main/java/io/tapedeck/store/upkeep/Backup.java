package io.tapedeck.store.upkeep;

import io.tapedeck.store.AdoptionCatalog;
import io.tapedeck.store.AdoptionCatalog.KnownObject;
import io.tapedeck.store.AdoptionCatalog.ObjectState;
import io.tapedeck.store.Calls;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectListing;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.meta.AdminSnapshots;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Copies everything that is live, and all of {@code meta/}, to another object store. What is there already is left as it is,
 * as objects never change. May run beside a server. Blocks; used once, by one thread.
 *
 * <p>It is complete as of its start: whatever was committed by then is in the copy. Objects that are replaced while it runs
 * stay readable for the grace; so it goes through the catalog again until it did so within the grace and missed none. The
 * journal is not part of it.
 */
public final class Backup {
    private static final int PAGE = 500;
    private static final int PASSES_MAX = 20;
    private static final List<String> FOLDERS =
            List.of(ObjectFolders.RECORDINGS, ObjectFolders.SEGMENTS, ObjectFolders.META);

    private final AdoptionCatalog adoption;
    private final ObjectStore from;
    private final ObjectStore to;
    private final long graceMs;
    private final Clock clock;
    private final CopyReport report;
    private final ObjectCopying copying;

    /**
     * @param from the store as it is, without decryption
     * @param temporary a folder for one object at a time
     * @param graceMs how long replaced objects stay
     */
    public Backup(
            AdoptionCatalog adoption,
            ObjectStore from,
            ObjectStore to,
            Path temporary,
            long graceMs,
            Clock clock,
            CopyReport report) {
        this.adoption = adoption;
        this.from = from;
        this.to = to;
        this.graceMs = graceMs;
        this.clock = clock;
        this.report = report;
        this.copying = new ObjectCopying(from, to, temporary, report);
    }

    /**
     * Copies.
     *
     * @param prune whether to delete from the copy what the store does not have any more
     * @throws StoreException UNAVAILABLE if objects go faster than they can be copied; NOT_FOUND if a live one is missing;
     *     CONFLICT, and nothing is copied or deleted, if the copy to prune is another installation's or a later state's
     */
    public void run(boolean prune) throws InterruptedException {
        if (prune) {
            requireOwnCopy();
        }
        // Erasures first, so that a backup that is cut short knows of them.
        ObjectListing.each(from, ObjectFolders.TOMBSTONES, object -> copying.copy(object.key()));
        boolean complete = false;
        for (int pass = 0; !complete; pass++) {
            if (pass == PASSES_MAX) {
                throw new StoreException(
                        StoreErrorKind.UNAVAILABLE, "objects are replaced faster than they can be copied");
            }
            long startedAt = clock.millis();
            complete = pass(startedAt) && clock.millis() - startedAt <= graceMs;
        }
        ObjectListing.each(from, ObjectFolders.META, object -> copying.copy(object.key()));
        if (prune) {
            prune();
        }
    }

    /**
     * Reads all of the copy and of what it is a copy of, and compares them. Changes nothing.
     *
     * @throws StoreException CORRUPT at the first object that is not the same in both
     */
    public void compare() throws InterruptedException {
        for (String folder : FOLDERS) {
            ObjectListing.each(to, folder, object -> {
                // What is replaced meanwhile is in one of them only, and was the same before.
                if (!copying.isSame(object.key())
                        && ObjectCopying.size(from, object.key()).isPresent()) {
                    throw new StoreException(
                            StoreErrorKind.CORRUPT,
                            object.key() + " is not the same in the backup as in the object store: if tapedeck verify"
                                    + " finds the store sound, delete it in the backup, and back up again");
                }
            });
        }
    }

    /** Goes through the catalog once; false if something that was live at the beginning is gone. */
    private boolean pass(long startedAt) throws InterruptedException {
        boolean complete = true;
        String after = null;
        List<KnownObject> page;
        do {
            page = adoption.objects(after, PAGE);
            for (KnownObject object : page) {
                after = object.key();
                boolean wasLive = object.state() == ObjectState.LIVE
                        || (object.state() == ObjectState.DOOMED && object.since() >= startedAt);
                if (wasLive && !copying.copy(after)) {
                    requireReplaced(after);
                    complete = false;
                }
            }
        } while (page.size() == PAGE);
        return complete;
    }

    private void requireReplaced(String key) {
        if (adoption.objects(List.of(key)).stream().anyMatch(object -> object.state() == ObjectState.LIVE)) {
            throw new StoreException(
                    StoreErrorKind.NOT_FOUND, key + " is live and not in the object store; see tapedeck verify");
        }
    }

    /**
     * What a store does not have any more was deleted there, or the store was begun anew: then the copy is all that is left.
     * It holds a snapshot of what admins have made that this store has not come to, or has another one of.
     */
    private void requireOwnCopy() throws InterruptedException {
        Optional<String> copied = new AdminSnapshots(to).newestKey();
        if (copied.isEmpty()) {
            return;
        }
        String key = copied.get();
        Optional<String> own = new AdminSnapshots(from).newestKey();
        boolean isAhead = own.isEmpty() || own.get().compareTo(key) < 0;
        if (isAhead || (ObjectCopying.size(from, key).isPresent() && !copying.isSame(key))) {
            throw new StoreException(
                    StoreErrorKind.CONFLICT,
                    "the backup holds " + key + ", which this store never wrote: it is another installation's, or this"
                            + " store was reset; nothing was pruned; restore the backup, or back up to another place");
        }
    }

    private void prune() throws InterruptedException {
        for (String folder : FOLDERS) {
            ObjectListing.each(to, folder, object -> {
                if (!object.key().startsWith(ObjectFolders.TOMBSTONES)
                        && ObjectCopying.size(from, object.key()).isEmpty()) {
                    Calls.await(to.delete(object.key()));
                    report.deleted(object.key());
                }
            });
        }
    }
}
