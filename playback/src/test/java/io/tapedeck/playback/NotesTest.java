package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.tapedeck.store.NoteCatalog;
import io.tapedeck.store.NoteCatalog.Note;
import io.tapedeck.store.ProjectCatalog.AuditEntry;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Notes on sessions over HTTP: who reads, writes and deletes them, and what one consists of. */
class NotesTest {
    private static final String NOTES = PlaybackServer.KNOWN + "/notes";

    private final PlaybackServer server = new PlaybackServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aNote_isWrittenByWhoeverMayRead_withAuthorAndTime() throws Exception {
        HttpResponse<byte[]> written = asViewer("POST", NOTES, "{\"text\":\" card declined here\\n\",\"atMs\":83000}");

        assertThat(written.statusCode()).isEqualTo(201);
        JsonObject note = json(written);
        assertThat(note.getString("id")).matches("[A-Za-z0-9]{12}");
        assertThat(note.getString("author")).isEqualTo("viv");
        assertThat(note.getString("text")).isEqualTo("card declined here");
        assertThat(note.getLong("atMs")).isEqualTo(83_000);
        assertThat(System.currentTimeMillis() - note.getLong("createdAt")).isBetween(0L, 600_000L);
        assertThat(json(asViewer("GET", NOTES, null)))
                .isEqualTo(new JsonObject().put("notes", new JsonArray().add(note)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"text\":\"all of it\"}", "{\"text\":\"all of it\",\"atMs\":null}"})
    void aNoteWithoutAMoment_isAboutTheWholeSession(String body) throws Exception {
        JsonObject note = json(asViewer("POST", NOTES, body));

        assertThat(note.containsKey("atMs")).isTrue();
        assertThat(note.getValue("atMs")).isNull();
    }

    @Test
    void markup_isText() throws Exception {
        String text = "<img src=x onerror=alert(1)> & \"it\"";

        asViewer("POST", NOTES, new JsonObject().put("text", text).encode());

        HttpResponse<byte[]> list = asViewer("GET", NOTES, null);
        assertThat(json(list).getJsonArray("notes").getJsonObject(0).getString("text"))
                .isEqualTo(text);
        assertThat(list.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(list.headers().firstValue("cache-control")).hasValue("no-store");
    }

    @Test
    void aNote_isDeletedByItsAuthorOrAnAdmin_andByNobodyElse() throws Exception {
        String own = json(asViewer("POST", NOTES, "{\"text\":\"mine\"}")).getString("id");
        String other = json(asViewer("POST", NOTES, "{\"text\":\"mine too\"}")).getString("id");
        String admins =
                json(server.admin("POST", NOTES, "{\"text\":\"an admin's\"}")).getString("id");

        assertProblem(asViewer("DELETE", NOTES + "/" + admins, null), 403, "FORBIDDEN");
        assertThat(asViewer("DELETE", NOTES + "/" + own, null).statusCode()).isEqualTo(204);
        assertThat(server.admin("DELETE", NOTES + "/" + other, null).statusCode())
                .isEqualTo(204);

        assertThat(server.notes.all).extracting(Note::id).containsExactly(admins);
    }

    @Test
    void writingAndDeleting_areInTheAuditTrail() throws Exception {
        String id = json(asViewer("POST", NOTES, "{\"text\":\"mine\"}")).getString("id");
        server.admin("DELETE", NOTES + "/" + id, null);

        assertThat(server.projects.trail)
                .extracting(AuditEntry::action, AuditEntry::actor)
                .containsExactly(tuple("note.write", "viv"), tuple("note.delete", "admin"));
    }

    @Test
    void whatIsNotThere_isNotFound() throws Exception {
        String nobody = PlaybackServer.SESSIONS + "/nobody/notes";

        assertProblem(asViewer("GET", nobody, null), 404, "NOT_FOUND");
        assertProblem(asViewer("POST", nobody, "{\"text\":\"x\"}"), 404, "NOT_FOUND");
        assertProblem(asViewer("DELETE", NOTES + "/nothing", null), 404, "NOT_FOUND");
    }

    @Test
    void moreNotesThanThereMayBe_areRefused() throws Exception {
        for (int i = 0; i < NoteCatalog.NOTES_MAX; i++) {
            server.notes.all.add(new Note("n" + i, Samples.KNOWN, "viv", 1, null, "x"));
        }

        HttpResponse<byte[]> refused = asViewer("POST", NOTES, "{\"text\":\"x\"}");

        assertProblem(refused, 409, "LIMIT_REACHED");
        assertThat(json(refused).getString("detail")).contains("at most 200 notes");
    }

    @Test
    void theLongestText_isTaken_howeverItIsWritten() throws Exception {
        String text = "\\u4e2d".repeat(2_000);

        assertThat(asViewer("POST", NOTES, "{\"text\":\"" + text + "\"}").statusCode())
                .isEqualTo(201);
        assertThat(server.notes.all.get(0).text()).isEqualTo("\u4e2d".repeat(2_000));
        assertProblem(
                asViewer(
                        "POST",
                        NOTES,
                        new JsonObject().put("text", "x".repeat(2_001)).encode()),
                400,
                "MALFORMED");
        assertProblem(
                asViewer(
                        "POST",
                        NOTES,
                        new JsonObject().put("text", "x".repeat(20_000)).encode()),
                413,
                "TOO_LARGE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                            | text must be text of 1 to 2000 characters",
                "{\"text\":\"\"}               | text must be text of 1 to 2000 characters",
                "{\"text\":null}               | text must be text of 1 to 2000 characters",
                "{\"text\":\" \\n\\u2003\"}     | text must not be blank",
                "{\"text\":\"a\\u0000\"}        | text must not contain the character U+0000",
                "{\"text\":\"a\\ud83d\"}        | text must not contain half of a surrogate pair",
                "{\"text\":\"x\",\"atMs\":-1}   | atMs must be a whole number from 0",
                "{\"text\":\"x\",\"atMs\":1.5}  | atMs must be a whole number from 0",
                "{\"text\":\"x\",\"atMs\":\"1\"}| atMs must be a whole number from 0",
                "{\"text\":\"x\",\"author\":\"\"}| there is no member of the name 'author'",
                "[]                            | the body must be an object"
            })
    void requestsOfAnotherForm_areRefused(String body, String detail) throws Exception {
        HttpResponse<byte[]> refused = asViewer("POST", NOTES, body);

        assertProblem(refused, 400, "MALFORMED");
        assertThat(json(refused).getString("detail")).startsWith(detail);
        assertThat(server.notes.all).isEmpty();
    }

    @Test
    void whatIsNotJson_andUnknownParameters_areRefused() throws Exception {
        String token = "Bearer " + PlaybackServer.VIEWER_TOKEN;

        assertProblem(
                server.send("POST", NOTES, "text=x", "Authorization", token, "Content-Type", "text/plain"),
                415,
                "UNSUPPORTED_MEDIA_TYPE");
        assertProblem(asViewer("GET", NOTES + "?limit=1", null), 400, "MALFORMED");
        assertProblem(asViewer("POST", NOTES + "?x=1", "{\"text\":\"x\"}"), 400, "MALFORMED");
        assertThat(server.notes.all).isEmpty();
    }

    @Test
    void nobody_readsWritesOrDeletesNotes() throws Exception {
        String id = json(asViewer("POST", NOTES, "{\"text\":\"x\"}")).getString("id");

        assertProblem(server.send("GET", NOTES, null), 401, "UNAUTHENTICATED");
        assertProblem(
                server.send("POST", NOTES, "{\"text\":\"x\"}", "Content-Type", "application/json"),
                401,
                "UNAUTHENTICATED");
        assertProblem(server.send("DELETE", NOTES + "/" + id, null), 401, "UNAUTHENTICATED");
        assertThat(server.notes.all).hasSize(1);
    }

    @Test
    void whoeverHasOnlyALink_seesNoNotes() throws Exception {
        asViewer("POST", NOTES, "{\"text\":\"between us\"}");
        String token =
                json(asViewer("POST", PlaybackServer.KNOWN + "/shares", "{}")).getString("token");
        String shared = "/api/v1/shares/" + token;

        assertThat(server.send("GET", shared + "/notes", null).statusCode()).isEqualTo(404);
        assertProblem(server.send("GET", NOTES, null, "Authorization", "Bearer " + token), 401, "UNAUTHENTICATED");
        for (String path : new String[] {shared, shared + "/manifest", shared + "/markers"}) {
            assertThat(PlaybackServer.text(server.send("GET", path, null)))
                    .as(path)
                    .doesNotContain("between us");
        }
    }

    @Test
    void anOutage_isNotAnEmptyList() throws Exception {
        asViewer("GET", NOTES, null);
        server.admin.failure = new StoreException(StoreErrorKind.UNAVAILABLE, "the catalog is away");

        assertProblem(asViewer("GET", NOTES, null), 503, "UNAVAILABLE");
    }

    private HttpResponse<byte[]> asViewer(String method, String path, String body) throws Exception {
        return server.send(
                method,
                path,
                body,
                "Authorization",
                "Bearer " + PlaybackServer.VIEWER_TOKEN,
                "Content-Type",
                "application/json");
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        return new JsonObject(PlaybackServer.text(answer));
    }
}
