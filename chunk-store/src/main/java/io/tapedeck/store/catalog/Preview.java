package io.tapedeck.store.catalog;

import io.tapedeck.store.RetentionCatalog.RetentionPreview;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.RetentionPolicy.Rule;
import io.tapedeck.store.SessionFacts;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * What of a project would expire under some policy: the bytes of all, the number of those sessions that are in lists.
 *
 * <p>What was received so long ago that every rule lets it go, or so recently that every rule keeps it, is counted by the
 * index. Of the rest the facts are read, some at a time, all on one snapshot.
 */
final class Preview {
    private static final int SESSIONS_AT_ONCE = 500;

    /** Arguments: up to when a session that was received goes by every rule; project. */
    private static final String SUMS = """
            select coalesce(sum(recorded), 0), coalesce(sum(bytes), 0), coalesce(sum(old * recorded), 0),
                coalesce(sum(old * bytes), 0) from (
                select i.bytes_stored as bytes, i.recorded as recorded, case when i.expires_at is not null and i.policy_rev > 0
                    and i.first_received_at <= ? then 1 else 0 end as old
                from session_index i where i.project = ? and""" + SessionRow.NOT_GONE.formatted("i") + ") one";

    /** Not marked; and either both bounds lie around it or it was never reviewed. */
    private static final String BETWEEN = """
             from session s cross join session_index i
            where i.number = s.number and s.project = ? and s.id > ? and s.pinned = 0 and s.held = 0
                and ((i.first_received_at > ? and i.first_received_at <= ?) or i.policy_rev = 0) and""" + SessionRow.NOT_GONE.formatted("i");

    private final Transaction transaction;
    private final String project;
    private final RetentionPolicy policy;
    private final long now;
    /** Received up to here: gone by every rule. Received after {@link #newest}: kept by every rule. */
    private final long oldest;

    private final long newest;
    private long sessions;
    private long bytes;

    Preview(Transaction transaction, String project, RetentionPolicy policy, long now) {
        this.transaction = transaction;
        this.project = project;
        this.policy = policy;
        this.now = now;
        this.oldest = now - TimeUnit.HOURS.toMillis(hours(policy).max().orElseThrow());
        this.newest = now - TimeUnit.HOURS.toMillis(hours(policy).min().orElseThrow());
    }

    private static LongStream hours(RetentionPolicy policy) {
        return LongStream.concat(
                LongStream.of(policy.keepHours()), policy.rules().stream().mapToLong(Rule::keepHours));
    }

    private record Sums(long sessions, long bytes, long oldSessions, long oldBytes) {}

    private record Read(String id, long bytes, int recorded, boolean over) {}

    RetentionPreview run() throws SQLException {
        Sums sums = transaction
                .first(
                        SUMS,
                        row -> new Sums(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
                        oldest,
                        project)
                .orElseThrow();
        sessions = sums.oldSessions();
        bytes = sums.oldBytes();
        addBetween();
        return new RetentionPreview(sessions, bytes, sums.sessions() - sessions, sums.bytes() - bytes);
    }

    private boolean isOver(SessionFacts facts) {
        return facts != null && policy.expiresAt(facts) <= now;
    }

    private void addBetween() throws SQLException {
        List<Read> page;
        String after = "";
        do {
            page = transaction.query(
                    "select s.id, i.bytes_stored, i.recorded, s.number, s.facts" + BETWEEN + " order by s.id limit ?",
                    row -> new Read(
                            row.getString(1),
                            row.getLong(2),
                            row.getInt(3),
                            isOver(Expiring.readable(row.getLong(4), row.getString(5)))),
                    project,
                    after,
                    oldest,
                    newest,
                    SESSIONS_AT_ONCE);
            for (Read read : page) {
                sessions += read.over() ? read.recorded() : 0;
                bytes += read.over() ? read.bytes() : 0;
                after = read.id();
            }
        } while (page.size() == SESSIONS_AT_ONCE);
    }
}
