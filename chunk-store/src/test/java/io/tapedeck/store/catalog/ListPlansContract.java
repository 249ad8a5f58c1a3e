package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionQuery.Sort;
import io.tapedeck.store.catalog.ListStatements.Sql;
import io.tapedeck.store.catalog.Terms.Kind;
import io.tapedeck.store.catalog.Terms.Term;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That every order and every filter of the list is answered by indexes, in a catalog of some size. */
abstract class ListPlansContract extends CatalogTestBase {
    private static final int SESSIONS = 20_000;
    private static final String NUMBERS =
            "with recursive n(x) as (select 1 union all select x + 1 from n where x < " + SESSIONS + ") ";

    private static final Map<Sort, String> INDEXES = Map.of(
            Sort.STARTED_AT_DESC, "session_index_started",
            Sort.STARTED_AT_ASC, "session_index_started",
            Sort.DURATION_DESC, "session_index_duration",
            Sort.LAST_EVENT_AT_DESC, "session_index_last_event",
            Sort.ERRORS_DESC, "session_index_errors");

    private Connection connection;
    private Transaction transaction;

    /** Whether the planner has statistics. PostgreSQL gathers them by itself, on SQLite nobody does. */
    boolean isAnalyzed() {
        return true;
    }

    @BeforeEach
    void fill() throws SQLException {
        connection = connect();
        transaction = new Transaction(connection);
        transaction.update(NUMBERS
                + "insert into session_index (number, project, id, started_at, last_event_at, duration_ms, errors,"
                + " rage_clicks, last_received_at, settled)"
                + " select x, 'default', 's' || x, x, x, x, case when x % 10 = 0 then 1 else 0 end, 0, x, 1 from n");
        give(Term.flag(Kind.ERRORS), 10);
        give(Term.flag(Kind.RAGE), 1_000);
        give(Term.of(Kind.USER, "ann"), 2_000);
        give(Term.of(Kind.EVENT, "often"), 2);
        give(Term.of(Kind.EVENT, "seldom"), 1_000);
        give(Term.tag("plan", "pro"), 2);
        give(Term.tag("order", "1"), 5_000);
        give(Term.of(Kind.DEVICE, "desktop"), 2);
        give(Term.of(Kind.DEVICE, "tablet"), 1_000);
        give(Term.of(Kind.COUNTRY, "DE"), 2);
        give(Term.of(Kind.COUNTRY, "IS"), 1_000);
        give(Term.of(Kind.BROWSER, "Chrome 155"), 2);
        give(Term.of(Kind.BROWSER, "Chrome 156"), 3);
        give(Term.of(Kind.BROWSER, "Opera 122"), 1_000);
        give(Term.of(Kind.OS, "Windows 11"), 2);
        give(Term.of(Kind.OS, "Linux"), 1_000);
        give(Term.of(Kind.URL, "https://a.test/cart"), 2);
        transaction.update(NUMBERS + "insert into term (project, kind, id, text) select 'default', " + Kind.URL.code
                + ", x, 'https://a.test/products/' || x from n");
        transaction.update(NUMBERS + "insert into session_term (term, session_number) select x, x from n");
        if (isAnalyzed()) {
            transaction.update("analyze");
        }
    }

    @AfterEach
    void empty() throws SQLException {
        for (String table : List.of("session_index", "term", "session_term")) {
            transaction.update("delete from " + table);
        }
        connection.close();
    }

    /** Every so many sessions have it. */
    private void give(Term term, int every) throws SQLException {
        long id = term.id("default");
        transaction.update(
                "insert into term (project, kind, id, text) values ('default', ?, ?, ?)",
                term.kind().code,
                id,
                term.searchable());
        transaction.update(
                NUMBERS + "insert into session_term (term, session_number) select ?, x from n where x % ? = 0",
                id,
                every);
    }

    @Test
    void anOrder_isWalkedByItsIndex_fromAnyPlace() throws SQLException {
        for (Sort sort : Sort.values()) {
            assertWalked(query().sort(sort));
            SessionQuery query = query().sort(sort).build();
            assertWalked(query().sort(sort).cursor(new ListCursor(5_000, "s5000").encode(query)));
        }
    }

    @Test
    void whatManySessionsHave_isTestedOnTheWay() throws SQLException {
        for (Sort sort : Sort.values()) {
            assertWalked(query().sort(sort).hasErrors(true));
            assertWalked(query().sort(sort).hasErrors(false));
            assertWalked(query().sort(sort).rage(false));
            assertWalked(query().sort(sort).event("often"));
            assertWalked(query().sort(sort).tag("plan", "pro"));
            assertWalked(query().sort(sort).device("desktop"));
            assertWalked(query().sort(sort).country("DE"));
            assertWalked(query().sort(sort).browser("chrome"));
            assertWalked(query().sort(sort).os("windows"));
            assertWalked(query().sort(sort).url("/cart"));
            assertWalked(query().sort(sort).url("/products/"));
            assertWalked(query().sort(sort).q("s"));
            assertWalked(query().sort(sort).minDurationMs(10L));
            assertWalked(query().sort(sort).from(10L).to(19_000L));
            assertWalked(
                    query().sort(sort).hasErrors(true).os("windows").from(10L).url("/cart"));
        }
    }

    @Test
    void whatFewSessionsHave_isGathered() throws SQLException {
        assertGathered(query().user("ann"), byTerm());
        assertGathered(query().user("nobody"), byTerm());
        assertGathered(query().rage(true), byTerm());
        assertGathered(query().event("seldom"), byTerm());
        assertGathered(query().tag("order", "1"), byTerm());
        assertGathered(query().device("tablet"), byTerm());
        assertGathered(query().country("IS"), byTerm());
        assertGathered(query().browser("opera"), byTerm());
        assertGathered(query().os("lin"), byTerm());
        assertGathered(query().url("/products/1700"), byTerm());
        assertGathered(query().q("ann"), byTerm());
        assertGathered(query().q("s1234"), settings().isSqlite() ? "PRIMARY KEY" : "session_index_pkey");
        assertGathered(query().minDurationMs(19_990L), "session_index_duration");
        assertGathered(query().from(100L).to(110L).sort(Sort.ERRORS_DESC), "session_index_started");
    }

    @Test
    void texts_areSearchedAmongThoseOfTheirKind() throws SQLException {
        if (settings().isSqlite()) { // PostgreSQL may rather read the whole table, of which this kind is the most
            assertThat(plan(new Sql(
                            "select d.id from term d where " + SessionFilters.LIKE + " limit ?",
                            List.of("default", Kind.URL.code, "%/cart%", 201))))
                    .contains("SEARCH d USING PRIMARY KEY (project=? AND kind=?)");
            assertThat(plan(new Sql(SessionFilters.NAMED + " limit ?", List.of("default", "%s12%", 201))))
                    .contains("COVERING INDEX session_index_");
        }
    }

    /** By the index of the order, without sorting, as far as the page goes and as far as the walk may go. */
    private void assertWalked(SessionQuery.Builder builder) throws SQLException {
        SessionQuery query = builder.build();
        ListStatements statements = new ListStatements(query, SessionFilters.of(transaction, query));
        String index = INDEXES.get(query.sort());
        for (Sql sql : List.of(
                statements.rowAfter(200), statements.walk(null), statements.walk(new ListCursor(7_000, "s7000")))) {
            String plan = plan(sql);
            assertThat(plan).as(sql.text()).contains(index);
            assertNothingWhole(plan, sql);
            assertThat(plan).as(sql.text()).doesNotContain("TEMP B-TREE", "Sort");
        }
    }

    private void assertGathered(SessionQuery.Builder builder, String index) throws SQLException {
        SessionQuery query = builder.build();
        List<SessionFilter> filters = SessionFilters.of(transaction, query);
        assertThat(filters).hasSize(1);
        Sql count = ListStatements.count(filters.get(0), 5_001);
        Sql gather = new ListStatements(query, filters).gather(filters);
        for (Sql sql : List.of(count, gather)) {
            String plan = plan(sql);
            assertThat(plan).as(sql.text()).contains(index);
            assertNothingWhole(plan, sql);
        }
    }

    private void assertNothingWhole(String plan, Sql sql) {
        assertThat(plan)
                .as(sql.text())
                .doesNotContainPattern(
                        settings().isSqlite()
                                ? "SCAN (i|x|st|session\\w*)\\b"
                                : "Seq Scan on (session|session_index|session_term)\\b");
    }

    private String byTerm() {
        return settings().isSqlite() ? "SEARCH st USING PRIMARY KEY (term=?" : "session_term_pkey";
    }

    /** The plan as text. */
    private String plan(Sql sql) throws SQLException {
        boolean sqlite = settings().isSqlite();
        return String.join(
                "\n",
                transaction.query(
                        (sqlite ? "explain query plan " : "explain ") + sql.text(),
                        row -> row.getString(sqlite ? 4 : 1) + " ",
                        sql.args().toArray()));
    }

    private static SessionQuery.Builder query() {
        return SessionQuery.of("default");
    }
}
