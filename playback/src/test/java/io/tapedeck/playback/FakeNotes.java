package io.tapedeck.playback;

import io.tapedeck.store.By;
import io.tapedeck.store.NoteCatalog;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes on {@link Samples}' known session, in memory, in the order in which they were written. */
final class FakeNotes implements NoteCatalog {
    final List<Note> all = new CopyOnWriteArrayList<>();
    private final FakeAdmin admin;
    private final FakeProjects projects;

    FakeNotes(FakeAdmin admin, FakeProjects projects) {
        this.admin = admin;
        this.projects = projects;
    }

    @Override
    public List<Note> notes(SessionKey session) {
        admin.check();
        requireKnown(session);
        return List.copyOf(all);
    }

    @Override
    public Note write(NewNote note, By by) {
        admin.check();
        requireKnown(note.session());
        if (all.size() >= NOTES_MAX) {
            throw new StoreException(StoreErrorKind.CONFLICT, "too many");
        }
        Note written = new Note(note.id(), note.session(), by.actor(), by.at(), note.atMs(), note.text());
        all.add(written);
        projects.record(
                by, "note.write", note.session().project(), note.session().session(), null);
        return written;
    }

    @Override
    public void delete(SessionKey session, String id, boolean ofOthers, By by) {
        admin.check();
        requireKnown(session);
        Note found = all.stream()
                .filter(note -> note.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new StoreException(StoreErrorKind.NOT_FOUND, "no such note"));
        if (!ofOthers && !found.author().equals(by.actor())) {
            throw new StoreException(StoreErrorKind.CONFLICT, "another's");
        }
        all.remove(found);
        projects.record(by, "note.delete", session.project(), session.session(), null);
    }

    @Override
    public void deleteLeftBehind() {
        admin.check();
    }

    private static void requireKnown(SessionKey session) {
        if (!session.equals(Samples.KNOWN)) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "no such session");
        }
    }
}
