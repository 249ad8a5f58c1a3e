package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Sessions' keys as columns: project, then id. */
final class SessionKeys {
    private SessionKeys() {}

    static SessionKey of(ResultSet row) throws SQLException {
        return new SessionKey(row.getString(1), row.getString(2));
    }

    /** In the order of the keys, each once: the order in which every transaction locks sessions. */
    static List<Object[]> rows(Collection<SessionKey> sessions) {
        return new TreeSet<>(sessions)
                .stream()
                        .map(session -> new Object[] {session.project(), session.session()})
                        .toList();
    }
}
