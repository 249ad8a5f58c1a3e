package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That what retention asks every few seconds is answered by an index, in a catalog of some size. */
abstract class RetentionPlansContract extends CatalogTestBase {
    private static final String NUMBERS =
            "with recursive n(x) as (select 1 union all select x + 1 from n where x < 20000) ";

    @Test
    void retentionsQueries_useTheirIndexes() throws SQLException {
        try (Connection connection = connect()) {
            Transaction transaction = new Transaction(connection);
            fill(transaction);
            assertThat(plan(transaction, JdbcRetention.EXPIRED, 50L, 100))
                    .contains("session_index_expiry")
                    .doesNotContain(wholeTable("session_index"), wholeTable("i"));
            assertThat(plan(transaction, JdbcRetention.STALE_PROJECTS))
                    .contains("session_index_policy")
                    .doesNotContain(wholeTable("session_index"), wholeTable("i"));
            assertThat(plan(transaction, JdbcRetention.TO_REVIEW, "default", 3L, 100))
                    .contains("session_index_policy")
                    .doesNotContain(wholeTable("session_index"), wholeTable("i"));
            assertThat(plan(transaction, JdbcRetention.EXPIRIES, 50L, 100))
                    .contains("tombstone_expired")
                    .doesNotContain(wholeTable("tombstone"));
            assertThat(plan(transaction, JdbcRetention.KEYS_LEFT, 100))
                    .contains("tombstone_unswept")
                    .doesNotContain(wholeTable("tombstone"));
            assertThat(plan(transaction, LooseTerms.DELETE_UNUSED, "default", 17L))
                    .doesNotContain(wholeTable("term"), wholeTable("session_term"), wholeTable("st"));
            empty(transaction);
        }
    }

    private static void fill(Transaction transaction) throws SQLException {
        transaction.update("insert into project (slug, number, name, masking, on_less_masking, origins, sample_rate,"
                + " recording, retention, policy_rev) values ('default', 1, 'x', 'BALANCED', 'REJECT', '[]', 1, 1,"
                + " '{}', 3)");
        transaction.update(NUMBERS
                + "insert into session_index (number, project, id, started_at, last_event_at, duration_ms, errors,"
                + " rage_clicks, last_received_at, settled, expires_at, policy_rev)"
                + " select x, 'default', 's' || x, x, x, x, 0, 0, x, 1, x, 3 from n");
        transaction.update(NUMBERS + "insert into tombstone (project, session, reason, at)"
                + " select 'default', 't' || x, 1, x from n");
        transaction.update(
                NUMBERS + "insert into term (project, kind, id, text) select 'default', 2, x, 'u' || x from n");
        transaction.update(NUMBERS + "insert into session_term (term, session_number) select x, x from n");
        transaction.update("analyze");
    }

    private static void empty(Transaction transaction) throws SQLException {
        for (String table : List.of("session_index", "tombstone", "term", "session_term")) {
            transaction.update("delete from " + table);
        }
    }

    /** The plan as text. What it calls reading a table from end to end: {@link #wholeTable}. */
    private String plan(Transaction transaction, String sql, Object... args) throws SQLException {
        boolean sqlite = settings().isSqlite();
        return String.join(
                "\n",
                transaction.query(
                        (sqlite ? "explain query plan " : "explain ") + sql,
                        row -> row.getString(sqlite ? 4 : 1) + " ",
                        args));
    }

    private String wholeTable(String table) {
        return settings().isSqlite() ? "SCAN " + table + " " : "Seq Scan on " + table + " ";
    }
}
