package io.tapedeck.store.catalog;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import org.sqlite.SQLiteException;

/** The one place that turns a database's error into a {@link StoreErrorKind}. */
final class SqlErrors {
    private SqlErrors() {}

    /**
     * What a caller is told. The database's own message goes along as the cause only: it can quote values.
     *
     * @param operation names what failed
     */
    static StoreException toStoreException(String operation, SQLException error) {
        String state = error.getSQLState() == null ? "" : " (SQL state " + error.getSQLState() + ")";
        return new StoreException(kind(error), "catalog: " + operation + " failed" + state, error);
    }

    /** Whether the database undid the transaction because of another one, so that it may simply be run again. */
    static boolean isLostRace(SQLException error) {
        String state = error.getSQLState();
        return state != null && state.startsWith("40");
    }

    static StoreErrorKind kind(SQLException error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException sqlite) {
                return sqliteKind(sqlite);
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return stateKind(sql.getSQLState());
            }
        }
        if (error instanceof SQLTimeoutException) {
            return StoreErrorKind.TIMEOUT;
        }
        if (error instanceof SQLTransientConnectionException) {
            return StoreErrorKind.UNAVAILABLE;
        }
        return StoreErrorKind.UNAVAILABLE;
    }

    /** The primary result code is the low byte; what does not name a lasting fault may pass. */
    private static StoreErrorKind sqliteKind(SQLiteException error) {
        return switch (error.getResultCode().code & 0xFF) {
            case 13 /* FULL */, 7 /* NOMEM */ -> StoreErrorKind.OVER_CAPACITY;
            case 11 /* CORRUPT */, 26 /* NOTADB */ -> StoreErrorKind.CORRUPT;
            case 3 /* PERM */, 23 /* AUTH */ -> StoreErrorKind.UNAUTHORIZED;
            case 9 /* INTERRUPT */ -> StoreErrorKind.TIMEOUT;
            default -> StoreErrorKind.UNAVAILABLE; // BUSY, LOCKED, IOERR, CANTOPEN, READONLY and the rest
        };
    }

    /** By class of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html. */
    private static StoreErrorKind stateKind(String state) {
        if (state.equals("57014")) { // cancelled: the statement took too long
            return StoreErrorKind.TIMEOUT;
        }
        if (state.equals("53300")) { // too many connections
            return StoreErrorKind.UNAVAILABLE;
        }
        if (state.equals("XX001") || state.equals("XX002")) { // data or index corrupted
            return StoreErrorKind.CORRUPT;
        }
        return switch (state.substring(0, Math.min(2, state.length()))) {
            case "28" -> StoreErrorKind.UNAUTHORIZED;
            case "53" -> StoreErrorKind.OVER_CAPACITY;
            default -> StoreErrorKind.UNAVAILABLE; // 08 connection, 25 read-only standby, 40, 55, 57, 58 and the rest
        };
    }
}
