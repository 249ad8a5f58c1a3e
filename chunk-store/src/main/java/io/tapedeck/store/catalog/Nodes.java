package io.tapedeck.store.catalog;

import io.tapedeck.store.Catalog.JournalProgress;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The tables {@code node} and {@code journal_range}: who writes, and what of whose journal is committed. */
final class Nodes {
    private Nodes() {}

    /** Raises a node's epoch, from 1. The journal of a node that was never seen before holds nothing that was erased. */
    static long start(Transaction transaction, String node) throws SQLException {
        return transaction.number("""
                insert into node (node, epoch, erasures_passed)
                values (?, 1, (select next_number - 1 from counter where name = 'erasure'))
                on conflict (node) do update set epoch = node.epoch + 1, retired_at = null
                returning epoch""", node);
    }

    /** Makes a node known that has been at least at that epoch; returns its epoch. */
    static long adopt(Transaction transaction, String node, long epoch) throws SQLException {
        return transaction.number("""
                insert into node (node, epoch) values (?, ?) on conflict (node) do update set
                    epoch = case when node.epoch < excluded.epoch then excluded.epoch else node.epoch end
                returning epoch""", node, epoch);
    }

    /** The epoch, or 0 if the node never started. */
    static long epoch(Transaction transaction, String node) throws SQLException {
        return transaction
                .first("select epoch from node where node = ?", row -> row.getLong(1), node)
                .orElse(0L);
    }

    /** Locks the node until the transaction ends, so that its commits come one after another. */
    static void lock(Transaction transaction, String node, long epoch) throws SQLException {
        if (transaction.update("update node set epoch = epoch where node = ? and epoch = ?", node, epoch) == 0) {
            throw new StoreException(
                    StoreErrorKind.CONFLICT, "node " + node + " has been started again since epoch " + epoch);
        }
    }

    static JournalProgress progress(Transaction transaction, String node) throws SQLException {
        return new JournalProgress(transaction.query(
                "select from_number, to_number from journal_range where node = ? order by from_number",
                row -> new JournalProgress.Range(row.getLong(1), row.getLong(2)),
                node));
    }

    /** Whether all records of a range, which is not empty, are in committed segments. */
    static boolean covers(Transaction transaction, String node, long from, long to) throws SQLException {
        return from < to
                && transaction
                        .first(
                                "select 1 from journal_range where node = ? and from_number <= ? and to_number >= ?",
                                row -> true,
                                node,
                                from,
                                to)
                        .isPresent();
    }

    /** Adds a range, joining it with those that it touches. The node is locked. */
    static void addRange(Transaction transaction, String node, long from, long to) throws SQLException {
        if (from >= to) {
            return;
        }
        List<JournalProgress.Range> touched = transaction.query(
                "select from_number, to_number from journal_range where node = ? and from_number <= ? and to_number >= ?",
                row -> new JournalProgress.Range(row.getLong(1), row.getLong(2)),
                node,
                to,
                from);
        long joinedFrom = from;
        long joinedTo = to;
        List<Object[]> replaced = new ArrayList<>();
        for (JournalProgress.Range range : touched) {
            joinedFrom = Math.min(joinedFrom, range.from());
            joinedTo = Math.max(joinedTo, range.to());
            replaced.add(new Object[] {node, range.from()});
        }
        transaction.batch("delete from journal_range where node = ? and from_number = ?", replaced);
        transaction.update(
                "insert into journal_range (node, from_number, to_number) values (?, ?, ?)",
                node,
                joinedFrom,
                joinedTo);
    }

    /** All below is committed, and a copy of the journal that still holds it adds nothing; what was refused is forgotten. */
    static void forgetBelow(Transaction transaction, String node, long number) throws SQLException {
        transaction.update("update node set epoch = epoch where node = ?", node);
        addRange(transaction, node, 0, number);
    }
}
