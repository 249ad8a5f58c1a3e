package io.tapedeck.store.catalog;

import io.tapedeck.store.By;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.ShareCatalog;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link ShareCatalog} over JDBC. Thread-safe. Owns nothing: it ends with its {@link JdbcCatalog}. */
final class JdbcShares implements ShareCatalog {
    /** Of sessions that are there, whoever removed the others. */
    private static final String SELECT = """
            select s.project, s.id, h.id, h.made_by, h.created_at, h.expires_at, h.start_ms
            from session_share h join session s on s.number = h.session_number
            where h.expires_at > ? and""" + SessionRow.NOT_GONE.formatted("s");

    private static final String OF_SESSION = SELECT + " and s.project = ? and s.id = ? order by h.created_at, h.id";

    private final Database database;

    JdbcShares(Database database) {
        this.database = database;
    }

    @Override
    public List<Share> shares(SessionKey session, long now) {
        return database.read("shares", transaction -> all(transaction, session, now));
    }

    @Override
    public Share create(NewShare share, By by) {
        SessionKey session = share.session();
        return database.write("createShare", transaction -> {
            long number = SessionRow.lock(transaction, session);
            if (all(transaction, session, by.at()).size() >= SHARES_MAX) {
                throw new StoreException(
                        StoreErrorKind.CONFLICT, "catalog: the session has " + SHARES_MAX + " shares already");
            }
            transaction.update(
                    """
                    insert into session_share (id, hash, session_number, made_by, created_at, expires_at, start_ms)
                    values (?, ?, ?, ?, ?, ?, ?)""", share.id(), share.hash(), number, by.actor(), by.at(), share.expiresAt(), share.startMs());
            note(transaction, by, "share.create", session, Map.of("id", share.id(), "expiresAt", share.expiresAt()));
            return new Share(share.id(), session, by.actor(), by.at(), share.expiresAt(), share.startMs());
        });
    }

    @Override
    public void revoke(SessionKey session, String id, By by) {
        database.write("revokeShare", transaction -> {
            long number = SessionRow.lock(transaction, session);
            if (transaction.update("delete from session_share where session_number = ? and id = ?", number, id) == 0) {
                throw new StoreException(StoreErrorKind.NOT_FOUND, "catalog: there is no such share");
            }
            note(transaction, by, "share.revoke", session, Map.of("id", id));
            return null;
        });
    }

    @Override
    public Optional<Share> byHash(String hash, long now) {
        return database.read(
                "shareByHash",
                transaction -> transaction.first(SELECT + " and h.hash = ?", JdbcShares::share, now, hash));
    }

    @Override
    public void deleteEnded(long now) {
        database.write("deleteEndedShares", transaction -> {
            transaction.update("""
                    delete from session_share where expires_at <= ?
                        or not exists (select 1 from session s where s.number = session_share.session_number)""", now);
            return null;
        });
    }

    private static List<Share> all(Transaction transaction, SessionKey session, long now) throws SQLException {
        return transaction.query(OF_SESSION, JdbcShares::share, now, session.project(), session.session());
    }

    private static Share share(ResultSet row) throws SQLException {
        return new Share(
                row.getString(3),
                SessionKeys.of(row),
                row.getString(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7));
    }

    private static void note(Transaction transaction, By by, String action, SessionKey session, Object detail)
            throws SQLException {
        AuditTrail.add(transaction, by, action, session.project(), session.session(), AuditTrail.json(detail));
    }
}
