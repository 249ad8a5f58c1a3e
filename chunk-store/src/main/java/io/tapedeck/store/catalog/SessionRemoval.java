package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.ObjectLedger.SegmentLoss;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What expiring and erasing do to sessions alike, within the caller's transaction: their rows go, their recordings are
 * doomed, and so are segments that nobody else has blocks in; what went is added to the table {@code removed}. Only their
 * tombstones stay, which the caller has made.
 *
 * <p>Erasing also goes after what the sessions do not refer to any more but that still holds them: segments that they were
 * settled or copied from, recordings that were replaced or never committed. All of it is noted as the erasure's and
 * deleted without a grace; segments that hold others too are marked, to be rewritten.
 */
final class SessionRemoval {
    private final Transaction transaction;
    private final Long erasure;
    private final long at;
    private final List<Locked> sessions;
    private final List<Object[]> numbers;

    /** A session whose row the caller has locked. */
    record Locked(long number, SessionKey session) {}

    private record Hot(long session, long segment, long bytes) {}

    private record Recorded(long session, String key, long bytes) {}

    private SessionRemoval(Transaction transaction, Collection<Locked> sessions, Long erasure, long at) {
        this.transaction = transaction;
        this.sessions = List.copyOf(sessions);
        this.numbers = sessions.stream()
                .map(session -> new Object[] {session.number()})
                .toList();
        this.erasure = erasure;
        this.at = at;
    }

    /** Locks the rows of those of the sessions that have one, in the order of their keys, until the transaction ends. */
    static List<Locked> lock(Transaction transaction, Collection<SessionKey> sessions) throws SQLException {
        List<Locked> locked = new ArrayList<>();
        for (SessionKey session : new TreeSet<>(sessions)) {
            transaction
                    .first(
                            "update session set rev = rev + 1 where project = ? and id = ? returning number",
                            row -> row.getLong(1),
                            session.project(),
                            session.session())
                    .ifPresent(number -> locked.add(new Locked(number, session)));
        }
        return locked;
    }

    /**
     * Takes sessions out.
     *
     * @param erasure number of the erasure, or null if they have expired
     * @return bytes of blocks and recordings that went
     */
    static long remove(Transaction transaction, Collection<Locked> sessions, Long erasure, long at)
            throws SQLException {
        return sessions.isEmpty() ? 0 : new SessionRemoval(transaction, sessions, erasure, at).run();
    }

    private long run() throws SQLException {
        List<Hot> hot = transaction.queryRows(
                "select session_number, segment_number, packed from segment_session where session_number in (%s)",
                "?",
                numbers,
                row -> new Hot(row.getLong(1), row.getLong(2), bytes(row.getLong(1), row.getLong(2), row.getBytes(3))));
        List<Recorded> recorded = transaction.queryRows(
                "select session_number, key, bytes from recording where session_number in (%s)",
                "?", numbers, row -> new Recorded(row.getLong(1), row.getString(2), row.getLong(3)));
        if (erasure != null) {
            noteObjects(hot, recorded);
        }
        LooseTerms.note(transaction, numbers);
        for (String table : List.of(
                "segment_session",
                "former_segment",
                "recording",
                "session_term",
                "session_share",
                "session_note",
                "session_view")) {
            transaction.batch("delete from " + table + " where session_number = ?", numbers);
        }
        for (String table : List.of("session_index", "session")) {
            transaction.batch("delete from " + table + " where number = ?", numbers);
        }
        ObjectLedger.removeSessions(transaction, losses(hot), at);
        for (String key : recorded.stream().map(Recorded::key).sorted().toList()) {
            ObjectLedger.doomLive(transaction, key, at);
        }
        return count(hot, recorded);
    }

    /** A row that is damaged must not keep its session, nor the others: how much it was is then not known, and counts as 0. */
    private long bytes(long session, long segment, byte[] packed) {
        try {
            return Packing.blocks(packed).bytes();
        } catch (StoreException e) {
            transaction.damaged("what segment number " + segment + " holds of session number " + session, e);
            return 0;
        }
    }

    private void noteObjects(List<Hot> hot, List<Recorded> recorded) throws SQLException {
        TreeSet<Long> segments = new TreeSet<>(transaction.queryRows(
                "select segment_number from former_segment where session_number in (%s)",
                "?", numbers, row -> row.getLong(1)));
        hot.forEach(one -> segments.add(one.segment()));
        for (long segment : segments) {
            ErasedObjects.noteSegment(transaction, erasure, segment);
        }
        TreeSet<String> recordings =
                new TreeSet<>(recorded.stream().map(Recorded::key).toList());
        recordings.addAll(ErasedObjects.unreferencedRecordings(
                transaction, sessions.stream().map(Locked::session).toList()));
        for (String key : recordings) {
            ErasedObjects.noteRecording(transaction, erasure, key);
        }
    }

    private static List<SegmentLoss> losses(List<Hot> hot) {
        Map<Long, SegmentLoss> losses = new TreeMap<>();
        hot.forEach(
                one -> losses.merge(one.segment(), new SegmentLoss(one.segment(), 1, one.bytes()), SegmentLoss::plus));
        return List.copyOf(losses.values());
    }

    /** Adds to the table {@code removed}, project by project. */
    private long count(List<Hot> hot, List<Recorded> recorded) throws SQLException {
        Map<Long, Long> bytes = new TreeMap<>();
        hot.forEach(one -> bytes.merge(one.session(), one.bytes(), Long::sum));
        recorded.forEach(one -> bytes.merge(one.session(), one.bytes(), Long::sum));
        Map<String, long[]> projects = new TreeMap<>();
        for (Locked session : sessions) {
            long[] sums = projects.computeIfAbsent(session.session().project(), project -> new long[2]);
            sums[0]++;
            sums[1] += bytes.getOrDefault(session.number(), 0L);
        }
        long all = 0;
        for (Map.Entry<String, long[]> project : projects.entrySet()) {
            transaction.update(
                    """
                    insert into removed (project, reason, sessions, bytes) values (?, ?, ?, ?)
                    on conflict (project, reason) do update set
                        sessions = removed.sessions + excluded.sessions, bytes = removed.bytes + excluded.bytes""", project.getKey(), erasure == null ? 1 : 0, project.getValue()[0], project.getValue()[1]);
            all += project.getValue()[1];
        }
        return all;
    }
}
