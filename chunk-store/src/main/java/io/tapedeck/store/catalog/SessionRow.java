package io.tapedeck.store.catalog;

import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionProgress;
import io.tapedeck.store.SessionSummary;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A row of the table {@code session}, with its project's retention.
 *
 * @param retention its project's, or null if the project is not in the catalog
 */
record SessionRow(
        long number,
        SessionKey key,
        long rev,
        int generation,
        SessionFacts facts,
        Long activeMs,
        long bytesStored,
        boolean settled,
        boolean pinned,
        boolean held,
        RetentionPolicy retention) {
    /** A session with a tombstone or of an erased project is gone for every reader, though its rows may be there longer. */
    static final String NOT_GONE = notGone("");

    /** The same, asked of one row at a time: see {@link SessionFilter#EACH_ROW}. */
    static final String NOT_GONE_EACH = notGone(SessionFilter.EACH_ROW);

    private static final String SELECT = """
            select s.number, s.project, s.id, s.rev, s.generation, s.facts, s.active_ms, s.bytes_stored, s.settled,
                s.pinned, s.held, p.retention
            from session s left join project p on p.slug = s.project
            where\s""";

    /** Progress of the sessions whose keys take the place of the {@code %s}. */
    static final String PROGRESS =
            "select s.project, s.id, s.rev, s.settled from session s where (s.project, s.id) in (values %s) and"
                    + NOT_GONE.formatted("s");

    private static final String LOCK = """
            select s.number, s.project, s.id
            from (values %s) k cross join session s where s.project = k.column2 and s.id = k.column3 and""" + NOT_GONE.formatted("s") + " order by k.column1";

    private static String notGone(String end) {
        return " not exists (select 1 from tombstone t where t.project = %1$s.project and t.session = %1$s.id" + end
                + ") and not exists (select 1 from project gone where gone.slug = %1$s.project"
                + " and gone.erased_at is not null" + end + ")";
    }

    static Optional<SessionRow> find(Transaction transaction, SessionKey key) throws SQLException {
        return transaction.first(
                SELECT + "s.project = ? and s.id = ? and" + NOT_GONE.formatted("s"),
                SessionRow::map,
                key.project(),
                key.session());
    }

    /** Rows by number. Those that are not there, or whose facts cannot be read, are left out. */
    static Map<Long, SessionRow> byNumber(Transaction transaction, List<Long> numbers) throws SQLException {
        return transaction
                .queryRows(
                        SELECT + "s.number in (%s)",
                        "?",
                        numbers.stream().map(number -> new Object[] {number}).toList(),
                        row -> mapIfReadable(transaction, row))
                .stream()
                .flatMap(Optional::stream)
                .collect(Collectors.toMap(SessionRow::number, row -> row));
    }

    private static Optional<SessionRow> mapIfReadable(Transaction transaction, ResultSet row) throws SQLException {
        SessionFacts facts;
        try {
            facts = facts(row);
        } catch (StoreException e) {
            transaction.damaged("what is known of a session to be listed", e);
            return Optional.empty();
        }
        return Optional.of(map(row, facts));
    }

    /** The revs of sessions, and whether they are settled. Those that are not there are left out. */
    static Map<SessionKey, SessionProgress> progress(Transaction transaction, Collection<SessionKey> sessions)
            throws SQLException {
        Map<SessionKey, SessionProgress> found = new HashMap<>();
        transaction.queryRows(
                PROGRESS,
                "(?, ?)",
                SessionKeys.rows(sessions),
                row -> found.put(SessionKeys.of(row), new SessionProgress(row.getLong(3), row.getInt(4) == 1)));
        return found;
    }

    /**
     * The number of a session.
     *
     * @throws StoreException NOT_FOUND if there is no such session
     */
    static long number(Transaction transaction, SessionKey session) throws SQLException {
        return transaction
                .first(
                        "select s.number from session s where s.project = ? and s.id = ? and" + NOT_GONE.formatted("s"),
                        row -> row.getLong(1),
                        session.project(),
                        session.session())
                .orElseThrow(SessionRow::notFound);
    }

    /**
     * Locks a session until the transaction ends, so that it does not go and nobody else counts what belongs to it.
     *
     * @return its number
     * @throws StoreException NOT_FOUND if there is no such session
     */
    static long lock(Transaction transaction, SessionKey session) throws SQLException {
        Long number = lockThere(transaction, List.of(session)).get(session);
        if (number == null) {
            throw notFound();
        }
        return number;
    }

    /**
     * Locks many sessions as {@link #lock} does, in the order of their keys, so that no two who do so wait for each other.
     *
     * @return numbers of those that are there
     */
    static Map<SessionKey, Long> lockThere(Transaction transaction, Collection<SessionKey> sessions)
            throws SQLException {
        List<Object[]> keys = new ArrayList<>(sessions.size());
        for (SessionKey session : new TreeSet<>(sessions)) {
            keys.add(new Object[] {keys.size(), session.project(), session.session()});
        }
        Map<SessionKey, Long> numbers = new HashMap<>();
        transaction.queryRows(
                LOCK + transaction.forUpdateOf("s"),
                "(?, ?, ?)",
                keys,
                row -> numbers.put(new SessionKey(row.getString(2), row.getString(3)), row.getLong(1)));
        return numbers;
    }

    private static StoreException notFound() {
        return new StoreException(StoreErrorKind.NOT_FOUND, "catalog: there is no such session");
    }

    SessionSummary summary() {
        return new SessionSummary(key, facts, settled, activeMs, bytesStored, pinned, held, expiresAt(), rev);
    }

    /** By the project's retention as it is now; null if it is pinned or held. */
    Long expiresAt() {
        return pinned || held || retention == null ? null : Long.valueOf(retention.expiresAt(facts));
    }

    private static SessionFacts facts(ResultSet row) throws SQLException {
        return Packing.facts(row.getString(6));
    }

    private static SessionRow map(ResultSet row) throws SQLException {
        return map(row, facts(row));
    }

    private static SessionRow map(ResultSet row, SessionFacts facts) throws SQLException {
        return new SessionRow(
                row.getLong(1),
                new SessionKey(row.getString(2), row.getString(3)),
                row.getLong(4),
                row.getInt(5),
                facts,
                longOrNull(row, 7),
                row.getLong(8),
                row.getInt(9) == 1,
                row.getInt(10) == 1,
                row.getInt(11) == 1,
                row.getString(12) == null ? null : Projects.retention(row.getString(12)));
    }

    private static Long longOrNull(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : Long.valueOf(value);
    }
}
