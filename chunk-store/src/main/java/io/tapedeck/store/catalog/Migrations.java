package io.tapedeck.store.catalog;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.TablesVersion.Applied;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.sql.DataSource;

/**
 * Scripts that make the catalog's tables and bring them up to date, each of which runs once, in order. Immutable.
 *
 * <p>What has run is in the table {@code schema_history}; on tables that are up to date that is read and nothing else is
 * done. Otherwise all that have not run yet do so in one transaction, under a lock of the whole database: of several
 * processes that start at once one runs them and the others find that they have run, and of a script that fails, or of a
 * process that is killed, nothing remains.
 */
final class Migrations {
    private static final Pattern NAME = Pattern.compile("V([0-9]{1,9})__([a-z0-9_]+)\\.sql");

    /** Those of this version. One that was released is never changed. */
    static final Migrations KNOWN = of(
            "migrations/V1__catalog.sql",
            "migrations/V2__retention_and_erasure.sql",
            "migrations/V3__capture.sql",
            "migrations/V4__recorded.sql");

    /** Any number that nothing else in the database is likely to lock. */
    private static final long POSTGRESQL_LOCK = 0x7461_7065_6465_636bL;

    private static final String HISTORY = "schema_history";

    private final List<Migration> all;

    private Migrations(List<Migration> all) {
        this.all = List.copyOf(all);
    }

    /** A script, as it is in the program. */
    private record Migration(int number, String description, String name, String script, int checksum) {}

    /** What SQLite and PostgreSQL call differently. */
    enum Engine {
        SQLITE(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
                "integer", "blob", "without rowid"),
        /** Tables of extensions, which databases come with, are none of anybody's. */
        POSTGRESQL(
                "select relname from pg_class join pg_namespace on pg_namespace.oid = relnamespace"
                        + " where nspname = current_schema() and relkind in ('r', 'p')"
                        + " and not exists (select 1 from pg_depend where objid = pg_class.oid and deptype = 'e')",
                "bigint",
                "bytea",
                "");

        private final String tables;
        private final String id;
        private final String bytes;
        private final String clustered;

        Engine(String tables, String id, String bytes, String clustered) {
            this.tables = tables;
            this.id = id;
            this.bytes = bytes;
            this.clustered = clustered;
        }

        private String fill(String script) {
            return script.replace("${id}", id).replace("${bytes}", bytes).replace("${clustered}", clustered);
        }

        /** Until the transaction ends, this process alone migrates. On SQLite a transaction that may write is enough. */
        private void lock(Transaction transaction) throws SQLException {
            if (this == POSTGRESQL) {
                transaction.query("select pg_advisory_xact_lock(?)", row -> true, POSTGRESQL_LOCK);
            }
        }
    }

    /** @param files relative to this package, oldest first */
    static Migrations of(String... files) {
        return new Migrations(Arrays.stream(files).map(Migrations::read).toList());
    }

    /** These, and then others, as a later version may have them. */
    Migrations and(String... files) {
        return new Migrations(
                Stream.concat(all.stream(), of(files).all.stream()).toList());
    }

    /** The scripts' names without folders, in the order in which they run. */
    List<String> names() {
        return all.stream().map(Migration::name).toList();
    }

    /**
     * Runs what has not run yet. Any number of processes may do so at once.
     *
     * @param database whose transactions may write from their beginning on
     * @throws StoreException UNSUPPORTED_VERSION if the tables are not those of this version, or of one that adds to it
     */
    void run(DataSource database, Engine engine) throws SQLException {
        try (Connection connection = database.getConnection()) {
            Transaction transaction = new Transaction(connection);
            if (pending(transaction, engine).isEmpty()) {
                return;
            }
            // Closing a connection whose transaction is open rolls it back.
            connection.setAutoCommit(false);
            engine.lock(transaction);
            List<Migration> pending = pending(transaction, engine);
            createHistory(transaction);
            for (Migration migration : pending) {
                run(connection, engine, migration);
            }
            connection.setAutoCommit(true);
        }
    }

    /** Whether there is nothing to run; throws as {@link #run} does, and changes nothing. */
    boolean haveRun(DataSource database, Engine engine) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return pending(new Transaction(connection), engine).isEmpty();
        }
    }

    private List<Migration> pending(Transaction transaction, Engine engine) throws SQLException {
        List<Applied> applied = applied(transaction, engine);
        int known = all.get(all.size() - 1).number();
        TablesVersion.requireUsable(applied, known);
        List<Applied> ours =
                applied.stream().filter(one -> one.number() <= known).toList();
        if (ours.size() > all.size()) {
            throw notOurs();
        }
        for (int i = 0; i < ours.size(); i++) {
            Applied one = ours.get(i);
            Migration same = all.get(i);
            if (one.number() != same.number() || one.checksum() != same.checksum() || !one.success()) {
                throw notOurs();
            }
        }
        return all.subList(ours.size(), all.size());
    }

    private static List<Applied> applied(Transaction transaction, Engine engine) throws SQLException {
        List<String> tables = transaction.query(engine.tables, row -> row.getString(1));
        if (tables.contains(HISTORY)) {
            return transaction.query(
                    "select version, description, checksum, success from " + HISTORY
                            + " where version is not null order by installed_rank",
                    row -> new Applied(
                            Integer.parseInt(row.getString(1)), row.getString(2), row.getInt(3), row.getBoolean(4)));
        }
        if (!tables.isEmpty()) {
            throw notOurs();
        }
        return List.of();
    }

    private static StoreException notOurs() {
        return new StoreException(
                StoreErrorKind.UNSUPPORTED_VERSION, "catalog: its tables are not those of this version");
    }

    private static void createHistory(Transaction transaction) throws SQLException {
        transaction.update("create table if not exists " + HISTORY + " ("
                + "installed_rank int not null primary key, "
                + "version varchar(50), "
                + "description varchar(200) not null, "
                + "type varchar(20) not null, "
                + "script varchar(1000) not null, "
                + "checksum int, "
                + "installed_by varchar(100) not null, "
                + "installed_on timestamp not null default current_timestamp, "
                + "execution_time int not null, "
                + "success boolean not null)");
    }

    private static void run(Connection connection, Engine engine, Migration migration) throws SQLException {
        long startedNs = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.executeUpdate(engine.fill(migration.script()));
        }
        Transaction transaction = new Transaction(connection);
        long rank = transaction.number("select coalesce(max(installed_rank), 0) + 1 from " + HISTORY);
        transaction.update(
                "insert into " + HISTORY
                        + " (installed_rank, version, description, type, script, checksum, installed_by, "
                        + "execution_time, success) values (?, ?, ?, 'SQL', ?, ?, 'tapedeck', ?, true)",
                rank,
                Integer.toString(migration.number()),
                migration.description(),
                migration.name(),
                migration.checksum(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs));
    }

    private static Migration read(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a migration's name: " + name);
        }
        try (InputStream in = Migrations.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalArgumentException("the program was built without " + file);
            }
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new Migration(
                    Integer.parseInt(parts.group(1)), parts.group(2).replace('_', ' '), name, script, checksum(script));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Of the lines without their ends, so that a checkout with other line ends is the same script. */
    private static int checksum(String script) throws IOException {
        CRC32 crc = new CRC32();
        BufferedReader lines = new BufferedReader(new StringReader(script));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            crc.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return (int) crc.getValue();
    }
}
