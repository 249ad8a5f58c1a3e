package io.tapedeck.store.catalog;

import java.sql.SQLException;

/**
 * The number that every change of what admins have made raises: {@link io.tapedeck.store.AdminState#rev}. Whoever changes
 * something of that takes this lock before any other, so that such changes come one after another.
 */
final class AdminRev {
    private AdminRev() {}

    /** Locks it until the transaction ends. */
    static void lock(Transaction transaction) throws SQLException {
        transaction.update("update counter set next_number = next_number where name = 'admin'");
    }

    static void raise(Transaction transaction) throws SQLException {
        transaction.update("update counter set next_number = next_number + 1 where name = 'admin'");
    }

    static long current(Transaction transaction) throws SQLException {
        return transaction.number("select next_number from counter where name = 'admin'");
    }
}
