package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionKey;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/** Who settles which session: the lease columns of the table {@code session}. */
final class SettlingLeases {
    private SettlingLeases() {}

    private record Leased(SessionKey session, long lastReceivedAt) {}

    /**
     * Candidates come from the index of unsettled sessions. Its times may be older than the truth but never newer, so
     * it misses none; the session's own row then decides. The last condition is looked at again by PostgreSQL if
     * another settler was first.
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
        return transaction
                .query(
                        """
                        update session set lease_holder = ?, lease_until = ?
                        where number in (
                                select s.number from session_index i join session s on s.number = i.number
                                where i.settled = 0 and i.last_received_at <= ?
                                    and s.settled = 0
                                    and (s.last_received_at <= ? or (s.is_final = 1 and s.last_received_at <= ?))
                                    and s.lease_until <= ? and s.settle_after <= ? and""" + SessionRow.NOT_GONE.formatted("s") + """

                                order by i.last_received_at limit ?)
                            and lease_until <= ?
                        returning project, id, last_received_at""",
                        row -> new Leased(new SessionKey(row.getString(1), row.getString(2)), row.getLong(3)),
                        holder,
                        leaseUntil,
                        Math.max(silentSince, finalSince),
                        silentSince,
                        finalSince,
                        now,
                        now,
                        limit,
                        now)
                .stream()
                .sorted(Comparator.comparingLong(Leased::lastReceivedAt).thenComparing(Leased::session))
                .map(Leased::session)
                .toList();
    }

    static void release(Transaction transaction, String holder, SessionKey session) throws SQLException {
        transaction.update("""
                update session set lease_holder = null, lease_until = 0
                where project = ? and id = ? and lease_holder = ?""", session.project(), session.session(), holder);
    }

    static long unsettled(Transaction transaction) throws SQLException {
        return transaction.number("select count(*) from session_index where settled = 0");
    }
}
