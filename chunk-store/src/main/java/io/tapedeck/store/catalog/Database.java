package io.tapedeck.store.catalog;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/**
 * The connections to one database, and transactions on them. Thread-safe; every call blocks.
 *
 * <p>Writers and readers have pools of their own, so that neither starves the other. A reader sees one snapshot through
 * its whole transaction: on SQLite by nature, on PostgreSQL by isolation REPEATABLE READ. Writers run at READ COMMITTED,
 * where each statement sees what was committed before it, and put themselves in order by row locks; on SQLite there is
 * one writer, which locks the file when its transaction begins.
 *
 * <p>A transaction that the database undid for the sake of another one (deadlock, serialization) is run again here, and
 * nowhere else. Nothing else is repeated. An outage shows as UNAVAILABLE after {@link CatalogSettings#waitMs} at the
 * latest if the database refuses, and after {@link CatalogSettings#statementMs} and some seconds if it is silent.
 */
final class Database implements AutoCloseable {
    static final String MIGRATIONS = "classpath:io/tapedeck/store/catalog/migrations";

    private static final int ATTEMPTS_MAX = 8;
    private static final int CONNECT_TIMEOUT_S = 3;
    /** The server gives up on a statement first; this is for a server that has gone silent. */
    private static final int SILENCE_S = 5;

    private static final int SQLITE_BUSY_MS = 5_000;
    private static final int SQLITE_CACHE_KB = 8_192;
    /** A commit of thousands of sessions changes that much; what does not fit is written and read again meanwhile. */
    private static final int SQLITE_WRITER_CACHE_KB = 32_768;
    /** 64 MB of 4-KB pages: a page that several commits change is copied into the database once for all of them. */
    private static final int SQLITE_CHECKPOINT_PAGES = 16_000;

    private final MeterRegistry meters;
    private final Counter damagedRows;
    private final boolean sqlite;
    private final HikariDataSource writers;
    private final HikariDataSource readers;

    private Database(CatalogSettings settings, MeterRegistry meters, boolean readOnly) {
        this.meters = meters;
        this.damagedRows = Counter.builder("tapedeck.catalog.damaged.rows")
                .description("times that a row could not be read and the rest was done without it")
                .register(meters);
        this.sqlite = settings.isSqlite();
        this.writers = pool(
                settings, meters, "catalog-write", settings.isSqlite() ? 1 : settings.writersMax(), readOnly, readOnly);
        this.readers = pool(settings, meters, "catalog-read", settings.readersMax(), true, readOnly);
    }

    /** Brings the tables up to date and connects. Any number of processes may do so at once. */
    static Database open(CatalogSettings settings, MeterRegistry meters) {
        return open(settings, meters, false);
    }

    /**
     * Connects to look, beside whoever writes. Transactions that write fail.
     *
     * @throws StoreException UNSUPPORTED_VERSION if the tables are not those of this version
     */
    static Database openReadOnly(CatalogSettings settings, MeterRegistry meters) {
        return open(settings, meters, true);
    }

    private static Database open(CatalogSettings settings, MeterRegistry meters, boolean readOnly) {
        try {
            Flyway tables = tables(settings, MIGRATIONS);
            TablesVersion.requireUsable(tables.info());
            if (!readOnly) {
                tables.migrate();
            } else if (!tables.validateWithResult().validationSuccessful) {
                throw new StoreException(
                        StoreErrorKind.UNSUPPORTED_VERSION,
                        "catalog: its tables are not those of this version; a start of the server brings them up to date");
            }
            return new Database(settings, meters, readOnly);
        } catch (FlywayException | com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException sql) {
                    throw SqlErrors.toStoreException("open", sql);
                }
            }
            throw new StoreException(
                    StoreErrorKind.UNSUPPORTED_VERSION, "catalog: its tables are not those of this version", e);
        }
    }

    /** What is done in a transaction. May be run several times, until one commits. */
    interface Work<T> {
        T run(Transaction transaction) throws SQLException;
    }

    /** Runs {@code work} in a transaction that may write. */
    <T> T write(String operation, Work<T> work) {
        return timed(operation, writers, work);
    }

    /** Runs {@code work} on one snapshot. */
    <T> T read(String operation, Work<T> work) {
        return timed(operation, readers, work);
    }

    /** As {@link io.tapedeck.store.ErasureCatalog#emptyLog}; waits for readers as a writer waits for another. */
    boolean emptyLog() {
        if (!sqlite) {
            return true;
        }
        try (Connection connection = writers.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("pragma wal_checkpoint(truncate)")) {
            return result.next() && result.getInt("busy") == 0;
        } catch (SQLException e) {
            throw SqlErrors.toStoreException("emptyLog", e);
        }
    }

    private <T> T timed(String operation, HikariDataSource pool, Work<T> work) {
        Timer.Sample sample = Timer.start(meters);
        String outcome = "failed";
        try {
            T result = retried(operation, pool, work);
            outcome = "ok";
            return result;
        } catch (StoreException e) {
            outcome = e.kind().name().toLowerCase(Locale.ROOT);
            throw e;
        } finally {
            sample.stop(meters.timer("tapedeck.catalog.calls", "operation", operation, "outcome", outcome));
        }
    }

    private <T> T retried(String operation, HikariDataSource pool, Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(pool, work);
            } catch (SQLException e) {
                if (!SqlErrors.isLostRace(e) || attempt == ATTEMPTS_MAX) {
                    throw SqlErrors.toStoreException(operation, e);
                }
                meters.counter("tapedeck.catalog.lost.races", "operation", operation)
                        .increment();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(
                        ThreadLocalRandom.current().nextLong(5, 20L << attempt)));
            }
        }
    }

    private <T> T once(HikariDataSource pool, Work<T> work) throws SQLException {
        // Closing a connection whose transaction is open rolls it back. Switching auto-commit on commits; commit()
        // would not do, as SQLite's driver begins the next transaction in it, and a writer's locks the file.
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            T result = work.run(new Transaction(connection, !sqlite, damagedRows::increment));
            connection.setAutoCommit(true);
            return result;
        }
    }

    @Override
    public void close() {
        readers.close();
        writers.close();
    }

    /** What brings the tables of a database up to date with migrations from these places of the class path. */
    static Flyway tables(CatalogSettings settings, String... locations) {
        boolean sqlite = settings.isSqlite();
        return Flyway.configure()
                .dataSource(
                        sqlite ? sqlite(settings, TransactionMode.DEFERRED, SQLITE_CACHE_KB) : postgresql(settings, 0))
                .locations(locations)
                .table("schema_history")
                // They only add: the order in which those of two changes made at once have run does not matter.
                .outOfOrder(true)
                .placeholders(Map.of(
                        "id", sqlite ? "integer" : "bigint",
                        "bytes", sqlite ? "blob" : "bytea",
                        "clustered", sqlite ? "without rowid" : ""))
                .load();
    }

    private static HikariDataSource pool(
            CatalogSettings settings,
            MeterRegistry meters,
            String name,
            int connectionsMax,
            boolean readOnly,
            boolean neverWrites) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(meters));
        config.setMaximumPoolSize(connectionsMax);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(settings.waitMs());
        config.setValidationTimeout(Math.min(2_000, settings.waitMs()));
        if (settings.isSqlite()) {
            // A transaction that begins as a reader and then writes would fail if another one wrote in between.
            config.setDataSource(
                    readOnly
                            ? sqlite(settings, TransactionMode.DEFERRED, SQLITE_CACHE_KB)
                            : sqlite(settings, TransactionMode.IMMEDIATE, SQLITE_WRITER_CACHE_KB));
            config.setConnectionInitSql(
                    neverWrites ? "pragma query_only = 1" : "pragma wal_autocheckpoint = " + SQLITE_CHECKPOINT_PAGES);
            config.setMaxLifetime(0);
        } else {
            long silenceMs = settings.statementMs() + TimeUnit.SECONDS.toMillis(SILENCE_S);
            config.setDataSource(postgresql(settings, (int) TimeUnit.MILLISECONDS.toSeconds(silenceMs)));
            config.setTransactionIsolation(readOnly ? "TRANSACTION_REPEATABLE_READ" : "TRANSACTION_READ_COMMITTED");
            config.setConnectionInitSql("set statement_timeout = " + settings.statementMs()
                    + "; set idle_in_transaction_session_timeout = " + silenceMs);
        }
        return new HikariDataSource(config);
    }

    private static DataSource sqlite(CatalogSettings settings, TransactionMode mode, int cacheKb) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(SQLITE_BUSY_MS);
        config.setCacheSize(-cacheKb);
        config.setTransactionMode(mode);
        // What was erased must not stay in free pages.
        config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true");
        // A connection is one thread's at a time: its pool and its driver see to that.
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl(settings.url());
        return source;
    }

    private static DataSource postgresql(CatalogSettings settings, int socketTimeoutS) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.url());
        if (settings.user() != null) {
            source.setUser(settings.user());
        }
        if (settings.password() != null) {
            source.setPassword(settings.password());
        }
        source.setApplicationName("tapedeck");
        source.setConnectTimeout(CONNECT_TIMEOUT_S);
        source.setLoginTimeout(CONNECT_TIMEOUT_S);
        source.setSocketTimeout(socketTimeoutS);
        source.setTcpKeepAlive(true);
        source.setReWriteBatchedInserts(true);
        return source;
    }
}
