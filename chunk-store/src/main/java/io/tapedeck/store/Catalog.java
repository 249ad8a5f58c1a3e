package io.tapedeck.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The database of sessions, segments and recordings. What a reader may see is what the catalog says.
 *
 * <p>All methods block and may be called from any thread but an event loop; each is one transaction: it happens whole
 * or not at all. They fail with a {@link StoreException}: UNAVAILABLE or TIMEOUT when the database does not answer (the
 * outcome of a write is then unknown), CONFLICT where it says so.
 *
 * <p>Every object passes through these states: <i>intent</i> (a writer is about to put it), <i>live</i> (a commit refers
 * to it), <i>doomed</i> (nobody refers to it; it is deleted after a grace), gone.
 */
public interface Catalog extends AutoCloseable {
    /**
     * Registers a node's start: raises its epoch and returns it with what the node must know to go on.
     *
     * @param node the id kept in the node's data folder
     */
    NodeStart startNode(String node);

    /** The node's current epoch: whether a process that started earlier has been superseded. */
    long epoch(String node);

    /** What of a node's journal is committed. The caller asks before it trims and when it recovers. */
    JournalProgress journalProgress(String node);

    /**
     * The journal has been trimmed: every record below {@code number} is committed, was refused or set aside. They all count
     * as committed from now on, should somebody come with an older copy of the journal.
     */
    void forgetJournalBelow(String node, long number);

    /** Registers that the object will be put. Idempotent by key. */
    void intend(ObjectIntent intent);

    /**
     * Makes a segment live and its sessions' blocks visible: object state, block locations, session facts (joined with
     * {@link SessionFacts#plus}), each session's {@code rev}, and the journal range. Idempotent by key: a repeated
     * commit changes nothing.
     *
     * @return those of its sessions that are erased or have expired, and were left out: their chunks count as done
     * @throws StoreException CONFLICT if the node's epoch is no longer the one given, or the intent is gone or doomed
     */
    Collection<SessionKey> commitSegment(SegmentCommit commit);

    /**
     * Where the events of a session are.
     *
     * @return empty if there is no such session (never was, erased, expired)
     */
    Optional<SessionLayout> layout(SessionKey session);

    /**
     * How far sessions have come. Cheap: meant to be asked every second for all sessions that somebody follows.
     *
     * @return without those that there are not (never were, erased, expired)
     */
    Map<SessionKey, SessionProgress> progress(Collection<SessionKey> sessions);

    /**
     * What settling has to know of a session, which is bounded however long the session is.
     *
     * @param chunksMax how many chunks the blocks listed have at most, but for the last block
     * @return empty if there is no such session (never was, erased, expired)
     */
    Optional<SettlingLayout> settlingLayout(SessionKey session, int chunksMax);

    /**
     * One of a session's recordings.
     *
     * @throws StoreException NOT_FOUND if it is not the session's (any more)
     */
    LocatedRecording recording(SessionKey session, String key);

    /** One page of a project's sessions. Keyset pagination: rows that appear meanwhile shift nothing. */
    SessionPage sessions(SessionQuery query);

    /** Whether a session was erased, alone or with its project, or has expired, so that a chunk for it is refused. */
    boolean isErased(SessionKey session);

    /**
     * Takes sessions that are ready to be settled: those of which a part is due, though they live, and then those that
     * are not settled or have a tail, and are silent since {@code silentSince} (or, if every window is final, since
     * {@code finalSince}), oldest first. Each is leased to {@code holder} until
     * {@code leaseUntil}; sessions whose lease has not ended are passed over, whoever holds it. A session that was
     * settled before is left alone for a while first, the longer the more often.
     */
    List<SessionKey> leaseSettleable(
            String holder, long now, long silentSince, long finalSince, long leaseUntil, int limit);

    /** Gives a settling lease back, taken or not. */
    void releaseSettling(String holder, SessionKey session);

    /** Gives back all settling leases of a holder, which has none if it never took any. */
    void releaseSettling(String holder);

    /**
     * Replaces blocks and recordings that were read by one new recording, which is the whole session or a part of it. Ends
     * the session's lease.
     *
     * @throws StoreException CONFLICT if the session's generation is not the one read, or the session is gone; the new
     *     object's intent is then doomed. Repeating a commit that took effect changes nothing.
     */
    void commitRecording(RecordingCommit commit);

    /**
     * Takes blocks out of the hot tier all of whose chunks the session's recordings hold: repeated uploads that came
     * after settling. Raises the {@code rev} but not the generation, and ends the lease. Blocks that are not there (any
     * more): nothing.
     *
     * @throws StoreException CONFLICT if the session's generation is not the one read, or the session is gone
     */
    void releaseRepeated(SessionKey session, int generation, Collection<Long> blocks, long at);

    /** Dooms an object that was intended and will not be committed. No such intent: nothing. */
    void doom(String key, long now);

    /** Dooms intents registered before {@code before}: their writer is gone. Returns how many. */
    int doomStaleIntents(long before, long now);

    /** Keys of doomed objects to be deleted: those that held what was erased, then those doomed before {@code before}. */
    List<String> doomed(long before, int limit);

    /** The object is deleted from the object store. */
    void forget(String key, long at);

    /** Totals. Counts every session and every object, which takes the longer the more there are. */
    CatalogTotals totals();

    /** Those of the totals that follow from what is still to be done, found without looking at the rest. */
    CatalogWaiting waiting();

    /** A round trip to the database that would notice if it could not be written. */
    void check();

    @Override
    void close();

    /** @param epoch higher than any before for this node */
    record NodeStart(String node, long epoch) {}

    /**
     * Which records of a node's journal are in committed segments.
     *
     * @param ranges half-open {@code [from, to)}, ascending, neither overlapping nor adjacent
     */
    record JournalProgress(List<Range> ranges) {
        /** A half-open range of record numbers. */
        public record Range(long from, long to) {}

        public boolean contains(long number) {
            for (Range range : ranges) {
                if (number >= range.from() && number < range.to()) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * @param kind what it will hold
     * @param store which object store, as {@link AdoptionCatalog#stores} tells it
     */
    record ObjectIntent(String key, ObjectKind kind, String store, String node, long at) {}

    /** What an object holds. */
    enum ObjectKind {
        SEGMENT,
        RECORDING
    }

    /**
     * A segment that has been put.
     *
     * @param bytes its size
     * @param journalFrom first journal record in it
     * @param journalTo one past the last
     */
    record SegmentCommit(
            String key,
            String node,
            long epoch,
            long bytes,
            long journalFrom,
            long journalTo,
            long at,
            List<SegmentSession> sessions) {}

    /** What a segment holds of one session: at least one block, and the facts of all of them. */
    record SegmentSession(SessionKey session, SessionFacts facts, List<BlockRef> blocks) {}

    /**
     * Where a session's events are at one moment.
     *
     * @param rev raised by every commit that touches the session
     * @param generation raised by every recording; the base of a {@link RecordingCommit}
     * @param facts for a settled session those of the recording joined with its tail's
     * @param activeMs known once settled, else null
     * @param pinned whether retention passes it over
     * @param held whether it is under legal hold
     * @param expiresAt when retention removes it, epoch ms, or null
     * @param recordings the settled parts in order, possibly none
     * @param blocks the hot blocks, in order of commit: everything, or the tail that came after settling
     */
    record SessionLayout(
            SessionKey session,
            long rev,
            int generation,
            SessionFacts facts,
            Long activeMs,
            boolean pinned,
            boolean held,
            Long expiresAt,
            List<LocatedRecording> recordings,
            List<LocatedBlock> blocks) {}

    /**
     * What is to be settled.
     *
     * @param generation as in {@link SessionLayout}
     * @param facts as in {@link SessionLayout}
     * @param recordings keys of the settled parts, in their order
     * @param blocks hot blocks in order of commit
     * @param isComplete whether these are all hot blocks, or only the first ones
     */
    record SettlingLayout(
            SessionKey session,
            int generation,
            SessionFacts facts,
            List<String> recordings,
            List<LocatedBlock> blocks,
            boolean isComplete) {}

    /** A recording and its object. */
    record LocatedRecording(String key, long bytes, RecordingIndex index) {}

    /** A block and its segment. {@code blockId} is unique in the catalog and never used again. */
    record LocatedBlock(long blockId, String segmentKey, BlockRef block) {}

    /**
     * @param generation the generation that was read
     * @param bytes the object's size
     * @param consumedBlocks blocks that were read, of which the session's recordings, this one included, hold every chunk
     * @param replacedRecordings keys of the recordings that it replaces: those of the same part
     */
    record RecordingCommit(
            String key,
            int generation,
            long bytes,
            RecordingIndex index,
            Collection<Long> consumedBlocks,
            Collection<String> replacedRecordings,
            long at) {}

    /** Rows of each kind that settling and sweeping have not done with. */
    record CatalogWaiting(long unsettledSessions, long segments, long doomedObjects) {}

    /** Rows of each kind. */
    record CatalogTotals(long sessions, long unsettledSessions, long segments, long recordings, long doomedObjects) {}
}
