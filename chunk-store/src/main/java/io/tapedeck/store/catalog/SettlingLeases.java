package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Who settles which session: the lease columns of the table {@code session}. */
final class SettlingLeases {
    /** Sessions of which a part is due; as of the silent ones, only those that were recorded. Arguments: now, now, limit. */
    static final String DUE = """
            select s.number from session_index i join session s on s.number = i.number
            where i.part_due = 1 and i.recorded = 1
                and s.lease_until <= ? and s.settle_after <= ? and""" + SessionRow.NOT_GONE.formatted("s") + """

            order by i.number limit ?""";

    private static final String SILENT = """
            select s.number from session_index i join session s on s.number = i.number
            where i.settled = 0 and i.recorded = 1 and i.last_received_at <= ?
                and s.settled = 0
                and (s.last_received_at <= ? or (s.is_final = 1 and s.last_received_at <= ?))
                and s.lease_until <= ? and s.settle_after <= ? and""" + SessionRow.NOT_GONE.formatted("s") + """

            order by i.last_received_at limit ?""";

    static final String RELEASE_ALL = """
            update session set lease_holder = null, lease_until = 0
            where number in (select number from session_index where settled = 0 and recorded = 1) and lease_holder = ?""";

    private SettlingLeases() {}

    private record Leased(SessionKey session, long lastReceivedAt) {}

    /**
     * Sessions of which a part is due come from the index of those. Silent ones come from the index of unsettled
     * sessions: its times may be older than the truth but never newer, so it misses none; the session's own row then
     * decides.
     */
    static List<SessionKey> take(
            Transaction transaction,
            String holder,
            long now,
            long silentSince,
            long finalSince,
            long leaseUntil,
            int limit)
            throws SQLException {
        List<SessionKey> taken = new ArrayList<>(takeDue(transaction, holder, now, leaseUntil, limit));
        if (taken.size() < limit) {
            taken.addAll(
                    takeSilent(transaction, holder, now, silentSince, finalSince, leaseUntil, limit - taken.size()));
        }
        return taken;
    }

    private static List<SessionKey> takeDue(
            Transaction transaction, String holder, long now, long leaseUntil, int limit) throws SQLException {
        return take(transaction, DUE, holder, now, leaseUntil, now, now, limit);
    }

    private static List<SessionKey> takeSilent(
            Transaction transaction,
            String holder,
            long now,
            long silentSince,
            long finalSince,
            long leaseUntil,
            int limit)
            throws SQLException {
        return take(
                transaction,
                SILENT,
                holder,
                now,
                leaseUntil,
                Math.max(silentSince, finalSince),
                silentSince,
                finalSince,
                now,
                now,
                limit);
    }

    /**
     * Leases what a query finds. PostgreSQL looks at the last condition again if another settler was first; should that
     * have taken everything that was found, there may be more. The query comes first, as mostly it finds nothing.
     */
    private static List<SessionKey> take(
            Transaction transaction, String candidates, String holder, long now, long leaseUntil, Object... args)
            throws SQLException {
        String lease = "update session set lease_holder = ?, lease_until = ? where number in (" + candidates
                + ") and lease_until <= ? returning project, id, last_received_at";
        List<Object> all = new ArrayList<>(List.of(holder, leaseUntil));
        all.addAll(List.of(args));
        all.add(now);
        List<Leased> taken = List.of();
        while (taken.isEmpty()
                && !transaction.query(candidates, row -> row.getLong(1), args).isEmpty()) {
            taken = transaction.query(lease, SettlingLeases::leased, all.toArray());
        }
        return inOrder(taken);
    }

    private static Leased leased(ResultSet row) throws SQLException {
        return new Leased(new SessionKey(row.getString(1), row.getString(2)), row.getLong(3));
    }

    private static List<SessionKey> inOrder(List<Leased> leased) {
        return leased.stream()
                .sorted(Comparator.comparingLong(Leased::lastReceivedAt).thenComparing(Leased::session))
                .map(Leased::session)
                .toList();
    }

    /** A part of each of these sessions is due. */
    static void markDue(Transaction transaction, Collection<Long> numbers) throws SQLException {
        transaction.batch(
                "update session_index set part_due = 1 where number = ? and part_due = 0",
                numbers.stream().map(number -> new Object[] {number}).toList());
    }

    static void setDue(Transaction transaction, long number, boolean due) throws SQLException {
        transaction.update("update session_index set part_due = ? where number = ?", due ? 1 : 0, number);
    }

    static void release(Transaction transaction, String holder, SessionKey session) throws SQLException {
        transaction.update("""
                update session set lease_holder = null, lease_until = 0
                where project = ? and id = ? and lease_holder = ?""", session.project(), session.session(), holder);
    }

    /** Only sessions that are not settled are leased: those are few, and have an index. */
    static void releaseAll(Transaction transaction, String holder) throws SQLException {
        transaction.update(RELEASE_ALL, holder);
    }

    static long unsettled(Transaction transaction) throws SQLException {
        return transaction.number("select count(*) from session_index where settled = 0 and recorded = 1");
    }
}
