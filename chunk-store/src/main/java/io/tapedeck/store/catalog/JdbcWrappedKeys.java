package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WrappedKeyCatalog;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;

/** The table {@code session_key}. */
final class JdbcWrappedKeys implements WrappedKeyCatalog {
    private final Database database;

    JdbcWrappedKeys(Database database) {
        this.database = database;
    }

    @Override
    public Optional<byte[]> wrappedKey(SessionKey session) {
        return database.read("wrappedKey", transaction -> find(transaction, session));
    }

    @Override
    public byte[] keepKey(SessionKey session, byte[] wrapped) {
        return database.write("keepKey", transaction -> {
            transaction.update(
                    "insert into session_key (project, session, wrapped) values (?, ?, ?) on conflict do nothing",
                    session.project(),
                    session.session(),
                    wrapped);
            if (Tombstones.covers(transaction, session)) {
                throw new StoreException(StoreErrorKind.ERASED, "the session was erased or has expired");
            }
            return find(transaction, session).orElseThrow();
        });
    }

    @Override
    public void destroyKeys(Collection<SessionKey> sessions) {
        database.write("destroyKeys", transaction -> {
            destroy(transaction, sessions);
            return null;
        });
    }

    static void destroy(Transaction transaction, Collection<SessionKey> sessions) throws SQLException {
        transaction.batch(
                "delete from session_key where project = ? and session = ?",
                sessions.stream()
                        .map(session -> new Object[] {session.project(), session.session()})
                        .toList());
    }

    @Override
    public boolean isUsed() {
        return database.read(
                "isUsed",
                transaction -> transaction
                        .first("select 1 from session_key limit 1", row -> true)
                        .isPresent());
    }

    private static Optional<byte[]> find(Transaction transaction, SessionKey session) throws SQLException {
        return transaction.first(
                "select wrapped from session_key where project = ? and session = ?",
                row -> row.getBytes(1),
                session.project(),
                session.session());
    }
}
