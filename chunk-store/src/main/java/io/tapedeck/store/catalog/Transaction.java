package io.tapedeck.store.catalog;

import io.tapedeck.store.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statements within one transaction. Used by one thread, and only inside the {@link Database} call that made it.
 * Arguments are strings, numbers, byte arrays and nulls.
 */
final class Transaction {
    /** Rows of one multi-row statement. Times columns, it stays below SQLite's 32,766 and PostgreSQL's 65,535. */
    private static final int ROWS_MAX = 500;

    /** Rows that the driver holds at once where they are looked at one by one. */
    private static final int ROWS_FETCHED = 50;

    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

    private final Connection connection;
    private final boolean locksRows;
    private final Runnable onDamage;

    /** Whose queries lock nothing. */
    Transaction(Connection connection) {
        this(connection, false, () -> {});
    }

    /**
     * @param locksRows whether writers put themselves in order by row locks, and not by one lock for all
     * @param onDamage called for each row that the transaction goes on without
     */
    Transaction(Connection connection, boolean locksRows, Runnable onDamage) {
        this.connection = connection;
        this.locksRows = locksRows;
        this.onDamage = onDamage;
    }

    /** Tells of a row that cannot be read, where the others must not wait for it. */
    void damaged(String row, StoreException why) {
        LOG.error("{} in the catalog cannot be read and is passed over: {}", row, why.getMessage());
        onDamage.run();
    }

    /** The end of a query that locks the rows it finds in a table, in the order in which it returns them. */
    String forUpdateOf(String table) {
        return locksRows ? " for update of " + table : "";
    }

    /** Makes something of one row. */
    interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** Looks at one row; false if it was the last one wanted. */
    interface RowVisitor {
        boolean visit(ResultSet row) throws SQLException;
    }

    /** Runs one statement; returns the number of rows changed. */
    int update(String sql, Object... args) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, 1, args);
            return statement.executeUpdate();
        }
    }

    /** Runs one statement that returns rows. */
    <T> List<T> query(String sql, RowMapper<T> mapper, Object... args) throws SQLException {
        List<T> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, 1, args);
            collect(statement, mapper, found);
        }
        return found;
    }

    /** Runs one statement that returns rows, of which only a few are in memory at once. The visitor runs no statement. */
    void each(String sql, RowVisitor visitor, Object... args) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(ROWS_FETCHED);
            bind(statement, 1, args);
            try (ResultSet result = statement.executeQuery()) {
                boolean wanted = true;
                while (wanted && result.next()) {
                    wanted = visitor.visit(result);
                }
            }
        }
    }

    /** Runs one statement that returns at most one row. */
    <T> Optional<T> first(String sql, RowMapper<T> mapper, Object... args) throws SQLException {
        return query(sql, mapper, args).stream().findFirst();
    }

    /** Runs one statement that returns at least one row of one number. */
    long number(String sql, Object... args) throws SQLException {
        return query(sql, row -> row.getLong(1), args).get(0);
    }

    /** Runs the same statement for each row of arguments. */
    void batch(String sql, List<Object[]> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < rows.size(); i++) {
                bind(statement, 1, rows.get(i));
                statement.addBatch();
                if ((i + 1) % ROWS_MAX == 0) {
                    statement.executeBatch();
                }
            }
            if (rows.size() % ROWS_MAX != 0) {
                statement.executeBatch();
            }
        }
    }

    /**
     * Runs a statement over many rows at once and returns what it returns.
     *
     * @param sql with {@code %s} where {@code row} is to be repeated, once for each row, with commas between
     * @param row such as {@code (?, ?)}
     */
    <T> List<T> queryRows(String sql, String row, List<Object[]> rows, RowMapper<T> mapper) throws SQLException {
        List<T> found = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += ROWS_MAX) {
            List<Object[]> slice = rows.subList(from, Math.min(rows.size(), from + ROWS_MAX));
            String repeated = (row + ", ").repeat(slice.size() - 1) + row;
            try (PreparedStatement statement = connection.prepareStatement(sql.replace("%s", repeated))) {
                int next = 1;
                for (Object[] args : slice) {
                    next = bind(statement, next, args);
                }
                collect(statement, mapper, found);
            }
        }
        return found;
    }

    private static int bind(PreparedStatement statement, int from, Object[] args) throws SQLException {
        int next = from;
        for (Object arg : args) {
            statement.setObject(next++, arg);
        }
        return next;
    }

    private static <T> void collect(PreparedStatement statement, RowMapper<T> mapper, List<T> into)
            throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                into.add(mapper.map(result));
            }
        }
    }
}
