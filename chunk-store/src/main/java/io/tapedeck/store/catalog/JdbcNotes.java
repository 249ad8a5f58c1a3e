package io.tapedeck.store.catalog;

import io.tapedeck.store.By;
import io.tapedeck.store.NoteCatalog;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** {@link NoteCatalog} over JDBC. Thread-safe. Owns nothing: it ends with its {@link JdbcCatalog}. */
final class JdbcNotes implements NoteCatalog {
    private static final String OF_SESSION = """
            select id, author, created_at, at_ms, text from session_note where session_number = ?
            order by at_ms nulls first, created_at, id""";

    private final Database database;

    JdbcNotes(Database database) {
        this.database = database;
    }

    @Override
    public List<Note> notes(SessionKey session) {
        return database.read(
                "notes",
                transaction -> transaction.query(
                        OF_SESSION, row -> note(session, row), SessionRow.number(transaction, session)));
    }

    @Override
    public Note write(NewNote note, By by) {
        SessionKey session = note.session();
        return database.write("writeNote", transaction -> {
            long number = SessionRow.lock(transaction, session);
            if (transaction.number("select count(*) from session_note where session_number = ?", number) >= NOTES_MAX) {
                throw new StoreException(
                        StoreErrorKind.CONFLICT, "catalog: the session has " + NOTES_MAX + " notes already");
            }
            transaction.update("""
                    insert into session_note (id, session_number, author, created_at, at_ms, text)
                    values (?, ?, ?, ?, ?, ?)""", note.id(), number, by.actor(), by.at(), note.atMs(), note.text());
            audit(transaction, by, "note.write", session, Map.of("id", note.id()));
            return new Note(note.id(), session, by.actor(), by.at(), note.atMs(), note.text());
        });
    }

    @Override
    public void delete(SessionKey session, String id, boolean ofOthers, By by) {
        database.write("deleteNote", transaction -> {
            long number = SessionRow.lock(transaction, session);
            String author = transaction
                    .first(
                            "select author from session_note where session_number = ? and id = ?",
                            row -> row.getString(1),
                            number,
                            id)
                    .orElseThrow(() -> new StoreException(StoreErrorKind.NOT_FOUND, "catalog: there is no such note"));
            if (!ofOthers && !author.equals(by.actor())) {
                throw new StoreException(StoreErrorKind.CONFLICT, "catalog: the note is another's");
            }
            transaction.update("delete from session_note where session_number = ? and id = ?", number, id);
            audit(transaction, by, "note.delete", session, Map.of("id", id, "author", author));
            return null;
        });
    }

    @Override
    public void deleteLeftBehind() {
        LeftBehind.delete(database, "session_note");
    }

    private static Note note(SessionKey session, ResultSet row) throws SQLException {
        long atMs = row.getLong(4);
        Long moment = row.wasNull() ? null : Long.valueOf(atMs);
        return new Note(row.getString(1), session, row.getString(2), row.getLong(3), moment, row.getString(5));
    }

    private static void audit(Transaction transaction, By by, String action, SessionKey session, Object detail)
            throws SQLException {
        AuditTrail.add(transaction, by, action, session.project(), session.session(), AuditTrail.json(detail));
    }
}
