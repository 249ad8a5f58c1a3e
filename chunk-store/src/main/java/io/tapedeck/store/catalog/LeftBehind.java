package io.tapedeck.store.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows about sessions that have none themselves any more: a process which did not know the rows' table has removed them.
 * Nobody finds such rows, as numbers of sessions are never used again.
 */
final class LeftBehind {
    /** So many sessions' rows are deleted by one transaction. */
    private static final int SESSIONS_AT_ONCE = 1_000;

    private LeftBehind() {}

    /**
     * Deletes them, in several transactions. Looks first, in one that holds up nobody: the table may be large, and there is
     * hardly ever a row to delete.
     *
     * @param table has an index that begins with its {@code session_number}
     */
    static void delete(Database database, String table) {
        List<Long> numbers;
        do {
            numbers = database.read(
                    "leftBehind",
                    transaction -> transaction.query(sessions(table), row -> row.getLong(1), SESSIONS_AT_ONCE));
            List<Object[]> left = new ArrayList<>();
            numbers.forEach(number -> left.add(new Object[] {number}));
            if (!left.isEmpty()) {
                database.write("deleteLeftBehind", transaction -> {
                    transaction.batch("delete from " + table + " where session_number = ?", left);
                    return null;
                });
            }
        } while (numbers.size() == SESSIONS_AT_ONCE);
    }

    /** Asks for nothing but what the index has. */
    static String sessions(String table) {
        return """
                select distinct t.session_number from %s t
                where not exists (select 1 from session s where s.number = t.session_number)
                limit ?""".formatted(table);
    }
}
