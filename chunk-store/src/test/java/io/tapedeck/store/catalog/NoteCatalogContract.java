package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.By;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.NoteCatalog;
import io.tapedeck.store.NoteCatalog.NewNote;
import io.tapedeck.store.NoteCatalog.Note;
import io.tapedeck.store.ProjectCatalog.AuditEntry;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link NoteCatalog} promises. */
abstract class NoteCatalogContract extends CatalogTestBase {
    private static final By ADA = new By("ada", T + 1);
    private static final By BOB = new By("bob", T + 2);
    private static final long MONTH = TimeUnit.DAYS.toMillis(30);

    private NoteCatalog notes;

    @BeforeEach
    void sessions() {
        catalog.bootstrap(new Bootstrap(List.of(), "pk", null, null), T);
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));
        notes = catalog.catalogs().notes();
    }

    @Test
    void aNote_isKeptAsItWasWritten_withItsAuthorAndTime() {
        String text = "card declined here\n\t<b>\u00e4\u4e2d\ud83d\ude42</b> ' \" \\ %_";

        Note written = notes.write(new NewNote("one", A, 83_000L, text), ADA);

        assertThat(written).isEqualTo(new Note("one", A, "ada", T + 1, 83_000L, text));
        assertThat(notes.notes(A)).containsExactly(written);
    }

    @Test
    void notes_areListedBySession_thoseOfTheWholeFirst_thenByMoment_thenByTime() {
        Note late = write("a", A, 9_000L, ADA);
        Note second = write("b", A, 4_000L, BOB);
        Note first = write("c", A, 4_000L, ADA);
        Note start = write("d", A, 0L, BOB);
        Note whole = write("e", A, null, BOB);
        write("others", B, 1L, ADA);

        assertThat(notes.notes(A)).containsExactly(whole, start, first, second, late);
        assertThat(notes.notes(B)).hasSize(1);
        assertNotFound(() -> notes.notes(session("never")));
        assertNotFound(() -> notes.notes(new SessionKey("other", A.session())));
    }

    @Test
    void aNote_isDeletedByItsAuthor_andByWhoeverMayDeleteThoseOfOthers() {
        write("one", A, 1L, ADA);
        write("two", A, 2L, ADA);
        Note three = write("three", A, 3L, BOB);

        notes.delete(A, "one", false, ADA);
        assertConflict(() -> notes.delete(A, "two", false, BOB));
        assertThat(notes.notes(A)).hasSize(2);
        notes.delete(A, "two", true, BOB);

        assertThat(notes.notes(A)).containsExactly(three);
    }

    @Test
    void aNoteThatIsNotThere_isNotFound() {
        Note one = write("one", A, 1L, ADA);

        assertNotFound(() -> notes.delete(A, "two", true, ADA));
        assertNotFound(() -> notes.delete(B, "one", true, ADA));
        assertNotFound(() -> notes.delete(session("never"), "one", true, ADA));
        assertThat(notes.notes(A)).containsExactly(one);
        notes.delete(A, "one", false, ADA);
        assertNotFound(() -> notes.delete(A, "one", false, ADA));
    }

    @Test
    void writingAndDeleting_areInTheAuditTrail_withoutTheText() {
        write("one", A, 1L, ADA);
        assertConflict(() -> notes.delete(A, "one", false, BOB));
        notes.delete(A, "one", true, BOB);

        List<AuditEntry> trail = catalog.catalogs().projects().audit(A.project(), 0, 10);
        assertThat(trail)
                .extracting(AuditEntry::action, AuditEntry::actor, AuditEntry::at, AuditEntry::subject)
                .containsExactly(
                        tuple("note.delete", "bob", T + 2, A.session()),
                        tuple("note.write", "ada", T + 1, A.session()));
        assertThat(trail).extracting(AuditEntry::detail).allMatch(detail -> detail.contains("\"id\":\"one\""));
        assertThat(trail.get(0).detail()).contains("\"author\":\"ada\"");
        assertThat(trail).extracting(AuditEntry::detail).noneMatch(detail -> detail.contains("text of"));
    }

    @Test
    void aSession_hasSoManyNotes() {
        for (int i = 1; i <= NoteCatalog.NOTES_MAX; i++) {
            write("note-" + i, A, 1L, ADA);
        }

        assertConflict(() -> write("too-many", A, 1L, ADA));
        write("of-another", B, 1L, ADA);
        notes.delete(A, "note-7", false, ADA);
        write("in-its-place", A, 1L, ADA);
        assertThat(notes.notes(A)).hasSize(NoteCatalog.NOTES_MAX);
    }

    @Test
    void notesThatAreWrittenAtTheSameTime_areNoMoreThanThereMayBe() throws Exception {
        for (int i = 2; i < NoteCatalog.NOTES_MAX; i++) {
            write("note-" + i, A, 1L, ADA);
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Note>> tries = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String id = "at-once-" + i;
                tries.add(threads.submit(() -> write(id, A, 1L, ADA)));
            }
            int refused = 0;
            for (Future<Note> one : tries) {
                try {
                    one.get(60, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    assertConflict(() -> {
                        throw e.getCause();
                    });
                    refused++;
                }
            }
            assertThat(refused).isEqualTo(6);
        } finally {
            threads.shutdownNow();
        }
        assertThat(notes.notes(A)).hasSize(NoteCatalog.NOTES_MAX);
    }

    @Test
    void noNote_isWrittenOfWhatIsNotThere() throws SQLException {
        bury(B);

        assertNotFound(() -> write("one", session("never"), 1L, ADA));
        assertNotFound(() -> write("two", B, 1L, ADA));
        assertThat(ids()).isEmpty();
        assertThat(catalog.catalogs().projects().audit(null, 0, 10)).isEmpty();
    }

    @Test
    void notes_goWithASessionThatExpires() throws SQLException {
        write("one", A, 1L, ADA);
        Note other = write("two", B, 1L, ADA);
        catalog.catalogs().retention().mark(B, true, null, ADA);

        assertThat(catalog.catalogs()
                        .retention()
                        .expire(List.of(A, B), T + MONTH)
                        .sessions())
                .containsExactly(A);

        assertNotFound(() -> notes.notes(A));
        assertThat(ids()).containsExactly("two");
        assertThat(notes.notes(B)).containsExactly(other);
    }

    @Test
    void notes_goWithASessionThatIsErased() throws SQLException {
        write("one", A, 1L, ADA);
        write("two", B, 1L, ADA);

        ErasureCatalog erasures = catalog.catalogs().erasures();
        Erasure erasure = erasures.request(Subject.session(A), null, ADA);
        assertNotFound(() -> notes.notes(A));
        assertNotFound(() -> notes.delete(A, "one", true, ADA));
        erasures.erase(erasure.id(), List.of(A), T + 2);

        assertThat(ids()).containsExactly("two");
    }

    @Test
    void notes_goWithAProjectThatIsErased() throws SQLException {
        write("one", A, 1L, ADA);

        ErasureCatalog erasures = catalog.catalogs().erasures();
        Erasure erasure = erasures.request(Subject.project(A.project()), null, ADA);
        assertNotFound(() -> notes.notes(A));
        assertNotFound(() -> write("two", A, 1L, ADA));
        erasures.erase(erasure.id(), List.of(A, B), T + 2);

        assertThat(ids()).isEmpty();
    }

    @Test
    void notesOfASessionThatIsOnItsWayOut_areUnknown() throws SQLException {
        write("one", A, 1L, ADA);

        bury(A);

        assertNotFound(() -> notes.notes(A));
        assertNotFound(() -> notes.delete(A, "one", true, ADA));
    }

    @Test
    void notesThatAnOlderProcessLeftBehind_areUnknown_andDeleted() throws SQLException {
        write("one", A, 1L, ADA);
        write("two", B, 1L, ADA);
        // As an older process removes a session, and as somebody comes back under its id.
        try (Connection connection = connect()) {
            new Transaction(connection).update("update session_note set session_number = -1 where id = 'one'");
        }

        assertThat(notes.notes(A)).isEmpty();
        notes.deleteLeftBehind();
        assertThat(ids()).containsExactly("two");
    }

    @Test
    void whereNothingIsLeftBehind_noWriterIsWaitedFor() throws SQLException {
        write("one", A, 1L, ADA);

        try (Connection writer = connect()) {
            writer.setAutoCommit(false);
            new Transaction(writer).update("update session set rev = rev");
            notes.deleteLeftBehind();
            writer.rollback();
        }

        assertThat(ids()).containsExactly("one");
    }

    @Test
    void whatIsLeftBehind_isDeletedHoweverMuchItIs() throws SQLException {
        write("kept", A, 1L, ADA);
        try (Connection connection = connect()) {
            List<Object[]> rows = new ArrayList<>();
            for (int i = 1; i <= 2_100; i++) {
                rows.add(new Object[] {"first-of-" + i, -i});
                rows.add(new Object[] {"second-of-" + i, -i});
            }
            new Transaction(connection)
                    .batch(
                            "insert into session_note (id, session_number, author, created_at, text) values (?, ?, 'ada', 1, '')",
                            rows);
        }

        notes.deleteLeftBehind();

        assertThat(ids()).containsExactly("kept");
    }

    private Note write(String id, SessionKey session, Long atMs, By by) {
        return notes.write(new NewNote(id, session, atMs, "text of " + id), by);
    }

    private List<String> ids() throws SQLException {
        try (Connection connection = connect()) {
            return new Transaction(connection)
                    .query("select id from session_note order by id", row -> row.getString(1));
        }
    }

    private static void assertNotFound(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.NOT_FOUND));
    }
}
