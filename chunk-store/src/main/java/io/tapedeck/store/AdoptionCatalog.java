package io.tapedeck.store;

import io.tapedeck.store.Catalog.SegmentSession;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an empty catalog takes over what an object store holds, and how a full one is gone through. Blocks, is thread-safe
 * and fails as {@link Catalog} does; each method is one transaction.
 */
public interface AdoptionCatalog {
    /** Whether no object and no session is known. */
    boolean isEmpty();

    /**
     * Says that the catalog is being made, in the place of what said so before. Nobody else may work on it until
     * {@link #endMaking}, however long that takes: what is not taken over yet looks as if nobody needed it.
     */
    void beginMaking(Making making);

    /** The catalog is whole. It was: nothing. */
    void endMaking();

    /** What makes the catalog, or was interrupted while it did; empty if the catalog is whole. */
    Optional<Making> making();

    /**
     * The object stores of the objects with the lowest and the highest key, whatever state these are in; empty if there is no
     * object. Where no process ever wrote without seeing here the store that it writes to, or nothing, that is the store of
     * all objects. Looks at no more than the two, so that objects of several stores are found out likely, not surely.
     */
    Set<String> stores();

    /**
     * Projects, keys, accounts and tokens as they were, in the place of projects and accounts that a first start made.
     * Marks: see {@link #mark}.
     */
    void restore(AdminState state);

    /** Tombstones as they were. What is there already stays. */
    void restoreTombstones(Collection<Tombstone> tombstones);

    /**
     * Makes a segment that is in the object store live, with those of its blocks that are given, and its journal range
     * done. With no blocks it is doomed. Sessions that are erased are left out. It is known: nothing.
     */
    void adoptSegment(AdoptedSegment segment);

    /**
     * Makes a recording that is in the object store live, in the place of those that it supersedes, which are doomed. Its
     * session is erased: it is doomed itself. It is known: nothing.
     *
     * @throws StoreException CONFLICT if {@code superseded} are not its session's
     */
    void adoptRecording(AdoptedRecording recording);

    /**
     * Makes known an object that nothing needs, to be deleted after the grace. It is known: nothing.
     *
     * @param urgent to be deleted at once, as what it holds was erased
     */
    void adoptDoomed(KnownObject object, String store, boolean urgent);

    /** Pins and holds of sessions that are there. */
    void mark(Collection<AdminState.Mark> marks);

    /** What admins have made, for the snapshot. */
    AdminState adminState();

    /** {@link AdminState#rev} as it is now. */
    long adminRev();

    /** Every object that is known, by key, those after {@code after} (null: from the first). */
    List<KnownObject> objects(String after, int limit);

    /** Those of these objects that are known. */
    List<KnownObject> objects(Collection<String> keys);

    /** What of a live segment sessions still have, by session; empty if it is not live or not known. */
    List<SegmentSession> segmentSessions(String key);

    /**
     * Every session that is not gone, by project and id, those after {@code after} (null: from the first).
     *
     * @param project of which alone, or null
     */
    List<SessionKey> sessionKeys(String project, SessionKey after, int limit);

    /** All tombstones of erasure, by project and name, those after {@code after} (null: from the first). */
    List<Tombstone> tombstones(Tombstone after, int limit);

    /**
     * The lasting record that something was erased.
     *
     * @param name the session's id; a user's digest; empty for a project
     * @param erasure which erasure, 0 if not known
     */
    record Tombstone(ErasureCatalog.SubjectKind kind, String project, String name, long at, long erasure) {}

    /**
     * @param node who wrote it
     * @param journalFrom first journal record in it
     * @param journalTo one past the last; nothing of the journal if equal
     * @param former those whose blocks in it are not taken over, as their chunks are elsewhere: erasing them goes after it too
     */
    record AdoptedSegment(
            String key,
            String store,
            long bytes,
            String node,
            long epoch,
            long journalFrom,
            long journalTo,
            List<SegmentSession> sessions,
            List<SessionKey> former,
            long at) {}

    /**
     * @param bytes its size
     * @param superseded keys of recordings whose chunks it all holds
     */
    record AdoptedRecording(
            String key, String store, long bytes, RecordingIndex index, Collection<String> superseded, long at) {}

    /** @param since when it came into its state, epoch ms */
    record KnownObject(String key, Catalog.ObjectKind kind, ObjectState state, long bytes, long since) {}

    /** How a catalog is made anew. */
    enum Making {
        /** From an object store that has all there is. */
        REINDEX,
        /** From an object store that a backup is copied into first. */
        RESTORE
    }

    /** Where an object is between being announced and being gone. */
    enum ObjectState {
        INTENT,
        LIVE,
        DOOMED
    }
}
