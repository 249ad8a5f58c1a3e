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
import java.util.Arrays;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A process of this version, while others are upgraded to a later one: the catalog here is the older process's. */
abstract class UpgradeContract extends CatalogTestBase {
    private static final String LATER = "classpath:io/tapedeck/store/catalog/later/";

    @Test
    void aRunningProcess_goesOnWhenALaterOneAddsToItsTables() throws SQLException {
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));

        upgrade("adds");
        catalog.commitSegment(segment(T + 1, holding(A, T + 1), holding(session("new"), T + 1)));
        settle(A, T + 2);

        assertThat(catalog.layout(A).orElseThrow().recordings()).hasSize(1);
        assertThat(catalog.layout(session("new"))).isPresent();
        assertThat(added(session("new"))).isEqualTo(7);
    }

    @Test
    void aProcess_startsOnTablesThatALaterOneAddedTo() {
        catalog.commitSegment(segment(T, holding(A, T)));
        upgrade("adds");

        try (JdbcCatalog restarted = secondCatalog()) {
            assertThat(restarted.layout(A)).isPresent();
            assertThat(restarted.startNode(NODE).epoch()).isEqualTo(epoch + 1);
        }
        try (JdbcCatalog looking = JdbcCatalog.openReadOnly(settings(), new SimpleMeterRegistry())) {
            assertThat(looking.layout(A)).isPresent();
        }
    }

    @Test
    void aProcess_doesNotStartOnTablesFromWhichALaterOneTookWhatItNeeds() {
        upgrade("adds", "takes");

        assertRefused(this::secondCatalog);
        assertRefused(() -> JdbcCatalog.openReadOnly(settings(), new SimpleMeterRegistry()));
    }

    @Test
    void aMigration_isMadeUpFor_whereTheOneAfterItHasRunAlready() throws SQLException {
        catalog.commitSegment(segment(T, holding(A, T)));
        upgrade("beside");

        upgrade("adds", "beside");

        assertThat(added(A)).isEqualTo(7);
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
    private void upgrade(String... migrations) {
        Stream<String> later = Arrays.stream(migrations).map(LATER::concat);
        Database.tables(
                        settings(),
                        Stream.concat(Stream.of(Database.MIGRATIONS), later).toArray(String[]::new))
                .migrate();
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
