package io.tapedeck.store.catalog;

import io.tapedeck.store.CompactionCatalog.RewriteCommit;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.Packing.SessionBlocks;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * One segment takes the place of others, within one transaction, in this order:
 *
 * <pre>
 *   the new segment: intent → live              or: it was committed before, nothing to do
 *   raise the rev of every session in it        this locks their rows: nobody changes what they have of the old segments
 *   is exactly what was copied still live?      or: conflict
 *   the rows of the old segments                become rows of the new one, at their places in the order of commits
 *   the old segments: doomed                    without a grace if they held what was erased
 * </pre>
 */
final class SegmentRewriting {
    private final Transaction transaction;
    private final RewriteCommit commit;

    SegmentRewriting(Transaction transaction, RewriteCommit commit) {
        this.transaction = transaction;
        this.commit = commit;
    }

    /** A session's blocks in an old segment. */
    private record OldRow(long session, long segment, long rev, SessionBlocks blocks) {}

    void run() throws SQLException {
        SortedMap<SessionKey, SessionBlocks> sessions = SegmentCommitting.numbered(commit.sessions());
        long segment = 0;
        if (commit.key() != null) {
            segment = ObjectLedger.commitSegment(
                            transaction,
                            commit.key(),
                            commit.bytes(),
                            sessions.values().stream()
                                    .mapToLong(SessionBlocks::bytes)
                                    .sum(),
                            sessions.size(),
                            commit.at())
                    .orElse(0L);
            if (segment == 0) {
                requireRepeated();
                return;
            }
        } else if (isDone()) {
            return;
        }
        Map<Long, SessionKey> locked = lock(sessions.keySet());
        List<Long> replaced = replaced();
        Map<Long, Long> revs = takeOut(rows(replaced), locked);
        insert(segment, sessions, locked, revs);
        for (long old : replaced) {
            transaction.update("""
                    update object set state = 2, doomed_at = ?, live_sessions = 0, live_bytes = 0, lease_holder = null,
                        lease_until = 0
                    where number = ?""", commit.at(), old);
        }
    }

    private void requireRepeated() throws SQLException {
        if (!ObjectLedger.wasCommitted(transaction, commit.key()).orElse(false)) {
            throw conflict("segment " + commit.key() + " is not intended any more");
        }
    }

    /** Nothing was live in the old segments, and they are doomed already. */
    private boolean isDone() throws SQLException {
        return replaced().isEmpty();
    }

    private Map<Long, SessionKey> lock(Set<SessionKey> sessions) throws SQLException {
        Map<Long, SessionKey> locked = new HashMap<>();
        for (SessionRemoval.Locked session : SessionRemoval.lock(transaction, sessions)) {
            locked.put(session.number(), session.session());
        }
        if (locked.size() != sessions.size()) {
            throw conflict("a session is gone");
        }
        return locked;
    }

    /** The numbers of the old segments, ascending; those that are doomed already are left out. */
    private List<Long> replaced() throws SQLException {
        return transaction
                .queryRows(
                        "select number from object where kind = 0 and state = 1 and key in (%s)",
                        "?",
                        commit.replaced().stream()
                                .map(key -> new Object[] {key})
                                .toList(),
                        row -> row.getLong(1))
                .stream()
                .sorted()
                .toList();
    }

    private List<OldRow> rows(List<Long> segments) throws SQLException {
        return transaction.queryRows(
                "select session_number, segment_number, rev, packed from segment_session where segment_number in (%s)",
                "?",
                segments.stream().map(number -> new Object[] {number}).toList(),
                row -> new OldRow(row.getLong(1), row.getLong(2), row.getLong(3), Packing.blocks(row.getBytes(4))));
    }

    /** Takes the old rows out; returns the place of each session in the order of commits. */
    private Map<Long, Long> takeOut(List<OldRow> rows, Map<Long, SessionKey> locked) throws SQLException {
        Set<Long> live = new HashSet<>();
        Map<Long, Long> revs = new HashMap<>();
        List<Object[]> keys = new ArrayList<>();
        for (OldRow row : rows) {
            row.blocks().blocks().forEach(block -> live.add(SegmentCommitting.blockId(row.segment(), block)));
            revs.merge(row.session(), row.rev(), Math::min);
            keys.add(new Object[] {row.session(), row.segment()});
        }
        if (!live.equals(new HashSet<>(commit.copied())) || !revs.keySet().equals(locked.keySet())) {
            throw conflict("other blocks are live in the segments than were copied");
        }
        transaction.batch("delete from segment_session where session_number = ? and segment_number = ?", keys);
        transaction.batch(
                "insert into former_segment (session_number, segment_number) values (?, ?) on conflict do nothing",
                keys);
        return revs;
    }

    private void insert(
            long segment,
            SortedMap<SessionKey, SessionBlocks> sessions,
            Map<Long, SessionKey> locked,
            Map<Long, Long> revs)
            throws SQLException {
        List<Object[]> rows = new ArrayList<>();
        for (long number : new TreeSet<>(locked.keySet())) {
            rows.add(
                    new Object[] {number, segment, revs.get(number), Packing.blocks(sessions.get(locked.get(number)))});
        }
        transaction.batch(
                "insert into segment_session (session_number, segment_number, rev, packed) values (?, ?, ?, ?)", rows);
    }

    private static StoreException conflict(String why) {
        return new StoreException(StoreErrorKind.CONFLICT, "catalog: " + why);
    }
}
