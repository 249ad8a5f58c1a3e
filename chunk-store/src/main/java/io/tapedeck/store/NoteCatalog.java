package io.tapedeck.store;

import java.util.List;

/**
 * What people and programs have written about sessions. Blocks, is thread-safe and fails as {@link Catalog} does; each
 * method is one transaction unless it says otherwise. The audit trail tells that a note was written or deleted, never its text: that may be about a
 * person.
 *
 * <p>A note goes together with its session: one that was erased or has expired has no notes, and one that comes to be under
 * the same id later does not get them back.
 */
public interface NoteCatalog {
    /** Notes that a session may have. */
    int NOTES_MAX = 200;

    /**
     * The notes of a session: those about the whole of it first, then by moment, then oldest first.
     *
     * @throws StoreException NOT_FOUND if there is no such session
     */
    List<Note> notes(SessionKey session);

    /**
     * Writes a note; its author and its time are those of {@code by}.
     *
     * @throws StoreException NOT_FOUND if there is no such session, CONFLICT if it has {@link #NOTES_MAX}
     */
    Note write(NewNote note, By by);

    /**
     * Deletes a note.
     *
     * @param ofOthers whether notes that somebody else than {@code by} has written may be deleted
     * @throws StoreException NOT_FOUND if the session has no such note, CONFLICT if it is another's and may not be deleted
     */
    void delete(SessionKey session, String id, boolean ofOthers, By by);

    /**
     * Deletes what a process that knows no notes has left behind when it removed sessions. Nobody finds it before either.
     * Several transactions, which hold up nobody where there is nothing to delete.
     */
    void deleteLeftBehind();

    /**
     * A note to be written.
     *
     * @param id by which it is told from others; never used before
     * @param atMs which moment it is about, counted from {@link SessionFacts#startedAt}; null: the whole session
     */
    record NewNote(String id, SessionKey session, Long atMs, String text) {}

    /**
     * @param author name of an account or an API token, as it was then
     * @param atMs which moment it is about, counted from {@link SessionFacts#startedAt}; null: the whole session
     */
    record Note(String id, SessionKey session, String author, long createdAt, Long atMs, String text) {}
}
