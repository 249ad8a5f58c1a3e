package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A process of this version, while others are upgraded to a later one: the catalog here is the older process's. */
abstract class UpgradeContract extends CatalogTestBase {
    private static final String ADDS = "later/adds/V901__a_later_version.sql";
    private static final String TAKES = "later/takes/V902__needs_901_drop_what_was_added.sql";
    private static final String FAILS = "later/fails/V903__half_of_it.sql";

    @Test
    void aRunningProcess_goesOnWhenALaterOneAddsToItsTables() throws SQLException {
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));

        upgrade(ADDS);
        catalog.commitSegment(segment(T + 1, holding(A, T + 1), holding(session("new"), T + 1)));
        settle(A, T + 2);

        assertThat(catalog.layout(A).orElseThrow().recordings()).hasSize(1);
        assertThat(catalog.layout(session("new"))).isPresent();
        assertThat(added(session("new"))).isEqualTo(7);
    }

    @Test
    void aProcess_startsOnTablesThatALaterOneAddedTo() throws SQLException {
        catalog.commitSegment(segment(T, holding(A, T)));
        upgrade(ADDS);

        try (JdbcCatalog restarted = secondCatalog()) {
            assertThat(restarted.layout(A)).isPresent();
            assertThat(restarted.startNode(NODE).epoch()).isEqualTo(epoch + 1);
        }
        try (JdbcCatalog looking = JdbcCatalog.openReadOnly(settings(), new SimpleMeterRegistry())) {
            assertThat(looking.layout(A)).isPresent();
        }
    }

    @Test
    void aProcess_doesNotStartOnTablesFromWhichALaterOneTookWhatItNeeds() throws SQLException {
        upgrade(ADDS, TAKES);

        assertRefused(this::secondCatalog);
        assertRefused(() -> JdbcCatalog.openReadOnly(settings(), new SimpleMeterRegistry()));
    }

    @Test
    void aMigrationThatFails_leavesTheTablesAsTheyWere() throws SQLException {
        assertThatThrownBy(() -> upgrade(ADDS, FAILS)).isInstanceOf(SQLException.class);

        assertThat(history()).hasSameSizeAs(Migrations.KNOWN.names());
        try (Connection connection = connect()) {
            Transaction transaction = new Transaction(connection);
            for (String table : List.of("half", "added_later")) {
                assertThatThrownBy(() -> transaction.number("select count(*) from " + table))
                        .isInstanceOf(SQLException.class);
            }
        }
        upgrade(ADDS);
        assertThat(history()).hasSize(Migrations.KNOWN.names().size() + 1);
    }

    @Test
    void aSecondStart_runsNothing() throws SQLException {
        List<String> before = history();

        secondCatalog().close();

        assertThat(history()).isEqualTo(before).hasSameSizeAs(Migrations.KNOWN.names());
    }

    @Test
    void aProcess_doesNotStartOnTablesThatAnotherScriptMade() throws SQLException {
        change("update schema_history set checksum = checksum + 1 where version = '2'");

        assertUnsupported(this::secondCatalog);
    }

    @Test
    void aProcess_doesNotStartOnTablesOfSomethingElse() throws SQLException {
        change("drop table schema_history");

        assertUnsupported(this::secondCatalog);
        assertUnsupported(() -> JdbcCatalog.openReadOnly(settings(), new SimpleMeterRegistry()));
    }

    @Test
    void looking_doesNotBringTablesUpToDate() throws SQLException {
        change("delete from schema_history where version = '4'");

        assertUnsupported(() -> JdbcCatalog.openReadOnly(settings(), new SimpleMeterRegistry()));

        assertThat(history()).hasSize(3);
    }

    private static void assertUnsupported(ThrowingCallable opening) {
        assertThatThrownBy(opening)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.UNSUPPORTED_VERSION));
    }

    private static void assertRefused(ThrowingCallable opening) {
        assertThatThrownBy(opening)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.UNSUPPORTED_VERSION))
                .hasMessageContaining("brought its tables to version 902")
                .hasMessageContaining("less than version 901")
                .hasMessageContaining("upgrade this process");
    }

    /** What a process of a later version does at its start. */
    private void upgrade(String... migrations) throws SQLException {
        Database.migrate(settings(), Migrations.KNOWN.and(migrations));
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = connect()) {
            new Transaction(connection).update(sql);
        }
    }

    /** What has run, and when. */
    private List<String> history() throws SQLException {
        try (Connection connection = connect()) {
            return new Transaction(connection)
                    .query(
                            "select version, installed_on from schema_history order by installed_rank",
                            row -> row.getString(1) + " " + row.getString(2));
        }
    }

    private int added(SessionKey session) throws SQLException {
        try (Connection connection = connect()) {
            return new Transaction(connection)
                    .first(
                            "select added_later from session where project = ? and id = ?",
                            row -> row.getInt(1),
                            session.project(),
                            session.session())
                    .orElseThrow();
        }
    }
}
