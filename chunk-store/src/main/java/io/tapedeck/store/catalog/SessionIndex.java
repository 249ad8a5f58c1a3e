package io.tapedeck.store.catalog;

import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The table {@code session_index}: what lists sort by, when sessions expire, and what they weigh. */
final class SessionIndex {
    /** How old the row of a live session may get. */
    static final long AGE_MAX_MS = 60_000;

    private SessionIndex() {}

    /** A row to be written. */
    record Entry(long number, SessionKey session, SessionFacts facts, boolean settled) {}

    /** What the list means by errors, in its filter and in its order. */
    static long errors(SessionFacts facts) {
        return (long) facts.counts().errors() + facts.counts().consoleErrors();
    }

    /** Whether a window was recorded; if not, the session has only what came beside a recording, and is in no list. */
    static boolean isRecorded(SessionFacts facts) {
        return !facts.windows().isEmpty();
    }

    /** Of a session's row and of its project's. {@code retention}: null if the project is not in the catalog. */
    private record Kept(long bytesStored, boolean marked, RetentionPolicy retention, long policyRev) {
        Long expiresAt(SessionFacts facts) {
            return marked || retention == null ? null : Long.valueOf(retention.expiresAt(facts));
        }
    }

    /** Makes or replaces rows. The sessions are locked, and their own rows are written. */
    static void write(Transaction transaction, Collection<Entry> entries) throws SQLException {
        Map<Long, Kept> kept = kept(transaction, entries);
        List<Object[]> rows = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            SessionFacts facts = entry.facts();
            Kept session = kept.get(entry.number());
            rows.add(new Object[] {
                entry.number(),
                entry.session().project(),
                entry.session().session(),
                facts.startedAt(),
                facts.lastEventAt(),
                facts.lastEventAt() - facts.startedAt(),
                errors(facts),
                facts.counts().rageClicks(),
                facts.lastReceivedAt(),
                entry.settled() ? 1 : 0,
                facts.firstReceivedAt(),
                session.expiresAt(facts),
                session.policyRev(),
                facts.bytesRaw(),
                session.bytesStored(),
                isRecorded(facts) ? 1 : 0
            });
        }
        transaction.batch("""
                insert into session_index (number, project, id, started_at, last_event_at, duration_ms, errors,
                    rage_clicks, last_received_at, settled, first_received_at, expires_at, policy_rev, bytes_raw, bytes_stored,
                    recorded)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (number) do update set
                    started_at = excluded.started_at,
                    last_event_at = excluded.last_event_at,
                    duration_ms = excluded.duration_ms,
                    errors = excluded.errors,
                    rage_clicks = excluded.rage_clicks,
                    last_received_at = excluded.last_received_at,
                    settled = excluded.settled,
                    first_received_at = excluded.first_received_at,
                    expires_at = excluded.expires_at,
                    policy_rev = excluded.policy_rev,
                    bytes_raw = excluded.bytes_raw,
                    bytes_stored = excluded.bytes_stored,
                    recorded = excluded.recorded""", rows);
    }

    private static Map<Long, Kept> kept(Transaction transaction, Collection<Entry> entries) throws SQLException {
        Map<String, RetentionPolicy> policies = new HashMap<>();
        Map<Long, Kept> kept = new HashMap<>();
        transaction.queryRows(
                """
                select s.number, s.bytes_stored, s.pinned, s.held, p.retention, p.policy_rev
                from session s left join project p on p.slug = s.project where s.number in (%s)""",
                "?",
                entries.stream().map(entry -> new Object[] {entry.number()}).toList(),
                row -> {
                    String json = row.getString(5);
                    RetentionPolicy policy = json == null ? null : policies.computeIfAbsent(json, Projects::retention);
                    boolean marked = row.getInt(3) == 1 || row.getInt(4) == 1;
                    return kept.put(row.getLong(1), new Kept(row.getLong(2), marked, policy, row.getLong(6)));
                });
        return kept;
    }
}
