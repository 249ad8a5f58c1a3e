package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.CatalogTestBase.NODE;
import static io.tapedeck.store.catalog.CatalogTestBase.T;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.AdminCatalog.Bootstrapped;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The catalog's contracts, on a real PostgreSQL, and what only a server can do: be shared, and be away. */
class PostgresCatalogIT {
    private static PostgresServer server;

    private final CatalogSettings fresh = CatalogSettings.of(server.newDatabase());

    @BeforeAll
    static void start(@TempDir Path folder) {
        server = PostgresServer.start(folder.resolve("postgres"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Nested
    class Segments extends CatalogContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class Settling extends SettlingContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }

        @Test
        void sessionsOfWhichAPartIsDue_areFoundByTheirIndex() throws SQLException {
            try (Connection connection = connect()) {
                Transaction transaction = new Transaction(connection);
                // A table as empty as this one would be read from end to end.
                transaction.update("set enable_seqscan = off");
                assertThat(transaction.query("explain " + SettlingLeases.DUE, row -> row.getString(1), T, T, 10))
                        .anyMatch(step -> step.contains("session_index_part_due"));
            }
        }

        @Test
        void leases_areGivenBackByTheIndexOfUnsettledSessions() throws SQLException {
            try (Connection connection = connect()) {
                Transaction transaction = new Transaction(connection);
                transaction.update("set enable_seqscan = off");
                assertThat(transaction.query(
                                "explain " + SettlingLeases.RELEASE_ALL, row -> row.getString(1), "settler"))
                        .anyMatch(step -> step.contains("session_index_unsettled"));
            }
        }
    }

    @Nested
    class Upgrade extends UpgradeContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class Lists extends SessionListContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class ListPlans extends ListPlansContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class Beside extends BesideTrafficContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class Adoption extends AdoptionContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class Erasures extends ErasureCatalogContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class Admin extends AdminCatalogContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class Retention extends RetentionContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class Notes extends NoteCatalogContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class Shares extends ShareCatalogContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class Views extends ViewCatalogContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class RetentionPlans extends RetentionPlansContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class WrappedKeys extends WrappedKeyContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class ProjectChanges extends ProjectCatalogContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Nested
    class People extends PeopleCatalogContract {
        @Override
        CatalogSettings settings() {
            return fresh;
        }
    }

    @Test
    void open_byTenProcessesAtOnce_makesEverythingOnce() throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(10);
        List<Bootstrapped> made = new ArrayList<>();
        try {
            List<Future<Bootstrapped>> running = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String key = "pk_" + i;
                running.add(pool.submit(() -> {
                    start.await();
                    try (JdbcCatalog catalog = JdbcCatalog.open(fresh, new SimpleMeterRegistry())) {
                        return catalog.bootstrap(new Bootstrap(List.of(), key, "hash", null), T);
                    }
                }));
            }
            start.countDown();
            for (Future<Bootstrapped> one : running) {
                made.add(one.get());
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(made).filteredOn(Bootstrapped::project).hasSize(1);
        assertThat(made).filteredOn(Bootstrapped::writeKey).hasSize(1);
        assertThat(made).filteredOn(Bootstrapped::admin).hasSize(1);
        try (JdbcCatalog catalog = JdbcCatalog.open(fresh, new SimpleMeterRegistry())) {
            assertThat(catalog.writeKeys("default")).hasSize(1);
        }
        assertThat(migrationsRun()).doesNotHaveDuplicates().hasSizeGreaterThan(3);
    }

    private List<String> migrationsRun() throws SQLException {
        try (Connection connection = DriverManager.getConnection(fresh.url())) {
            return new Transaction(connection)
                    .query("select version from schema_history where success", row -> row.getString(1));
        }
    }

    @Test
    @Timeout(60)
    void anOutage_isUnavailableAtOnceAndOverWhenTheServerIsBack() {
        CatalogSettings impatient = new CatalogSettings(fresh.url(), null, null, 2, 2, 1_000, 2_000);
        try (JdbcCatalog catalog = JdbcCatalog.open(impatient, new SimpleMeterRegistry())) {
            long epoch = catalog.startNode(NODE).epoch();
            catalog.intend(new ObjectIntent("segments/1", ObjectKind.SEGMENT, "main", NODE, T));
            SegmentCommit commit = new SegmentCommit(
                    "segments/1", NODE, epoch, 9, 0, 1, T, List.of(CatalogTestBase.holding(CatalogTestBase.A, T)));
            server.stop();
            try {
                assertUnavailable(() -> catalog.commitSegment(commit));
                assertUnavailable(() -> catalog.layout(CatalogTestBase.A));
                assertUnavailable(catalog::check);
                assertUnavailable(() -> JdbcCatalog.open(impatient, new SimpleMeterRegistry()));
            } finally {
                server.start();
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptionsInstanceOf(StoreException.class)
                    .untilAsserted(
                            () -> assertThat(catalog.commitSegment(commit)).isEmpty());
            assertThat(catalog.layout(CatalogTestBase.A)).isPresent();
        }
    }

    @Test
    void theCheck_waitsForNoLongChangeByAnAdmin() throws SQLException {
        CatalogSettings impatient = new CatalogSettings(fresh.url(), null, null, 2, 2, 1_000, 2_000);
        try (JdbcCatalog catalog = JdbcCatalog.open(impatient, new SimpleMeterRegistry());
                Connection admin = DriverManager.getConnection(fresh.url())) {
            admin.setAutoCommit(false);
            AdminRev.lock(new Transaction(admin));

            catalog.check();

            admin.rollback();
        }
    }

    @Test
    void wrongCredentials_areUnauthorized() {
        CatalogSettings unknown = CatalogSettings.of(fresh.url().replaceAll("user=\\w+", "user=nobody"));
        assertKind(StoreErrorKind.UNAUTHORIZED, () -> JdbcCatalog.open(unknown, new SimpleMeterRegistry()));
    }

    private static void assertUnavailable(ThrowingCallable call) {
        assertKind(StoreErrorKind.UNAVAILABLE, call);
    }

    private static void assertKind(StoreErrorKind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
