package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionKey;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** A look into a catalog's tables from the side. Not thread-safe. */
public final class CatalogProbe implements AutoCloseable {
    /** What the catalog keeps in memory too, and what says which version the tables are of. */
    private static final Set<String> KEPT = Set.of("counter", "schema_history");

    private final Connection connection;
    private final Transaction transaction;

    /** @param url of an SQLite database that a catalog has made */
    public CatalogProbe(String url) {
        try {
            connection = DriverManager.getConnection(url);
            transaction = new Transaction(connection);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Whatever must be true of the tables between two transactions. */
    public void check() {
        try {
            CatalogInvariants.check(transaction);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public List<SessionKey> sessions() {
        try {
            return transaction.query(
                    "select project, id from session order by number",
                    row -> new SessionKey(row.getString(1), row.getString(2)));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Puts bytes that mean nothing in the place of what a session has in segments. */
    public void damage(SessionKey session) {
        try {
            transaction.update(
                    "update segment_session set packed = ? where session_number ="
                            + " (select number from session where project = ? and id = ?)",
                    new byte[] {1, '?'},
                    session.project(),
                    session.session());
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes everything out. */
    public void empty() {
        try {
            connection.setAutoCommit(false);
            for (String table : transaction.query(
                    "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
                    row -> row.getString(1))) {
                if (!KEPT.contains(table)) {
                    transaction.update("delete from " + table);
                }
            }
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
