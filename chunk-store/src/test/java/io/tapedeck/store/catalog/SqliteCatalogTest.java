package io.tapedeck.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalog's contracts, on SQLite. */
class SqliteCatalogTest {
    @TempDir
    Path folder;

    private CatalogSettings sqlite() {
        return CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db"));
    }

    @Nested
    class Segments extends CatalogContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }

        @Test
        void aFile_isWrittenAheadAndSynced() throws SQLException {
            try (Connection connection = connect()) {
                Transaction transaction = new Transaction(connection);
                assertThat(transaction.query("pragma journal_mode", row -> row.getString(1)))
                        .containsExactly("wal");
            }
            assertThat(catalog.journalProgress(NODE).ranges()).isEmpty();
        }
    }

    @Nested
    class Settling extends SettlingContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }

        @Test
        void sessionsOfWhichAPartIsDue_areFoundByTheirIndex() throws SQLException {
            try (Connection connection = connect()) {
                assertThat(new Transaction(connection)
                                .query("explain query plan " + SettlingLeases.DUE, row -> row.getString(4), T, T, 10))
                        .anyMatch(step -> step.contains("INDEX session_index_part_due"));
            }
        }

        @Test
        void leases_areGivenBackByTheIndexOfUnsettledSessions() throws SQLException {
            try (Connection connection = connect()) {
                assertThat(new Transaction(connection)
                                .query(
                                        "explain query plan " + SettlingLeases.RELEASE_ALL,
                                        row -> row.getString(4),
                                        "settler"))
                        .anyMatch(step -> step.contains("INDEX session_index_unsettled"))
                        .noneMatch(step -> step.startsWith("SCAN session") && !step.contains("INDEX"));
            }
        }
    }

    @Nested
    class Upgrade extends UpgradeContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class Lists extends SessionListContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class ListPlans extends ListPlansContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }

        @Override
        boolean isAnalyzed() {
            return false;
        }
    }

    @Nested
    class ListPlansWithStatistics extends ListPlansContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class Beside extends BesideTrafficContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class Adoption extends AdoptionContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class Erasures extends ErasureCatalogContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class Admin extends AdminCatalogContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class Retention extends RetentionContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class Notes extends NoteCatalogContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }

        @Test
        void whatIsLeftBehind_isFoundWithoutReadingTheTable() throws SQLException {
            try (Connection connection = connect()) {
                assertThat(new Transaction(connection)
                                .query(
                                        "explain query plan " + LeftBehind.sessions("session_note"),
                                        row -> row.getString(4),
                                        1))
                        .anyMatch(step -> step.contains("COVERING INDEX session_note_by_session"));
            }
        }
    }

    @Nested
    class Shares extends ShareCatalogContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class Views extends ViewCatalogContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }

        @Test
        void whatIsLeftBehind_isFoundWithoutReadingTheTable() throws SQLException {
            try (Connection connection = connect()) {
                assertThat(new Transaction(connection)
                                .query(
                                        "explain query plan " + LeftBehind.sessions("session_view"),
                                        row -> row.getString(4),
                                        1))
                        .anyMatch(step -> step.contains("COVERING INDEX sqlite_autoindex_session_view_1"));
            }
        }
    }

    @Nested
    class RetentionPlans extends RetentionPlansContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class WrappedKeys extends WrappedKeyContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class ProjectChanges extends ProjectCatalogContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }

    @Nested
    class People extends PeopleCatalogContract {
        @Override
        CatalogSettings settings() {
            return sqlite();
        }
    }
}
