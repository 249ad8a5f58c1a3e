package io.tapedeck.store.catalog;

import io.tapedeck.store.RetentionCatalog.Expired;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.SessionRemoval.Locked;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When sessions are over and what is done then, within one transaction that has locked their rows: commits, marks and
 * other sweepers come before or after, never between the decision and the deed.
 */
final class Expiring {
    private static final Logger LOG = LoggerFactory.getLogger(Expiring.class);
    /** A session whose facts cannot be read is looked at again after so long. */
    private static final long UNREADABLE_WAIT_MS = TimeUnit.DAYS.toMillis(1);

    private final Transaction transaction;
    private final long now;

    Expiring(Transaction transaction, long now) {
        this.transaction = transaction;
        this.now = now;
    }

    /** What decides when a session expires. {@code facts}: null if they cannot be read. */
    private record Candidate(
            long number, SessionFacts facts, long bytesStored, boolean marked, RetentionPolicy retention, long rev) {
        Long expiresAt() {
            return marked || retention == null ? null : Long.valueOf(retention.expiresAt(facts));
        }

        boolean isOver(long now) {
            Long expiresAt = facts == null ? null : expiresAt();
            return expiresAt != null && expiresAt <= now;
        }
    }

    /** See {@link io.tapedeck.store.RetentionCatalog#expire}. */
    Expired expire(Collection<SessionKey> sessions) throws SQLException {
        List<Locked> locked = SessionRemoval.lock(transaction, sessions);
        Map<Long, Candidate> candidates =
                candidates(transaction, locked.stream().map(Locked::number).toList());
        Set<SessionKey> gone = gone(sessions);
        List<Locked> over = new ArrayList<>();
        List<Long> staying = new ArrayList<>();
        int unreadable = 0;
        for (Locked session : locked) {
            if (gone.contains(session.session())) {
                continue; // An erasure has it.
            }
            Candidate candidate = candidates.get(session.number());
            if (candidate.isOver(now)) {
                over.add(session);
            } else if (candidate.facts() == null) {
                unreadable++;
                putOff(session.number());
            } else {
                staying.add(session.number());
            }
        }
        putRight(transaction, staying);
        bury(over);
        long bytes = SessionRemoval.remove(transaction, over, null, now);
        return new Expired(over.stream().map(Locked::session).toList(), bytes, unreadable);
    }

    private Set<SessionKey> gone(Collection<SessionKey> sessions) throws SQLException {
        return new HashSet<>(transaction.queryRows(
                "select project, session from tombstone where (project, session) in (values %s)",
                "(?, ?)", SessionKeys.rows(sessions), SessionKeys::of));
    }

    /** A tombstone is swept at once unless there is a copy of the session's key to be deleted. */
    private void bury(List<Locked> over) throws SQLException {
        for (Locked session : over) {
            SessionKey key = session.session();
            boolean hadKey = transaction.update(
                            "delete from session_key where project = ? and session = ?", key.project(), key.session())
                    == 1;
            transaction.update(
                    "insert into tombstone (project, session, reason, at, swept) values (?, ?, 1, ?, ?)",
                    key.project(),
                    key.session(),
                    now,
                    hadKey ? 0 : 1);
        }
    }

    private void putOff(long number) throws SQLException {
        transaction.update(
                "update session_index set expires_at = ? where number = ?", now + UNREADABLE_WAIT_MS, number);
    }

    /** See {@link io.tapedeck.store.RetentionCatalog#reviewExpiry}. */
    static int review(Transaction transaction, int limit) throws SQLException {
        record Stale(String project, long policyRev) {}
        Map<SessionKey, Long> numbers = new HashMap<>();
        for (Stale stale :
                transaction.query(JdbcRetention.STALE_PROJECTS, row -> new Stale(row.getString(1), row.getLong(2)))) {
            transaction
                    .query(
                            JdbcRetention.TO_REVIEW,
                            row -> new Locked(row.getLong(1), new SessionKey(row.getString(2), row.getString(3))),
                            stale.project(),
                            stale.policyRev(),
                            limit - numbers.size())
                    .forEach(found -> numbers.put(found.session(), found.number()));
        }
        transaction.batch(
                "update session set rev = rev where project = ? and id = ?", SessionKeys.rows(numbers.keySet()));
        putRight(transaction, List.copyOf(numbers.values()));
        return numbers.size();
    }

    /** Makes what the index says of expiry true. The sessions are locked. */
    static void putRight(Transaction transaction, List<Long> numbers) throws SQLException {
        List<Object[]> rows = new ArrayList<>();
        List<Object[]> unreadable = new ArrayList<>();
        for (Candidate candidate : candidates(transaction, numbers).values()) {
            SessionFacts facts = candidate.facts();
            if (facts == null) {
                unreadable.add(new Object[] {candidate.rev(), candidate.number()});
            } else {
                rows.add(new Object[] {
                    facts.firstReceivedAt(),
                    candidate.expiresAt(),
                    candidate.rev(),
                    facts.bytesRaw(),
                    candidate.bytesStored(),
                    candidate.number()
                });
            }
        }
        transaction.batch("""
                update session_index set first_received_at = ?, expires_at = ?, policy_rev = ?, bytes_raw = ?,
                    bytes_stored = ?
                where number = ?""", rows);
        transaction.batch("update session_index set policy_rev = ? where number = ?", unreadable);
    }

    /** Policy and revision are read in one statement, so that they belong together. */
    private static Map<Long, Candidate> candidates(Transaction transaction, List<Long> numbers) throws SQLException {
        Map<String, RetentionPolicy> policies = new HashMap<>();
        Map<Long, Candidate> found = new HashMap<>();
        transaction
                .queryRows(
                        """
                        select s.number, s.facts, s.bytes_stored, s.pinned, s.held, p.retention, p.policy_rev
                        from session s left join project p on p.slug = s.project where s.number in (%s)""",
                        "?",
                        numbers.stream().map(number -> new Object[] {number}).toList(),
                        row -> new Candidate(
                                row.getLong(1),
                                readable(row.getLong(1), row.getString(2)),
                                row.getLong(3),
                                row.getInt(4) == 1 || row.getInt(5) == 1,
                                row.getString(6) == null
                                        ? null
                                        : policies.computeIfAbsent(row.getString(6), Projects::retention),
                                row.getLong(7)))
                .forEach(candidate -> found.put(candidate.number(), candidate));
        return found;
    }

    /** Null if they cannot be read. */
    static SessionFacts readable(long number, String facts) {
        try {
            return Packing.facts(facts);
        } catch (StoreException e) {
            LOG.warn("the facts of session number {} cannot be read; it is kept: {}", number, e.getMessage());
            return null;
        }
    }
}
