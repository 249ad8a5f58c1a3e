package io.tapedeck.store.catalog;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.Packing.NumberedBlock;
import io.tapedeck.store.catalog.Packing.SessionBlocks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One commit of a segment, within one transaction, in this order:
 *
 * <pre>
 *   lock the node, check its epoch
 *   the segment: intent → live                 or: it was committed before, nothing to do
 *   lock the rows of all sessions              those there in the order of their keys, then new ones in that order
 *   which of them are erased or have expired?  asked under the lock: an eraser is before or after, never between
 *   join the facts, write the packed rows      nobody else can have joined in between; this raises the revs
 *   index rows and terms, where due; the mark of those of which a part is due
 *   the journal's range
 * </pre>
 *
 * <p>Each step is a few statements over all sessions, however many there are.
 */
final class SegmentCommitting {
    /** A block's id is its segment's number, shifted by so many bits, and its index in the segment. */
    static final int BLOCK_BITS = 20;

    private static final int BLOCKS_MAX = 1 << BLOCK_BITS;

    private final SegmentCommit commit;
    private final SortedMap<SessionKey, SessionBlocks> sessions;
    private final long firstSessionNumber;
    private final PartBounds parts;

    /** @param firstSessionNumber first of as many unused numbers as the commit has sessions */
    SegmentCommitting(SegmentCommit commit, long firstSessionNumber, PartBounds parts) {
        this.commit = commit;
        this.parts = parts;
        this.firstSessionNumber = firstSessionNumber;
        this.sessions = numbered(commit.sessions());
    }

    /** A session's row as it was before this commit, but for the rev: that is the one of this commit. */
    private record Locked(
            long number,
            SessionKey session,
            long rev,
            String facts,
            long bytesStored,
            boolean settled,
            long indexedAt,
            long hotBytes,
            long hotSince) {
        static Locked of(ResultSet row) throws SQLException {
            return new Locked(
                    row.getLong(1),
                    new SessionKey(row.getString(2), row.getString(3)),
                    row.getLong(4) + 1,
                    row.getString(5),
                    row.getLong(6),
                    row.getInt(7) == 1,
                    row.getLong(8),
                    row.getLong(9),
                    row.getLong(10));
        }

        boolean isNew() {
            return facts == null;
        }

        /** When the first chunk was received of what is hot once something received then is added. */
        long hotSince(long addedSince) {
            return hotSince == 0 ? addedSince : Math.min(hotSince, addedSince);
        }
    }

    Collection<SessionKey> run(Transaction transaction) throws SQLException {
        Nodes.lock(transaction, commit.node(), commit.epoch());
        Optional<Long> segment = ObjectLedger.commitSegment(
                transaction,
                commit.key(),
                commit.bytes(),
                sessions.values().stream().mapToLong(SessionBlocks::bytes).sum(),
                sessions.size(),
                commit.at());
        if (segment.isEmpty()) {
            requireRepeated(transaction);
            return Tombstones.among(transaction, sessions.keySet()).keySet();
        }
        List<Locked> locked = lock(transaction);
        Map<SessionKey, Long> erasures = Tombstones.among(transaction, sessions.keySet());
        buryErasedUsers(transaction, locked, erasures);
        Set<SessionKey> gone = erasures.keySet();
        if (!gone.isEmpty() || sessions.isEmpty()) {
            leaveOut(transaction, segment.get(), locked, erasures);
        }
        write(transaction, segment.get(), locked, gone);
        Nodes.addRange(transaction, commit.node(), commit.journalFrom(), commit.journalTo());
        return gone;
    }

    static long blockId(long segment, NumberedBlock block) {
        return (segment << BLOCK_BITS) | block.index();
    }

    /** Blocks get their indexes in the order in which the commit lists them. */
    static SortedMap<SessionKey, SessionBlocks> numbered(List<SegmentSession> listed) {
        SortedMap<SessionKey, SessionBlocks> sessions = new TreeMap<>();
        int next = 0;
        for (SegmentSession one : listed) {
            if (one.blocks().isEmpty()) { // nothing could ever consume its facts
                throw new IllegalArgumentException("a segment's session has at least one block");
            }
            List<NumberedBlock> blocks = new ArrayList<>(one.blocks().size());
            for (BlockRef block : one.blocks()) {
                blocks.add(new NumberedBlock(next++, block));
            }
            sessions.merge(one.session(), new SessionBlocks(one.facts(), blocks), SegmentCommitting::joined);
        }
        if (next > BLOCKS_MAX) {
            throw new IllegalArgumentException("a segment has at most " + BLOCKS_MAX + " blocks");
        }
        return sessions;
    }

    private static SessionBlocks joined(SessionBlocks first, SessionBlocks second) {
        List<NumberedBlock> blocks = new ArrayList<>(first.blocks());
        blocks.addAll(second.blocks());
        return new SessionBlocks(first.facts().plus(second.facts()), blocks);
    }

    /** The object is no intent: fine if this very commit took effect before. */
    private void requireRepeated(Transaction transaction) throws SQLException {
        Optional<Boolean> wasCommitted = ObjectLedger.wasCommitted(transaction, commit.key());
        // A segment may be settled away and forgotten before its writer learns that it was committed.
        boolean repeated = wasCommitted.isPresent()
                ? wasCommitted.get()
                : Nodes.covers(transaction, commit.node(), commit.journalFrom(), commit.journalTo());
        if (!repeated) {
            throw new StoreException(StoreErrorKind.CONFLICT, "segment " + commit.key() + " is not intended any more");
        }
    }

    private List<Locked> lock(Transaction transaction) throws SQLException {
        List<Locked> locked = lockThere(transaction);
        Set<SessionKey> missing = new TreeSet<>(sessions.keySet());
        locked.forEach(session -> missing.remove(session.session()));
        locked.addAll(make(transaction, missing));
        return locked;
    }

    /** Without writing them, as they are written once all is known. */
    private List<Locked> lockThere(Transaction transaction) throws SQLException {
        List<Object[]> keys = new ArrayList<>(sessions.size());
        for (SessionKey session : sessions.keySet()) {
            keys.add(new Object[] {keys.size(), session.project(), session.session()});
        }
        return transaction.queryRows("""
                select s.number, s.project, s.id, s.rev, s.facts, s.bytes_stored, s.settled, s.indexed_at, s.hot_bytes,
                    s.hot_since
                from (values %s) k cross join session s where s.project = k.column2 and s.id = k.column3
                order by k.column1""" + transaction.forUpdateOf("s"), "(?, ?, ?)", keys, Locked::of);
    }

    /** Another gateway may make them meanwhile. */
    private List<Locked> make(Transaction transaction, Set<SessionKey> missing) throws SQLException {
        List<Object[]> rows = new ArrayList<>(missing.size());
        long number = firstSessionNumber;
        for (SessionKey session : missing) {
            rows.add(new Object[] {number++, session.project(), session.session()});
        }
        return transaction.queryRows("""
                insert into session (number, project, id, rev) values %s
                on conflict (project, id) do update set rev = session.rev
                returning number, project, id, rev, facts, bytes_stored, settled, indexed_at, hot_bytes, hot_since""", "(?, ?, ?, 0)", rows, Locked::of);
    }

    /** Sessions that turn out to carry a user who was erased since they began are gone too: added to {@code erasures}. */
    private void buryErasedUsers(Transaction transaction, List<Locked> locked, Map<SessionKey, Long> erasures)
            throws SQLException {
        Map<SessionKey, SessionFacts> identified = new HashMap<>();
        sessions.forEach((session, added) -> {
            if (!added.facts().userIds().isEmpty() && !erasures.containsKey(session)) {
                identified.put(session, added.facts());
            }
        });
        Map<SessionKey, Tombstones.ErasedUser> erased = Tombstones.ofUsers(transaction, identified);
        for (Locked session : erased.isEmpty() ? List.<Locked>of() : locked) {
            Tombstones.ErasedUser user = erased.get(session.session());
            if (user != null && firstReceivedAt(session) <= user.at() && !isHeld(transaction, session)) {
                Tombstones.bury(transaction, session.session(), user.erasure(), session.isNew(), commit.at());
                erasures.put(session.session(), user.erasure());
            }
        }
    }

    private long firstReceivedAt(Locked session) {
        long added = sessions.get(session.session()).facts().firstReceivedAt();
        return session.isNew()
                ? added
                : Math.min(added, Packing.facts(session.facts()).firstReceivedAt());
    }

    private static boolean isHeld(Transaction transaction, Locked session) throws SQLException {
        return transaction.number("select held from session where number = ?", session.number()) == 1;
    }

    /** Takes back what locking made of sessions that are gone. */
    private void leaveOut(Transaction transaction, long segment, List<Locked> locked, Map<SessionKey, Long> erasures)
            throws SQLException {
        List<Object[]> made = new ArrayList<>();
        for (Locked session : locked) {
            if (session.isNew() && erasures.containsKey(session.session())) {
                made.add(new Object[] {session.number()});
            }
        }
        transaction.batch("delete from session where number = ?", made);
        for (Long erasure : new HashSet<>(erasures.values())) {
            if (erasure != null) {
                ErasedObjects.noteSegment(transaction, erasure, segment);
            }
        }
        long bytes = erasures.keySet().stream()
                .mapToLong(session -> sessions.get(session).bytes())
                .sum();
        ObjectLedger.removeSessions(
                transaction, List.of(new ObjectLedger.SegmentLoss(segment, erasures.size(), bytes)), commit.at());
    }

    private void write(Transaction transaction, long segment, List<Locked> locked, Set<SessionKey> gone)
            throws SQLException {
        List<Object[]> facts = new ArrayList<>();
        List<Object[]> packed = new ArrayList<>();
        List<SessionIndex.Entry> entries = new ArrayList<>();
        List<Terms.Found> found = new ArrayList<>();
        List<Long> due = new ArrayList<>();
        for (Locked session : locked) {
            if (gone.contains(session.session())) {
                continue;
            }
            SessionBlocks added = sessions.get(session.session());
            SessionFacts before = session.isNew() ? null : Packing.facts(session.facts());
            SessionFacts after = before == null ? added.facts() : before.plus(added.facts());
            Set<Terms.Term> newTerms = before == null ? Terms.of(after) : Terms.added(before, after);
            boolean indexed = session.isNew()
                    || session.settled()
                    || !newTerms.isEmpty()
                    || SessionIndex.isRecorded(before) != SessionIndex.isRecorded(after)
                    || commit.at() - session.indexedAt() >= SessionIndex.AGE_MAX_MS;
            if (indexed) {
                entries.add(new SessionIndex.Entry(session.number(), session.session(), after, false));
            }
            if (!newTerms.isEmpty()) {
                found.add(new Terms.Found(session.session().project(), session.number(), newTerms));
            }
            long hotBytes = session.hotBytes() + weight(added);
            long hotSince = session.hotSince(added.facts().firstReceivedAt());
            if (parts.isDue(hotBytes, hotSince, commit.at())) {
                due.add(session.number());
            }
            facts.add(new Object[] {
                Packing.facts(after),
                session.bytesStored() + added.bytes(),
                after.lastReceivedAt(),
                after.isFinal() ? 1 : 0,
                indexed ? commit.at() : session.indexedAt(),
                hotBytes,
                hotSince,
                session.rev(),
                session.number()
            });
            packed.add(new Object[] {session.number(), segment, session.rev(), Packing.blocks(added)});
        }
        transaction.batch("""
                update session set facts = ?, bytes_stored = ?, last_received_at = ?, is_final = ?, indexed_at = ?,
                    hot_bytes = ?, hot_since = ?, rev = ?, settled = 0
                where number = ?""", facts);
        transaction.batch(
                "insert into segment_session (session_number, segment_number, rev, packed) values (?, ?, ?, ?)",
                packed);
        SessionIndex.write(transaction, entries);
        SettlingLeases.markDue(transaction, due);
        Terms.add(transaction, found);
    }

    private static long weight(SessionBlocks blocks) {
        long weight = 0;
        for (NumberedBlock one : blocks.blocks()) {
            weight += PartBounds.weight(one.block());
        }
        return weight;
    }
}
