package io.tapedeck.store.catalog;

import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The table {@code object}: every object there is or may be, from intent over live to doomed. */
final class ObjectLedger {
    private ObjectLedger() {}

    /** @param number of a segment; what a recording's is does not matter */
    static void intend(Transaction transaction, ObjectIntent intent, long number) throws SQLException {
        transaction.update(
                """
                insert into object (key, kind, store, node, state, number, intended_at) values (?, ?, ?, ?, 0, ?, ?)
                on conflict (key) do nothing""",
                intent.key(),
                code(intent.kind()),
                intent.store(),
                intent.node(),
                intent.kind() == ObjectKind.SEGMENT ? number : null,
                intent.at());
    }

    /** Makes an intended segment live; returns its number, or nothing if it is not intended (any more). */
    static Optional<Long> commitSegment(Transaction transaction, String key, long bytes, int sessions, long at)
            throws SQLException {
        return transaction.first("""
                update object set state = 1, bytes = ?, live_sessions = ?, committed_at = ?
                where key = ? and kind = 0 and state = 0 returning number""", row -> row.getLong(1), bytes, sessions, at, key);
    }

    /** Makes an intended recording live; false if it is not intended (any more). */
    static boolean commitRecording(Transaction transaction, String key, long bytes, long at) throws SQLException {
        return transaction.update("""
                        update object set state = 1, bytes = ?, committed_at = ?
                        where key = ? and kind = 1 and state = 0""", bytes, at, key) == 1;
    }

    /** Whether there was a commit, whatever became of the object since; nothing if the object is not known. */
    static Optional<Boolean> wasCommitted(Transaction transaction, String key) throws SQLException {
        return transaction.first(
                "select case when committed_at is null then 0 else 1 end from object where key = ?",
                row -> row.getInt(1) == 1,
                key);
    }

    /**
     * Takes sessions out of segments, and dooms those that are left with none.
     *
     * @param rows how many, when, and of which segment; in ascending order of segments, as every transaction does it
     */
    static void removeSessions(Transaction transaction, List<Object[]> rows) throws SQLException {
        transaction.batch(
                "update object set live_sessions = live_sessions - ? where number = ?",
                rows.stream().map(row -> new Object[] {row[0], row[2]}).toList());
        transaction.batch(
                "update object set state = 2, doomed_at = ? where number = ? and state = 1 and live_sessions = 0",
                rows.stream().map(row -> new Object[] {row[1], row[2]}).toList());
    }

    static void doomIntent(Transaction transaction, String key, long at) throws SQLException {
        transaction.update("update object set state = 2, doomed_at = ? where key = ? and state = 0", at, key);
    }

    static void doomLive(Transaction transaction, String key, long at) throws SQLException {
        transaction.update("update object set state = 2, doomed_at = ? where key = ? and state = 1", at, key);
    }

    static int doomStaleIntents(Transaction transaction, long before, long at) throws SQLException {
        return transaction.update(
                "update object set state = 2, doomed_at = ? where state = 0 and intended_at < ?", at, before);
    }

    static List<String> doomed(Transaction transaction, long before, int limit) throws SQLException {
        return transaction.query(
                "select key from object where state = 2 and doomed_at < ? order by doomed_at, key limit ?",
                row -> row.getString(1),
                before,
                limit);
    }

    static void forget(Transaction transaction, String key) throws SQLException {
        transaction.update("delete from object where key = ? and state = 2", key);
    }

    /** How many objects of a kind are live. */
    static long live(Transaction transaction, ObjectKind kind) throws SQLException {
        return transaction.number("select count(*) from object where kind = ? and state = 1", code(kind));
    }

    static long doomed(Transaction transaction) throws SQLException {
        return transaction.number("select count(*) from object where state = 2");
    }

    private static int code(ObjectKind kind) {
        return switch (kind) {
            case SEGMENT -> 0;
            case RECORDING -> 1;
        };
    }
}
