package io.tapedeck.playback;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Access;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.By;
import io.tapedeck.store.NoteCatalog;
import io.tapedeck.store.NoteCatalog.NewNote;
import io.tapedeck.store.NoteCatalog.Note;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * What people and programs write about a session. Whoever may read the session reads and writes notes; whoever has only a
 * link to it does neither.
 */
final class NoteEndpoints {
    private static final int TEXT_LENGTH_MAX = 2_000;
    private static final int ID_LENGTH = 12;
    private static final String PATH = "/api/v1/projects/{project}/sessions/{session}/notes";
    private static final Parameter<String> NOTE = Parameter.pathId("note", "The note's id.");

    private final AdminDesk desk;
    private final Workers workers;

    /** @param workers for reading, which each look at a session does */
    NoteEndpoints(AdminDesk desk, Workers workers) {
        this.desk = desk;
        this.workers = workers;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.read(
                        PATH,
                        "notes",
                        "The notes on a session: those about the whole of it first, then by moment, then oldest first.",
                        List.of(ProjectEndpoints.PROJECT, SessionEndpoints.SESSION),
                        Answer.json("Notes", "The notes"),
                        this::notes),
                Endpoint.adminWrite(
                                HttpMethod.POST,
                                PATH,
                                "writeNote",
                                "Write a note on a session, or on a moment of it.",
                                List.of(ProjectEndpoints.PROJECT, SessionEndpoints.SESSION),
                                "NewNote",
                                Answer.json(201, "Note", "The note"),
                                this::write)
                        .with(Access.VIEWER)
                        .failingWith(ProblemCode.LIMIT_REACHED),
                Endpoint.adminWrite(
                                HttpMethod.DELETE,
                                PATH + "/{note}",
                                "deleteNote",
                                "Delete a note. Whoever has written it may, and admins.",
                                List.of(ProjectEndpoints.PROJECT, SessionEndpoints.SESSION, NOTE),
                                null,
                                Answer.empty("Deleted"),
                                this::delete)
                        .with(Access.VIEWER)
                        .failingWith(ProblemCode.FORBIDDEN));
    }

    private Future<Reply> notes(Call call) {
        SessionKey session = SessionEndpoints.key(call);
        return workers.run(() -> new Reply.Json(Json.encode(new NotesView(
                desk.seams().notes().notes(session).stream().map(NoteView::of).toList()))));
    }

    private Future<Reply> write(Call call) {
        SessionKey session = SessionEndpoints.key(call);
        RequestBody body = RequestBody.of(call, "text", "atMs");
        String text = body.text("text", TEXT_LENGTH_MAX).strip();
        if (text.isEmpty()) {
            throw body.refused("text must not be blank");
        }
        Long atMs = body.numberOrNull("atMs", 0, SessionEndpoints.OFFSET_MS_MAX);
        By by = desk.by(call);
        return desk.answer(() -> {
            NewNote wanted = new NewNote(Secrets.letters(ID_LENGTH), session, atMs, text);
            return NoteView.of(AdminDesk.change(
                    ProblemCode.LIMIT_REACHED,
                    "a session has at most " + NoteCatalog.NOTES_MAX + " notes: delete one",
                    () -> desk.seams().notes().write(wanted, by)));
        });
    }

    private Future<Reply> delete(Call call) {
        SessionKey session = SessionEndpoints.key(call);
        boolean ofOthers = call.principal().role() == Role.ADMIN;
        By by = desk.by(call);
        return desk.done(() -> {
            try {
                desk.seams().notes().delete(session, call.get(NOTE), ofOthers, by);
            } catch (StoreException e) {
                if (e.kind() == StoreErrorKind.CONFLICT) {
                    throw Problem.of(
                                    ProblemCode.FORBIDDEN,
                                    "a note is deleted by whoever has written it, or by an admin")
                            .asException();
                }
                throw e;
            }
        });
    }

    private record NotesView(List<NoteView> notes) {}

    private record NoteView(String id, String author, long createdAt, Long atMs, String text) {
        static NoteView of(Note note) {
            return new NoteView(note.id(), note.author(), note.createdAt(), note.atMs(), note.text());
        }
    }
}
