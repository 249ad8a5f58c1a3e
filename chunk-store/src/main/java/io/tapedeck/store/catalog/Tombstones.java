package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.UserDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The tables {@code tombstone} and {@code user_tombstone}, and projects that are erased: what is never committed again. */
final class Tombstones {
    private Tombstones() {}

    /** An erased user: sessions that carry him and were first received up to {@code at} are covered. */
    record ErasedUser(long at, long erasure) {}

    static boolean covers(Transaction transaction, SessionKey session) throws SQLException {
        return transaction
                .first("""
                        select 1 from tombstone where project = ? and session = ?
                        union all select 1 from project where slug = ? and erased_at is not null""", row -> true, session.project(), session.session(), session.project())
                .isPresent();
    }

    /** Those of the sessions that are gone, with the erasure that took them; null if they have expired. */
    static Map<SessionKey, Long> among(Transaction transaction, Collection<SessionKey> sessions) throws SQLException {
        List<Object[]> keys = new ArrayList<>(sessions.size());
        Set<String> projects = new TreeSet<>();
        for (SessionKey key : sessions) {
            keys.add(new Object[] {key.project(), key.session()});
            projects.add(key.project());
        }
        Map<SessionKey, Long> gone = new HashMap<>();
        record Found(SessionKey session, Long erasure) {}
        for (Found found : transaction.queryRows(
                "select project, session, erasure from tombstone where (project, session) in (values %s)",
                "(?, ?)", keys, row -> {
                    long erasure = row.getLong(3);
                    return new Found(
                            new SessionKey(row.getString(1), row.getString(2)), row.wasNull() ? null : erasure);
                })) {
            gone.put(found.session(), found.erasure());
        }
        Map<String, Long> erased = erasedProjects(transaction, projects);
        if (!erased.isEmpty()) {
            sessions.stream()
                    .filter(session -> erased.containsKey(session.project()))
                    .forEach(session -> gone.put(session, erased.get(session.project())));
        }
        return gone;
    }

    private static Map<String, Long> erasedProjects(Transaction transaction, Collection<String> projects)
            throws SQLException {
        Map<String, Long> erased = new HashMap<>();
        record Found(String project, long erasure) {}
        transaction
                .queryRows(
                        """
                        select p.slug, coalesce((select max(e.number) from erasure e where e.project = p.slug and e.kind = 2), 0)
                        from project p where p.erased_at is not null and p.slug in (%s)""",
                        "?",
                        projects.stream().map(project -> new Object[] {project}).toList(),
                        row -> new Found(row.getString(1), row.getLong(2)))
                .forEach(found -> erased.put(found.project(), found.erasure()));
        return erased;
    }

    /** Those of a session's users that are erased, or the most recent of them; null if none is. */
    static Map<SessionKey, ErasedUser> ofUsers(Transaction transaction, Map<SessionKey, SessionFacts> sessions)
            throws SQLException {
        Map<List<String>, List<SessionKey>> digests = new HashMap<>();
        sessions.forEach((session, facts) -> facts.userIds()
                .forEach(user -> digests.computeIfAbsent(
                                List.of(session.project(), UserDigest.of(session.project(), user)),
                                key -> new ArrayList<>())
                        .add(session)));
        Map<SessionKey, ErasedUser> erased = new HashMap<>();
        if (digests.isEmpty()) {
            return erased;
        }
        record Found(List<String> key, ErasedUser user) {}
        List<Found> found = transaction.queryRows(
                """
                select project, user_digest, at, erasure from user_tombstone
                where (project, user_digest) in (values %s)""",
                "(?, ?)",
                digests.keySet().stream().map(List::toArray).toList(),
                row -> new Found(
                        List.of(row.getString(1), row.getString(2)), new ErasedUser(row.getLong(3), row.getLong(4))));
        for (Found one : found) {
            for (SessionKey session : digests.get(one.key())) {
                erased.merge(session, one.user(), (a, b) -> a.at() >= b.at() ? a : b);
            }
        }
        return erased;
    }

    /** Buries a session for an erasure. It has a tombstone: that is made the erasure's if it was of expiry. */
    static void bury(Transaction transaction, SessionKey session, long erasure, boolean swept, long at)
            throws SQLException {
        transaction.update("""
                insert into tombstone (project, session, reason, at, erasure, swept) values (?, ?, 0, ?, ?, ?)
                on conflict (project, session) do update set
                    reason = 0, erasure = coalesce(tombstone.erasure, excluded.erasure)""", session.project(), session.session(), at, erasure, swept ? 1 : 0);
    }

    static void buryUser(Transaction transaction, String project, String user, long erasure, long at)
            throws SQLException {
        transaction.update("""
                insert into user_tombstone (project, user_digest, at, erasure) values (?, ?, ?, ?)
                on conflict (project, user_digest) do update set at = excluded.at, erasure = excluded.erasure""", project, UserDigest.of(project, user), at, erasure);
    }
}
