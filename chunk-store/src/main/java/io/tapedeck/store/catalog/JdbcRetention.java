package io.tapedeck.store.catalog;

import io.tapedeck.store.By;
import io.tapedeck.store.RetentionCatalog;
import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** {@link RetentionCatalog} over JDBC. Thread-safe. Owns nothing: it ends with its {@link JdbcCatalog}. */
final class JdbcRetention implements RetentionCatalog {
    /** Arguments: now, limit. */
    static final String EXPIRED = """
            select i.project, i.id from session_index i
            where i.expires_at <= ? and""" + SessionRow.NOT_GONE.formatted("i") + " order by i.expires_at limit ?";

    /** Projects with sessions that their policy as it is now has not been applied to. */
    static final String STALE_PROJECTS = """
            select p.slug, p.policy_rev from project p
            where p.erased_at is null
                and (select min(i.policy_rev) from session_index i where i.project = p.slug) < p.policy_rev""";

    /** Arguments: project, its policy's revision, limit. */
    static final String TO_REVIEW = """
            select i.number, i.project, i.id from session_index i where i.project = ? and i.policy_rev < ? limit ?""";

    /** Arguments: before, limit. */
    static final String EXPIRIES = """
            select project, session from tombstone where reason = 1 and at < ? and swept = 1 order by at limit ?""";

    /** Arguments: limit. */
    static final String KEYS_LEFT = """
            select project, session from tombstone
            where erasure is null and swept = 0 order by project, session limit ?""";

    private final Database database;

    JdbcRetention(Database database) {
        this.database = database;
    }

    @Override
    public int reviewExpiry(int limit) {
        boolean any = database.read("toReview", transaction -> isAny(transaction, STALE_PROJECTS));
        return any ? database.write("reviewExpiry", transaction -> Expiring.review(transaction, limit)) : 0;
    }

    @Override
    public List<SessionKey> expired(long now, int limit) {
        return database.read("expired", transaction -> transaction.query(EXPIRED, SessionKeys::of, now, limit));
    }

    @Override
    public long backlog(long now, int max) {
        return database.read(
                "backlog", transaction -> transaction.number("select count(*) from (" + EXPIRED + ") e", now, max));
    }

    @Override
    public Expired expire(Collection<SessionKey> sessions, long now) {
        return database.write("expire", transaction -> new Expiring(transaction, now).expire(sessions));
    }

    @Override
    public List<SessionKey> keysLeft(int limit) {
        return database.read("keysLeft", transaction -> transaction.query(KEYS_LEFT, SessionKeys::of, limit));
    }

    @Override
    public void keysDeleted(Collection<SessionKey> sessions) {
        database.write("keysDeleted", transaction -> {
            transaction.batch(
                    "update tombstone set swept = 1 where project = ? and session = ? and erasure is null",
                    SessionKeys.rows(sessions));
            return null;
        });
    }

    @Override
    public int forgetExpiries(long before, int limit) {
        return database.write(
                "forgetExpiries",
                transaction -> transaction.update(
                        "delete from tombstone where (project, session) in (" + EXPIRIES + ")", before, limit));
    }

    @Override
    public int sweepTerms(int limit) {
        boolean any =
                database.read("looseTerms", transaction -> isAny(transaction, "select 1 from loose_term limit 1"));
        return any ? database.write("sweepTerms", transaction -> LooseTerms.sweep(transaction, limit)) : 0;
    }

    @Override
    public RetentionPreview preview(String project, RetentionPolicy policy, long now) {
        return database.read("preview", transaction -> new Preview(transaction, project, policy, now).run());
    }

    @Override
    public void mark(SessionKey session, Boolean pinned, Boolean held, By by) {
        database.write("mark", transaction -> {
            AdminRev.lock(transaction);
            SessionRow before = lock(transaction, session)
                    .orElseThrow(
                            () -> new StoreException(StoreErrorKind.NOT_FOUND, "catalog: there is no such session"));
            boolean isPinned = pinned == null ? before.pinned() : pinned;
            boolean isHeld = held == null ? before.held() : held;
            List<String> actions = new ArrayList<>();
            if (isPinned != before.pinned()) {
                actions.add(isPinned ? "session.pin" : "session.unpin");
            }
            if (isHeld != before.held()) {
                actions.add(isHeld ? "session.hold" : "session.release");
            }
            if (actions.isEmpty()) {
                return null;
            }
            transaction.update(
                    "update session set pinned = ?, held = ? where number = ?",
                    isPinned ? 1 : 0,
                    isHeld ? 1 : 0,
                    before.number());
            Expiring.putRight(transaction, List.of(before.number()));
            for (String action : actions) {
                AuditTrail.add(transaction, by, action, session.project(), session.session(), null);
            }
            AdminRev.raise(transaction);
            return null;
        });
    }

    @Override
    public Removed removed(String project) {
        return database.read(
                "removed",
                transaction -> transaction
                        .first(
                                """
                        select coalesce(sum(case when reason = 1 then sessions end), 0),
                            coalesce(sum(case when reason = 1 then bytes end), 0),
                            coalesce(sum(case when reason = 0 then sessions end), 0),
                            coalesce(sum(case when reason = 0 then bytes end), 0)
                        from removed where project = ?""",
                                row -> new Removed(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
                                project)
                        .orElseThrow());
    }

    private static Optional<SessionRow> lock(Transaction transaction, SessionKey session) throws SQLException {
        transaction.update(
                "update session set rev = rev where project = ? and id = ?", session.project(), session.session());
        return SessionRow.find(transaction, session);
    }

    private static boolean isAny(Transaction transaction, String sql) throws SQLException {
        return transaction.first(sql, row -> true).isPresent();
    }
}
