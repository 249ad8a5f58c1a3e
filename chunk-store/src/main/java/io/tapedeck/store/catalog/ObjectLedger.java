package io.tapedeck.store.catalog;

import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import java.sql.SQLException;
import java.util.ArrayList;
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

    /** Registers an object that is in the object store already; false if it is known. */
    static boolean adopt(Transaction transaction, String key, ObjectKind kind, String store, long number, long at)
            throws SQLException {
        return transaction.update("""
                        insert into object (key, kind, store, node, state, number, intended_at)
                        values (?, ?, ?, 'adopted', 0, ?, ?) on conflict (key) do nothing""", key, code(kind), store, kind == ObjectKind.SEGMENT ? number : null, at) == 1;
    }

    /**
     * Makes an intended segment live; returns its number, or nothing if it is not intended (any more).
     *
     * @param blockBytes of its blocks, all of which are live
     */
    static Optional<Long> commitSegment(
            Transaction transaction, String key, long bytes, long blockBytes, int sessions, long at)
            throws SQLException {
        return transaction.first("""
                update object set state = 1, bytes = ?, block_bytes = ?, live_bytes = ?, live_sessions = ?,
                    committed_at = ?
                where key = ? and kind = 0 and state = 0 returning number""", row -> row.getLong(1), bytes, blockBytes, blockBytes, sessions, at, key);
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

    /** What a segment loses: sessions that have no block in it any more, and bytes of blocks. */
    record SegmentLoss(long segment, int sessions, long bytes) {
        SegmentLoss plus(SegmentLoss other) {
            return new SegmentLoss(segment, sessions + other.sessions, bytes + other.bytes);
        }
    }

    /**
     * Takes sessions and blocks out of segments, and dooms segments that are left with none.
     *
     * @param losses in ascending order of segments, as every transaction does it
     */
    static void removeSessions(Transaction transaction, List<SegmentLoss> losses, long at) throws SQLException {
        transaction.batch(
                "update object set live_sessions = live_sessions - ?, live_bytes = live_bytes - ? where number = ?",
                losses.stream()
                        .map(loss -> new Object[] {loss.sessions(), loss.bytes(), loss.segment()})
                        .toList());
        transaction.batch(
                "update object set state = 2, doomed_at = ? where number = ? and state = 1 and live_sessions = 0",
                losses.stream().map(loss -> new Object[] {at, loss.segment()}).toList());
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
        List<String> keys = new ArrayList<>(transaction.query(
                "select key from object where state = 2 and urgent = 1 order by key limit ?",
                row -> row.getString(1),
                limit));
        keys.addAll(transaction.query("""
                select key from object where state = 2 and urgent = 0 and doomed_at < ?
                order by doomed_at, key limit ?""", row -> row.getString(1), before, limit - keys.size()));
        return keys;
    }

    static void forget(Transaction transaction, String key, long at) throws SQLException {
        // Locked first: an erasure that is about to note the object is over before it is asked who has noted it.
        transaction.update("update object set state = state where key = ? and state = 2", key);
        transaction.update("""
                delete from former_segment
                where segment_number = (select number from object where key = ? and state = 2)""", key);
        ErasedObjects.deleted(transaction, key, at);
        transaction.update("delete from object where key = ? and state = 2", key);
    }

    /** The stores of the first object and of the last, by key; each found by the primary key. */
    static List<String> storesAtTheEnds(Transaction transaction) throws SQLException {
        return transaction.query("""
                select store from (select store from object order by key limit 1) lowest
                union select store from (select store from object order by key desc limit 1) highest""", row -> row.getString(1));
    }

    /** How many objects of a kind are live. */
    static long live(Transaction transaction, ObjectKind kind) throws SQLException {
        return transaction.number("select count(*) from object where kind = ? and state = 1", code(kind));
    }

    static long doomed(Transaction transaction) throws SQLException {
        return transaction.number("select count(*) from object where state = 2");
    }

    static int code(ObjectKind kind) {
        return switch (kind) {
            case SEGMENT -> 0;
            case RECORDING -> 1;
        };
    }
}
