package io.tapedeck.store.catalog;

import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.ErasureCatalog.ErasedObject;
import io.tapedeck.store.RecordingKey;
import io.tapedeck.store.SessionKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The table {@code erasure_object}: which objects hold, or may hold, what an erasure covers. */
final class ErasedObjects {
    private static final String NOTE = """
            insert into erasure_object (erasure, key, kind, bytes, maybe)
            select cast(? as bigint), key, kind, bytes, 0 from object where\s""";

    /** What is known of an object for certain is not forgotten for what is only possible. */
    private static final String KNOWN_BEFORE = " on conflict (erasure, key) do update set maybe = 0";

    private ErasedObjects() {}

    /** A segment holds blocks that were erased: once doomed, it is deleted without a grace; else it is rewritten. */
    static void noteSegment(Transaction transaction, long erasure, long number) throws SQLException {
        transaction.update("update object set holds_erased = 1, urgent = 1 where number = ?", number);
        transaction.update(NOTE + "number = ?" + KNOWN_BEFORE, erasure, number);
    }

    /** A recording holds an erased session. If it is not committed yet, it never will be. */
    static void noteRecording(Transaction transaction, long erasure, String key) throws SQLException {
        transaction.update("update object set urgent = 1 where key = ?", key);
        transaction.update(NOTE + "key = ?" + KNOWN_BEFORE, erasure, key);
    }

    /** Recordings of sessions that no session refers to: intended or doomed. */
    static List<String> unreferencedRecordings(Transaction transaction, Collection<SessionKey> sessions)
            throws SQLException {
        Set<SessionKey> wanted = new HashSet<>(sessions);
        List<String> found = new ArrayList<>();
        for (String key : transaction.query(
                "select key from object where kind = 1 and state in (0, 2)", row -> row.getString(1))) {
            if (RecordingKey.session(key).filter(wanted::contains).isPresent()) {
                found.add(key);
            }
        }
        return found;
    }

    /** Segments that are not committed may hold anything that was on its way when the erasure began. */
    static void noteUncommitted(Transaction transaction, long erasure) throws SQLException {
        transaction.update("""
                insert into erasure_object (erasure, key, kind, bytes, maybe)
                select cast(? as bigint), key, kind, bytes, 1 from object
                where kind = 0 and state in (0, 2) and committed_at is null
                on conflict do nothing""", erasure);
    }

    /** The same of one node's segments, for the erasures that it passes now. */
    static void noteUncommitted(Transaction transaction, String node, long above, long upTo) throws SQLException {
        transaction.update("""
                insert into erasure_object (erasure, key, kind, bytes, maybe)
                select e.number, o.key, o.kind, o.bytes, 1 from erasure e join object o on o.node = ?
                where e.final_at is null and e.number > ? and e.number <= ?
                    and o.kind = 0 and o.state in (0, 2) and o.committed_at is null
                on conflict do nothing""", node, above, upTo);
    }

    /** An object is deleted. What only might have held something, and was committed after all, is nobody's business. */
    static void deleted(Transaction transaction, String key, long at) throws SQLException {
        transaction.update("""
                delete from erasure_object where key = ? and maybe = 1
                    and exists (select 1 from object o where o.key = ? and o.committed_at is not null)""", key, key);
        transaction.update("update erasure_object set deleted_at = ? where key = ? and deleted_at is null", at, key);
    }

    static void deletedStray(Transaction transaction, long erasure, ErasedObject stray) throws SQLException {
        transaction.update(
                """
                insert into erasure_object (erasure, key, kind, bytes, deleted_at) values (?, ?, ?, ?, ?)
                on conflict do nothing""", erasure, stray.key(), ObjectLedger.code(stray.kind()), stray.bytes(), stray.deletedAt());
    }

    static int giveUpIntents(Transaction transaction, long erasure, long before, long now) throws SQLException {
        return transaction.update("""
                update object set state = 2, doomed_at = ? where state = 0 and intended_at < ?
                    and key in (select key from erasure_object where erasure = ? and deleted_at is null)""", now, before, erasure);
    }

    static List<ErasedObject> page(Transaction transaction, long erasure, String after, int limit) throws SQLException {
        return transaction.query(
                """
                select key, kind, bytes, deleted_at from erasure_object
                where erasure = ? and key > ? and (maybe = 0 or deleted_at is not null)
                order by key limit ?""",
                row -> {
                    long deletedAt = row.getLong(4);
                    return new ErasedObject(
                            row.getString(1),
                            row.getInt(2) == 0 ? ObjectKind.SEGMENT : ObjectKind.RECORDING,
                            row.getLong(3),
                            deletedAt == 0 ? null : Long.valueOf(deletedAt));
                },
                erasure,
                after == null ? "" : after,
                limit);
    }

    /** Not deleted, as far as it is a live segment (to be rewritten), or not ({@code live} 0). */
    static long left(Transaction transaction, long erasure, boolean live) throws SQLException {
        return transaction.number("""
                select count(*) from erasure_object e left join object o on o.key = e.key
                where e.erasure = ? and e.deleted_at is null and e.maybe = 0
                    and case when o.kind = 0 and o.state = 1 then 1 else 0 end = ?""", erasure, live ? 1 : 0);
    }

    /** Neither committed nor deleted. */
    static long uncommitted(Transaction transaction, long erasure) throws SQLException {
        return transaction.number("""
                select count(*) from erasure_object e join object o on o.key = e.key
                where e.erasure = ? and e.deleted_at is null and e.maybe = 1 and o.committed_at is null""", erasure);
    }
}
