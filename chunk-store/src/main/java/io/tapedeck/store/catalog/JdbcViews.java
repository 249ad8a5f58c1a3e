package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionKey;
import io.tapedeck.store.ViewCatalog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@link ViewCatalog} over JDBC. Thread-safe. Owns nothing: it ends with its {@link JdbcCatalog}. */
final class JdbcViews implements ViewCatalog {
    /** What one transaction deletes of what was left behind. */
    private static final int LEFT_BEHIND_MAX = 1_000;

    private final Database database;

    JdbcViews(Database database) {
        this.database = database;
    }

    @Override
    public List<Viewing> viewings(SessionKey session) {
        return database.read(
                "viewings",
                transaction -> transaction.query(
                        """
                        select v.kind, v.viewer, v.made_by, v.first_at, v.last_at, v.times
                        from session_view v join session s on s.number = v.session_number
                        where s.project = ? and s.id = ? and""" + SessionRow.NOT_GONE.formatted("s") + " order by v.last_at desc, v.kind, v.viewer",
                        JdbcViews::viewing,
                        session.project(),
                        session.session()));
    }

    @Override
    public void note(Collection<Sight> sights) {
        // Locked in one order by every process, so that no two wait for each other.
        Map<SessionKey, List<Sight>> sessions = sights.stream()
                .sorted(Comparator.comparingLong(Sight::at))
                .collect(Collectors.groupingBy(Sight::session, TreeMap::new, Collectors.toList()));
        if (sessions.isEmpty()) {
            return;
        }
        database.write("noteViews", transaction -> {
            for (Map.Entry<SessionKey, List<Sight>> session : sessions.entrySet()) {
                Optional<Long> number = lock(transaction, session.getKey());
                if (number.isPresent()) {
                    for (Sight sight : session.getValue()) {
                        note(transaction, number.get(), sight);
                    }
                }
            }
            return null;
        });
    }

    /** Locks the session until the transaction ends, so that it does not go and nobody else counts its viewers. */
    private static Optional<Long> lock(Transaction transaction, SessionKey session) throws SQLException {
        return transaction.first(
                "update session set rev = rev where project = ? and id = ? and"
                        + SessionRow.NOT_GONE.formatted("session") + " returning number",
                row -> row.getLong(1),
                session.project(),
                session.session());
    }

    private static void note(Transaction transaction, long number, Sight sight) throws SQLException {
        Viewer viewer = sight.viewer();
        String kind = viewer.kind().word();
        int known = transaction.update("""
                update session_view set
                    times = times + case when last_at < ? then 1 else 0 end,
                    last_at = case when last_at < ? then ? else last_at end
                where session_number = ? and kind = ? and viewer = ?""", sight.at() - PAUSE_MS, sight.at(), sight.at(), number, kind, viewer.name());
        if (known > 0) {
            return;
        }
        makeRoom(transaction, number);
        transaction.update("""
                insert into session_view (session_number, kind, viewer, made_by, first_at, last_at, times)
                values (?, ?, ?, ?, ?, ?, 1)""", number, kind, viewer.name(), viewer.madeBy(), sight.at(), sight.at());
    }

    private static void makeRoom(Transaction transaction, long number) throws SQLException {
        if (transaction.number("select count(*) from session_view where session_number = ?", number) < VIEWERS_MAX) {
            return;
        }
        Viewer last = transaction.first("""
                        select kind, viewer, made_by from session_view where session_number = ?
                        order by case kind when 'share' then 0 else 1 end, last_at, kind, viewer limit 1""", JdbcViews::viewer, number).orElseThrow();
        transaction.update(
                "delete from session_view where session_number = ? and kind = ? and viewer = ?",
                number,
                last.kind().word(),
                last.name());
    }

    /** Looks first, in a transaction that holds up nobody: there may be many rows, and there is hardly ever one to delete. */
    @Override
    public void deleteLeftBehind() {
        List<Long> numbers;
        do {
            numbers = database.read(
                    "viewsLeftBehind", transaction -> transaction.query("""
                            select distinct v.session_number from session_view v
                            where not exists (select 1 from session s where s.number = v.session_number)
                            limit ?""", row -> row.getLong(1), LEFT_BEHIND_MAX));
            List<Object[]> left = new ArrayList<>();
            numbers.forEach(number -> left.add(new Object[] {number}));
            if (!left.isEmpty()) {
                database.write("deleteViewsLeftBehind", transaction -> {
                    transaction.batch("delete from session_view where session_number = ?", left);
                    return null;
                });
            }
        } while (numbers.size() == LEFT_BEHIND_MAX);
    }

    private static Viewing viewing(ResultSet row) throws SQLException {
        return new Viewing(viewer(row), row.getLong(4), row.getLong(5), row.getLong(6));
    }

    private static Viewer viewer(ResultSet row) throws SQLException {
        return new Viewer(kind(row.getString(1)), row.getString(2), row.getString(3));
    }

    private static ViewerKind kind(String word) {
        return Arrays.stream(ViewerKind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no kind of viewer: " + word));
    }
}
