package io.tapedeck.store.upkeep;

import io.tapedeck.store.AdminState;
import io.tapedeck.store.AdoptionCatalog;
import io.tapedeck.store.AdoptionCatalog.Making;
import io.tapedeck.store.AdoptionCatalog.Tombstone;
import io.tapedeck.store.Catalogs;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectListing;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.meta.AdminSnapshots;
import io.tapedeck.store.meta.TombstoneFiles;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes an empty catalog anew from what is in the object store, in this order:
 *
 * <pre>
 *   admins' state   projects, keys, accounts, tokens, from the newest snapshot
 *   tombstones      so that nothing that was erased comes back
 *   recordings      session by session: of several that hold the same chunks the fullest; see {@link SessionRecordings}
 *   segments        their blocks, but for those whose chunks are known already; see {@link SegmentAdoption}
 *   marks           pins and holds of the sessions that are there
 * </pre>
 *
 * <p>From the first step to the last the catalog says that it is being made, so that whatever else would open it refuses:
 * until the marks are there, sessions under legal hold expire like any others.
 *
 * <p>What nothing needs is doomed, and so deleted after the grace once upkeep runs; only where what replaces it has been
 * read through. What cannot be read is reported and passed over, and stays in the object store. Each step may be repeated:
 * what is known already is left as it is. Blocks; used by one thread; the server must not run.
 */
public final class Reindexer {
    private static final int PAGE = 500;

    private final AdoptionCatalog adoption;
    private final ObjectStore objects;
    private final ReindexReport report;
    private final SessionRecordings recordings;
    private final SegmentAdoption segments;

    /** @param objectStoreId names the object store in the catalog */
    public Reindexer(Catalogs catalogs, ObjectStore objects, String objectStoreId, Clock clock, ReindexReport report) {
        this.adoption = catalogs.adoption();
        this.objects = objects;
        this.report = report;
        Adopting adopting = new Adopting(catalogs, objects, objectStoreId, clock, report);
        this.recordings = new SessionRecordings(adopting);
        this.segments = new SegmentAdoption(adopting);
    }

    /**
     * Makes the catalog anew, or goes on where an earlier run was interrupted.
     *
     * @param goOn whether to go on also where nothing says that there was an earlier run
     * @throws StoreException CONFLICT if the catalog is not empty, nothing says that it is half made, and {@code goOn} is
     *     not set; an outage's exception
     */
    public void run(boolean goOn) throws InterruptedException {
        if (!goOn && adoption.making().isEmpty() && !adoption.isEmpty()) {
            throw new StoreException(StoreErrorKind.CONFLICT, "the catalog is not empty");
        }
        adoption.beginMaking(Making.REINDEX);
        Optional<AdminState> state = adminState();
        state.ifPresent(adoption::restore);
        tombstones();
        ObjectListing.each(objects, ObjectFolders.RECORDINGS, object -> {
            recordings.add(object.key());
            report.reached(object.key());
        });
        recordings.finish();
        ObjectListing.each(objects, ObjectFolders.SEGMENTS, object -> {
            segments.add(object.key());
            report.reached(object.key());
        });
        segments.finish();
        state.ifPresent(this::mark);
        adoption.endMaking();
    }

    private Optional<AdminState> adminState() throws InterruptedException {
        try {
            Optional<AdminState> state = new AdminSnapshots(objects).newest();
            state.ifPresent(found -> {
                report.counts().projects += found.projects().size();
                report.counts().keys += found.keys().size();
                report.counts().accounts += found.accounts().size();
            });
            return state;
        } catch (StoreException e) {
            report.passedOver(ObjectFolders.ADMIN, e);
            return Optional.empty();
        }
    }

    private void tombstones() throws InterruptedException {
        TombstoneFiles files = new TombstoneFiles(objects);
        String after = null;
        List<String> page;
        do {
            page = files.keys(after, PAGE);
            List<Tombstone> read = new ArrayList<>();
            for (String key : page) {
                after = key;
                try {
                    read.add(files.read(key));
                } catch (StoreException e) {
                    report.passedOver(key, e);
                }
            }
            adoption.restoreTombstones(read);
            report.counts().tombstones += read.size();
            report.counts().erasedProjects += read.stream()
                    .filter(one -> one.kind() == SubjectKind.PROJECT)
                    .count();
        } while (page.size() == PAGE);
    }

    private void mark(AdminState state) {
        List<AdminState.Mark> marks = state.marks();
        for (int from = 0; from < marks.size(); from += PAGE) {
            adoption.mark(marks.subList(from, Math.min(marks.size(), from + PAGE)));
        }
        report.counts().marks += marks.size();
    }
}
