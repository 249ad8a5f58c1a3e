package io.tapedeck.store.upkeep;

import io.tapedeck.store.AdoptionCatalog;
import io.tapedeck.store.AdoptionCatalog.KnownObject;
import io.tapedeck.store.AdoptionCatalog.ObjectState;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.Catalogs;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectListing;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.ObjectStore.StoredObject;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.block.SegmentFooter;
import io.tapedeck.store.upkeep.VerifyReport.Trouble;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Goes through everything that is stored and says what is not as it should be: each object that the catalog refers to is
 * there, each block, frame and marker track is readable and what its reference says, each chunk is in one place. Changes
 * nothing. Blocks; used by one thread; holds one object's description and one frame at a time.
 *
 * <p>It may run beside a server: what was replaced while it looked is looked at again, and no trouble. An outage ends it
 * with the outage's exception; it is never taken for missing data.
 *
 * <pre>
 *   objects    what the catalog knows: size, footer or index, blocks or frames, against the catalog's own rows
 *   sessions   what each session is made of: each chunk once, every object live, the events that its facts count
 *   store      what the object store holds and the catalog does not know
 * </pre>
 */
public final class Verifier {
    private static final int PAGE = 500;
    private static final List<String> FOLDERS = List.of(ObjectFolders.RECORDINGS, ObjectFolders.SEGMENTS);

    private final Catalog catalog;
    private final AdoptionCatalog adoption;
    private final ObjectStore objects;
    private final StoredObjects stored;
    private final VerifyReport report;

    public Verifier(Catalogs catalogs, ObjectStore objects, VerifyReport report) {
        this.catalog = catalogs.catalog();
        this.adoption = catalogs.adoption();
        this.objects = objects;
        this.stored = new StoredObjects(objects);
        this.report = report;
    }

    /**
     * Verifies everything.
     *
     * @param from where an earlier run had got to, as it reported, or null for all
     * @throws IllegalArgumentException if {@code from} is no such place
     */
    public void verifyAll(String from) throws InterruptedException {
        VerifyPosition start = from == null ? VerifyPosition.START : VerifyPosition.parse(from);
        if (start.isIn(VerifyPosition.Phase.OBJECTS)) {
            objects(start.key());
        }
        if (start.isIn(VerifyPosition.Phase.OBJECTS) || start.isIn(VerifyPosition.Phase.SESSIONS)) {
            sessions(start.isIn(VerifyPosition.Phase.SESSIONS) ? start.session() : null, null);
        }
        orphans(start.isIn(VerifyPosition.Phase.STORE) ? start.key() : null);
    }

    /**
     * Verifies the sessions of a project, with the objects that they are in.
     *
     * @throws StoreException NOT_FOUND if there is neither such a project nor a session of one
     */
    public void verifyProject(String project) throws InterruptedException {
        if (adoption.sessionKeys(project, null, 1).isEmpty()
                && adoption.adminState().projects().stream()
                        .noneMatch(one -> one.slug().equals(project))) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "there is no such project");
        }
        sessions(null, project);
    }

    /**
     * Verifies one session, with the objects that it is in.
     *
     * @throws StoreException NOT_FOUND if there is no such session
     */
    public void verifySession(SessionKey session) throws InterruptedException {
        SessionLayout layout = catalog.layout(session)
                .orElseThrow(() -> new StoreException(StoreErrorKind.NOT_FOUND, "there is no such session"));
        session(layout);
        contents(layout);
    }

    private void objects(String from) throws InterruptedException {
        String after = from;
        List<KnownObject> page;
        do {
            page = adoption.objects(after, PAGE);
            for (KnownObject object : page) {
                object(object);
                after = object.key();
                report.at(VerifyPosition.objects(after));
            }
        } while (page.size() == PAGE);
    }

    private void object(KnownObject object) throws InterruptedException {
        if (object.state() != ObjectState.LIVE) {
            report.counts().pending++;
            return;
        }
        try {
            long size = stored.size(object.key());
            if (size != object.bytes()) {
                trouble(object.key(), Trouble.MISMATCH, "has " + size + " bytes, not " + object.bytes());
            }
            if (object.kind() == ObjectKind.SEGMENT) {
                segment(object.key(), adoption.segmentSessions(object.key()));
            } else {
                recording(object.key(), stored.index(object.key()));
            }
            report.counts().bytes += size;
        } catch (StoreException e) {
            unreadable(object.key(), e);
        }
    }

    private void segment(String key, List<SegmentSession> sessions) throws InterruptedException {
        report.counts().segments++;
        SegmentFooter footer = stored.footer(key);
        Set<Placed> placed = new HashSet<>();
        footer.sessions()
                .forEach(held -> held.blocks().forEach(block -> placed.add(new Placed(held.session(), block))));
        for (SegmentSession held : sessions) {
            for (BlockRef block : held.blocks()) {
                if (!placed.contains(new Placed(held.session(), block))) {
                    trouble(
                            key,
                            Trouble.MISMATCH,
                            "its footer has no block as the catalog has it for " + held.session());
                }
            }
            stored.checkBlocks(key, held.blocks());
            report.counts().blocks += held.blocks().size();
        }
    }

    private record Placed(SessionKey session, BlockRef block) {}

    private void recording(String key, RecordingIndex index) throws InterruptedException {
        report.counts().recordings++;
        try {
            RecordingIndex known = catalog.recording(index.session(), key).index();
            if (!isSame(known, index)) {
                trouble(key, Trouble.MISMATCH, "its index is not the one that the catalog has");
            }
        } catch (StoreException e) {
            if (e.kind() != StoreErrorKind.NOT_FOUND) {
                throw e;
            }
            if (isLive(key)) {
                trouble(key, Trouble.MISMATCH, "no session has it, though the catalog takes it for live");
            }
            return;
        }
        stored.checkRecording(key, index);
        report.counts().frames += index.frames().size();
        report.counts().markerTracks++;
    }

    /** Facts are left aside: the catalog keeps them in a form that cannot hold every text. */
    private static boolean isSame(RecordingIndex a, RecordingIndex b) {
        return a.part() == b.part()
                && a.frames().equals(b.frames())
                && a.chunks().equals(b.chunks())
                && a.markersOffset() == b.markersOffset()
                && a.markersLength() == b.markersLength()
                && a.facts().events() == b.facts().events();
    }

    /** @param project of which alone, with the objects; or null */
    private void sessions(SessionKey from, String project) throws InterruptedException {
        SessionKey after = from;
        List<SessionKey> page;
        do {
            page = adoption.sessionKeys(project, after, PAGE);
            for (SessionKey key : page) {
                Optional<SessionLayout> layout = layout(key);
                if (layout.isPresent()) {
                    session(layout.get());
                    if (project != null) {
                        contents(layout.get());
                    }
                }
                after = key;
                report.at(VerifyPosition.session(key));
            }
        } while (page.size() == PAGE);
    }

    /** Nothing also if the catalog cannot read its own rows, which is a trouble of that session alone. */
    private Optional<SessionLayout> layout(SessionKey key) {
        try {
            return catalog.layout(key);
        } catch (StoreException e) {
            if (e.kind() != StoreErrorKind.CORRUPT && e.kind() != StoreErrorKind.UNSUPPORTED_VERSION) {
                throw e;
            }
            trouble(name(key), Trouble.CORRUPT, e.getMessage());
            return Optional.empty();
        }
    }

    private static String name(SessionKey key) {
        return key.project() + "/" + key.session();
    }

    private void session(SessionLayout layout) {
        VerifyCounts counts = report.counts();
        counts.sessions++;
        SessionChunks chunks = new SessionChunks();
        long events = 0;
        Set<String> keys = new HashSet<>();
        for (LocatedRecording recording : layout.recordings()) {
            keys.add(recording.key());
            events += recording.index().facts().events();
            if (chunks.addAll(recording.index()) > 0) {
                trouble(recording.key(), Trouble.DUPLICATE, "has chunks that another recording of its session has");
            }
        }
        for (LocatedBlock located : layout.blocks()) {
            keys.add(located.segmentKey());
            events += located.block().events();
            counts.repeatedChunks += chunks.addAll(located.block());
        }
        counts.chunks += chunks.count();
        counts.events += events;
        String name = name(layout.session());
        if (events != layout.facts().events()) {
            trouble(
                    name,
                    Trouble.MISMATCH,
                    "has " + events + " events, its facts count "
                            + layout.facts().events());
        }
        Set<String> live = new HashSet<>();
        adoption.objects(keys).stream()
                .filter(object -> object.state() == ObjectState.LIVE)
                .forEach(object -> live.add(object.key()));
        keys.removeAll(live);
        // What the session was made of may have been replaced since its layout was read.
        if (!keys.isEmpty() && isUnchanged(layout)) {
            keys.forEach(key -> trouble(name, Trouble.MISSING, "refers to " + key + ", which is not live"));
        }
    }

    private boolean isUnchanged(SessionLayout layout) {
        return catalog.layout(layout.session())
                .filter(now -> now.rev() == layout.rev())
                .isPresent();
    }

    private void contents(SessionLayout layout) throws InterruptedException {
        for (LocatedRecording recording : layout.recordings()) {
            try {
                recording(recording.key(), stored.index(recording.key()));
            } catch (StoreException e) {
                unreadable(recording.key(), e);
            }
        }
        for (LocatedBlock located : layout.blocks()) {
            try {
                stored.checkBlocks(located.segmentKey(), List.of(located.block()));
                report.counts().blocks++;
            } catch (StoreException e) {
                unreadable(located.segmentKey(), e);
            }
        }
    }

    private void orphans(String from) throws InterruptedException {
        for (String folder : FOLDERS) {
            if (from != null && from.compareTo(folder) > 0 && !from.startsWith(folder)) {
                continue;
            }
            String after = from != null && from.startsWith(folder) ? from : null;
            ObjectListing.eachPage(objects, folder, after, page -> {
                orphansAmong(page);
                report.counts().listed += page.size();
                report.at(VerifyPosition.store(page.get(page.size() - 1).key()));
            });
        }
    }

    /** Asked after listing: an object is known before it is put, and forgotten after it is deleted. */
    private void orphansAmong(List<StoredObject> page) throws InterruptedException {
        Set<String> known = new HashSet<>();
        adoption.objects(page.stream().map(StoredObject::key).toList()).forEach(object -> known.add(object.key()));
        for (StoredObject object : page) {
            if (!known.contains(object.key()) && isThere(object.key())) {
                trouble(object.key(), Trouble.ORPHAN, "is in the object store, and the catalog does not know it");
            }
        }
    }

    private boolean isThere(String key) throws InterruptedException {
        try {
            stored.size(key);
            return true;
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private void unreadable(String key, StoreException why) {
        boolean missing = why.kind() == StoreErrorKind.NOT_FOUND;
        if (!missing && why.kind() != StoreErrorKind.CORRUPT && why.kind() != StoreErrorKind.UNSUPPORTED_VERSION) {
            throw why;
        }
        if (isLive(key)) {
            trouble(
                    key,
                    missing ? Trouble.MISSING : Trouble.CORRUPT,
                    missing ? "is not in the object store" : why.getMessage());
        }
    }

    private boolean isLive(String key) {
        return adoption.objects(List.of(key)).stream().anyMatch(object -> object.state() == ObjectState.LIVE);
    }

    private void trouble(String where, Trouble trouble, String what) {
        report.trouble(where, trouble, what);
    }
}
