package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionKey;
import io.tapedeck.store.ViewCatalog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@link ViewCatalog} over JDBC. Thread-safe. Owns nothing: it ends with its {@link JdbcCatalog}. */
final class JdbcViews implements ViewCatalog {
    private static final String OF_SESSION = """
            select kind, viewer, made_by, first_at, last_at, times from session_view where session_number = ?
            order by last_at desc, kind, viewer""";

    private static final String SEEN = """
            insert into session_view (session_number, kind, viewer, made_by, first_at, last_at, times) values %s
            on conflict (session_number, kind, viewer) do update set
                last_at = case when session_view.last_at < excluded.last_at
                    then excluded.last_at else session_view.last_at end,
                times = session_view.times + case when session_view.last_at < excluded.last_at -""" + PAUSE_MS + " then 1 else 0 end returning session_number";

    /** Who is beyond the bound: of those last in this order, which ends with the shares. */
    private static final String LEAVE = """
            delete from session_view where (session_number, kind, viewer) in (
                select ranked.session_number, ranked.kind, ranked.viewer from (
                    select session_number, kind, viewer, row_number() over (
                        partition by session_number
                        order by case kind when 'share' then 1 else 0 end, last_at desc, kind desc, viewer desc) as place
                    from session_view where session_number in (%s)) ranked
                where ranked.place >""" + VIEWERS_MAX + ") returning session_number";

    private final Database database;

    JdbcViews(Database database) {
        this.database = database;
    }

    @Override
    public List<Viewing> viewings(SessionKey session) {
        return database.read(
                "viewings",
                transaction ->
                        transaction.query(OF_SESSION, JdbcViews::viewing, SessionRow.number(transaction, session)));
    }

    @Override
    public void note(Collection<Sight> sights) {
        if (!sights.isEmpty()) {
            database.write("noteViews", transaction -> {
                note(transaction, sights);
                return null;
            });
        }
    }

    /**
     * In three statements, however many are noted: whoever commits to one of the sessions waits for all of them. There is
     * one more for each time that a viewer of a session is seen again.
     */
    static void note(Transaction transaction, Collection<Sight> sights) throws SQLException {
        Map<SessionKey, Long> numbers = SessionRow.lockThere(
                transaction, sights.stream().map(Sight::session).collect(Collectors.toSet()));
        for (List<Sight> round : rounds(sights)) {
            List<Object[]> rows = round.stream()
                    .filter(sight -> numbers.containsKey(sight.session()))
                    .map(sight -> row(numbers.get(sight.session()), sight))
                    .toList();
            transaction.queryRows(SEEN, "(?, ?, ?, ?, ?, ?, 1)", rows, row -> row.getLong(1));
        }
        List<Object[]> seen =
                numbers.values().stream().map(number -> new Object[] {number}).toList();
        transaction.queryRows(LEAVE, "?", seen, row -> row.getLong(1));
    }

    /** In the order of their times, and no viewer of a session twice in one: a statement changes no row twice. */
    private static List<List<Sight>> rounds(Collection<Sight> sights) {
        record Watched(SessionKey session, ViewerKind kind, String viewer) {}
        Map<Watched, Integer> times = new HashMap<>();
        List<List<Sight>> rounds = new ArrayList<>();
        sights.stream().sorted(Comparator.comparingLong(Sight::at)).forEach(sight -> {
            Viewer viewer = sight.viewer();
            int round = times.merge(new Watched(sight.session(), viewer.kind(), viewer.name()), 1, Integer::sum) - 1;
            if (round == rounds.size()) {
                rounds.add(new ArrayList<>());
            }
            rounds.get(round).add(sight);
        });
        return rounds;
    }

    private static Object[] row(long number, Sight sight) {
        Viewer viewer = sight.viewer();
        return new Object[] {number, viewer.kind().word(), viewer.name(), viewer.madeBy(), sight.at(), sight.at()};
    }

    @Override
    public void deleteLeftBehind() {
        LeftBehind.delete(database, "session_view");
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
