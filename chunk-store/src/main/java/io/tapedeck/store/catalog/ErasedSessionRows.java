package io.tapedeck.store.catalog;

import io.tapedeck.store.ErasureCatalog.Covered;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.Terms.Kind;
import io.tapedeck.store.catalog.Terms.Term;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Which sessions an erasure covers that are not taken out yet. */
final class ErasedSessionRows {
    private ErasedSessionRows() {}

    /** A session that carries a user. */
    record Carrying(long number, SessionKey key, boolean held) {}

    /**
     * Sessions that are not gone, ever carried the user, and were first received up to {@code at}. A user may have more of
     * them than there is memory for their facts: these are looked at one by one. A session that was found by the user and
     * whose facts cannot be read is among them.
     */
    static List<Carrying> carrying(Transaction transaction, String project, String user, long at, int limit)
            throws SQLException {
        List<Carrying> found = new ArrayList<>();
        transaction.each(
                """
                select s.number, s.id, s.held, s.facts from session_term t
                    join session s on s.number = t.session_number
                where t.term = ? and s.project = ? and""" + SessionRow.NOT_GONE.formatted("s") + " order by s.id",
                row -> {
                    if (carries(transaction, row.getString(4), user, at)) {
                        found.add(new Carrying(
                                row.getLong(1), new SessionKey(project, row.getString(2)), row.getInt(3) == 1));
                    }
                    return found.size() < limit;
                },
                Term.of(Kind.USER, user).id(project),
                project);
        return found;
    }

    private static boolean carries(Transaction transaction, String facts, String user, long at) {
        try {
            SessionFacts read = Packing.facts(facts);
            return read.userIds().contains(user) && read.firstReceivedAt() <= at;
        } catch (StoreException e) {
            transaction.damaged("what is known of a session of a user to be erased", e);
            return true;
        }
    }

    /** The next sessions to be taken out; those of a user that turned up since are buried. */
    static List<Covered> next(Transaction transaction, Erasure erasure, int limit, long now) throws SQLException {
        if (erasure.subject().kind() == SubjectKind.PROJECT) {
            return transaction.query(
                    "select project, id, facts from session where project = ? order by id limit ?",
                    row -> covered(transaction, row),
                    erasure.subject().project(),
                    limit);
        }
        if (erasure.subject().kind() == SubjectKind.USER) {
            buryLate(transaction, erasure, limit, now);
        }
        return transaction.query("""
                select t.project, t.session, s.facts from tombstone t
                    left join session s on s.project = t.project and s.id = t.session
                where t.erasure = ? and t.swept = 0 order by t.project, t.session limit ?""", row -> covered(transaction, row), erasure.number(), limit);
    }

    /** Sessions under legal hold stay, and the erasure stays open for as long as they do. */
    private static void buryLate(Transaction transaction, Erasure erasure, int limit, long now) throws SQLException {
        TreeMap<SessionKey, Long> late = new TreeMap<>();
        lateSessions(transaction, erasure, limit).stream()
                .filter(session -> !session.held())
                .forEach(session -> late.put(session.key(), session.number()));
        int buried = 0;
        for (SessionKey session : late.keySet()) {
            List<Boolean> held = transaction.query(
                    "update session set rev = rev + 1 where number = ? returning held",
                    row -> row.getInt(1) == 1,
                    late.get(session));
            if (held.equals(List.of(false))) {
                Tombstones.bury(transaction, session, erasure.number(), false, now);
                buried++;
            }
        }
        if (buried > 0) {
            ErasureRows.addSessions(transaction, erasure.number(), buried);
        }
    }

    private static List<Carrying> lateSessions(Transaction transaction, Erasure erasure, int limit)
            throws SQLException {
        String user = erasure.subject().name();
        return user == null
                ? new ArrayList<>()
                : carrying(
                        transaction,
                        erasure.subject().project(),
                        user,
                        erasure.requested().at(),
                        limit);
    }

    /** How many are left, up to {@code limit} of those of a user that turned up since. */
    static long left(Transaction transaction, Erasure erasure, int limit) throws SQLException {
        return switch (erasure.subject().kind()) {
            case PROJECT ->
                transaction.number(
                        "select count(*) from session where project = ?",
                        erasure.subject().project());
            case SESSION -> unswept(transaction, erasure);
            case USER ->
                unswept(transaction, erasure)
                        + lateSessions(transaction, erasure, limit).size();
        };
    }

    private static long unswept(Transaction transaction, Erasure erasure) throws SQLException {
        return transaction.number("select count(*) from tombstone where erasure = ? and swept = 0", erasure.number());
    }

    private static Covered covered(Transaction transaction, ResultSet row) throws SQLException {
        SessionKey key = new SessionKey(row.getString(1), row.getString(2));
        String facts = row.getString(3);
        if (facts == null) {
            return Covered.atAnyTime(key);
        }
        try {
            SessionFacts read = Packing.facts(facts);
            return new Covered(key, read.firstReceivedAt(), read.lastReceivedAt());
        } catch (StoreException e) {
            transaction.damaged("what is known of a session to be erased", e);
            return Covered.atAnyTime(key);
        }
    }
}
