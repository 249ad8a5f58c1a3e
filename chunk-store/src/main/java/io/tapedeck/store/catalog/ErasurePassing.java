package io.tapedeck.store.catalog;

import io.tapedeck.store.ErasureCatalog.ErasedSince;
import io.tapedeck.store.ErasureCatalog.ErasedUser;
import io.tapedeck.store.ErasureCatalog.NodePassed;
import io.tapedeck.store.SessionKey;
import java.sql.SQLException;
import java.util.List;

/** How nodes learn of erasures, and what the catalog knows of their journals. */
final class ErasurePassing {
    private ErasurePassing() {}

    static long newest(Transaction transaction) throws SQLException {
        return transaction.number("select next_number - 1 from counter where name = 'erasure'");
    }

    /** Nodes that have not passed an erasure, but for those that are retired. */
    static List<NodePassed> notPassed(Transaction transaction, long number) throws SQLException {
        return transaction.query("""
                select node, erasures_passed, seen_at from node
                where retired_at is null and erasures_passed < ? order by node""", row -> new NodePassed(row.getString(1), row.getLong(2), row.getLong(3)), number);
    }

    static void pass(Transaction transaction, String node, long number, long at) throws SQLException {
        long before = transaction
                .first("select erasures_passed from node where node = ?", row -> row.getLong(1), node)
                .orElse(number);
        transaction.update("update node set seen_at = ? where node = ?", at, node);
        if (number > before) {
            ErasedObjects.noteUncommitted(transaction, node, before, number);
            transaction.update("update node set erasures_passed = ? where node = ?", number, node);
        }
    }

    static boolean retire(Transaction transaction, String node, long at) throws SQLException {
        return transaction.update("update node set retired_at = ? where node = ? and retired_at is null", at, node)
                == 1;
    }

    static ErasedSince since(Transaction transaction, long number, int limit) throws SQLException {
        List<SessionKey> sessions = transaction.query(
                "select project, session from tombstone where erasure > ? limit ?",
                row -> new SessionKey(row.getString(1), row.getString(2)),
                number,
                limit);
        List<String> projects = transaction.query(
                "select project from erasure where number > ? and kind = 2 limit ?",
                row -> row.getString(1),
                number,
                limit);
        List<ErasedUser> users = transaction.query(
                "select project, subject from erasure where number > ? and kind = 1 and subject is not null limit ?",
                row -> new ErasedUser(row.getString(1), row.getString(2)),
                number,
                limit);
        boolean complete = sessions.size() < limit && projects.size() < limit && users.size() < limit;
        return new ErasedSince(sessions, projects, users, complete);
    }
}
