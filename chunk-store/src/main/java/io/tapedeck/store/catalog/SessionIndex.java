package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The table {@code session_index}: what lists sort by. */
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

    /** Makes or replaces rows. */
    static void write(Transaction transaction, Collection<Entry> entries) throws SQLException {
        List<Object[]> rows = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            SessionFacts facts = entry.facts();
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
                entry.settled() ? 1 : 0
            });
        }
        transaction.batch("""
                insert into session_index (number, project, id, started_at, last_event_at, duration_ms, errors,
                    rage_clicks, last_received_at, settled)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (number) do update set
                    started_at = excluded.started_at,
                    last_event_at = excluded.last_event_at,
                    duration_ms = excluded.duration_ms,
                    errors = excluded.errors,
                    rage_clicks = excluded.rage_clicks,
                    last_received_at = excluded.last_received_at,
                    settled = excluded.settled""", rows);
    }
}
