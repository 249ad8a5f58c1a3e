package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.ErasureCatalog.NodePassed;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Erasing over HTTP, what becomes of it, and the nodes it waits for. */
class ErasuresTest {
    private static final String PROJECT = "/api/v1/projects/default";

    private final PlaybackServer server = new PlaybackServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void session_isErased_andItsProgressShown() throws Exception {
        server.erasures.nodes.add(new NodePassed("n1", 0, Samples.START));

        HttpResponse<byte[]> answer = server.admin("DELETE", PlaybackServer.KNOWN + "?reason=ticket+7", null);

        assertThat(answer.statusCode()).isEqualTo(202);
        JsonObject erasure = json(answer);
        assertThat(erasure.getString("kind")).isEqualTo("session");
        assertThat(erasure.getString("name")).isEqualTo("known-1");
        assertThat(erasure.getString("reason")).isEqualTo("ticket 7");
        assertThat(erasure.getString("requestedBy")).isEqualTo("admin");
        assertThat(erasure.getValue("finalAt")).isNull();
        JsonObject outstanding = erasure.getJsonObject("outstanding");
        assertThat(outstanding.getLong("segments")).isEqualTo(3);
        assertThat(outstanding.getJsonArray("nodes").getJsonObject(0).getLong("seenAt"))
                .isEqualTo(Samples.START);
        assertThat(json(server.get(PROJECT + "/erasures/er-1"))).isEqualTo(erasure);
    }

    @Test
    void session_thatIsNotThere_isNotFound() throws Exception {
        assertProblem(server.admin("DELETE", PlaybackServer.SESSIONS + "/nobody", null), 404, "NOT_FOUND");
        assertProblem(server.admin("DELETE", "/api/v1/projects/nobody/sessions/known-1", null), 404, "NOT_FOUND");
    }

    @Test
    void session_underLegalHold_isNotErased() throws Exception {
        server.erasures.held.add("known-1");

        assertProblem(server.admin("DELETE", PlaybackServer.KNOWN, null), 409, "HELD");
        assertThat(json(server.get(PROJECT + "/erasures")).getJsonArray("erasures"))
                .isEmpty();
    }

    @Test
    void user_isErasedByAnyIdThatASiteMayChoose() throws Exception {
        String path = PROJECT + "/subjects/%2Fada%20%26%2B%C3%BC%40example.com/erasure";

        JsonObject erasure = json(server.admin("POST", path, null));

        assertThat(erasure.getString("name")).isEqualTo("/ada &+ü@example.com");
        assertThat(server.erasures.erasure("er-1").orElseThrow().subject())
                .isEqualTo(Subject.user("default", "/ada &+ü@example.com"));
        assertProblem(
                server.admin("POST", PROJECT + "/subjects/" + "a".repeat(201) + "/erasure", null), 404, "NOT_FOUND");
    }

    @Test
    void textThatNoDatabaseKeeps_isReplacedInAUsersId_asInWhatIsRecorded_andRefusedInAReason() throws Exception {
        String path = PROJECT + "/subjects/ada%00/erasure";

        assertThat(server.admin("POST", path, null).statusCode()).isEqualTo(202);

        assertThat(server.erasures.erasure("er-1").orElseThrow().subject())
                .isEqualTo(Subject.user("default", "ada\ufffd"));
        assertProblem(server.admin("POST", path + "?reason=%00", null), 400, "MALFORMED");
    }

    @Test
    void project_isErased_andItsListsAreReadToTheirEnd() throws Exception {
        // The first numbers are another project's.
        server.admin("POST", "/api/v1/projects/shop/subjects/ada/erasure", null);
        server.admin("POST", "/api/v1/projects/shop/keys", "{}");
        server.admin("POST", PROJECT + "/keys", "{}");
        server.admin("DELETE", PlaybackServer.KNOWN, null);
        server.admin("DELETE", PROJECT, null);

        assertThat(readToTheEnd(PROJECT + "/erasures", "erasures")).isEqualTo(2);
        assertThat(readToTheEnd(PROJECT + "/audit", "entries")).isEqualTo(1);
    }

    /** Page after page with one entry each; returns how many there are. */
    private int readToTheEnd(String path, String list) throws Exception {
        int entries = 0;
        String cursor = "";
        while (cursor != null) {
            JsonObject page = json(server.get(path + "?limit=1" + cursor));
            entries += page.getJsonArray(list).size();
            cursor = page.getString("nextCursor") == null ? null : "&cursor=" + page.getString("nextCursor");
        }
        return entries;
    }

    @Test
    void project_isErased_andItsErasureStaysReadable() throws Exception {
        assertThat(server.admin("DELETE", PROJECT, null).statusCode()).isEqualTo(202);

        assertProblem(server.get(PROJECT), 404, "NOT_FOUND");
        assertProblem(server.admin("DELETE", PROJECT, null), 404, "NOT_FOUND");
        assertThat(json(server.get(PROJECT + "/erasures/er-1")).getString("kind"))
                .isEqualTo("project");
        assertThat(json(server.get(PROJECT + "/erasures")).getJsonArray("erasures"))
                .hasSize(1);
        assertThat(json(server.get("/api/v1/erasures")).getJsonArray("erasures"))
                .hasSize(1);
    }

    @Test
    void certificate_isThereOnceTheErasureIsFinal_asItWasMade() throws Exception {
        server.admin("DELETE", PlaybackServer.KNOWN, null);
        String path = PROJECT + "/erasures/er-1";
        assertProblem(server.get(path + "/certificate"), 404, "NOT_FOUND");

        server.erasures.finish("er-1", FakeErasures.CERTIFICATE, Samples.START);

        HttpResponse<byte[]> certificate = server.get(path + "/certificate");
        assertThat(PlaybackServer.text(certificate)).isEqualTo(FakeErasures.CERTIFICATE);
        assertThat(certificate.headers().firstValue("content-disposition"))
                .hasValue("attachment; filename=\"tapedeck-erasure-er-1.json\"");
        JsonObject erasure = json(server.get(path));
        assertThat(erasure.getLong("finalAt")).isEqualTo(Samples.START);
        assertThat(erasure.getValue("outstanding")).isNull();
        assertThat(erasure.getJsonObject("certificate").getString("digest")).isEqualTo("0f");
    }

    @Test
    void erasure_ofAnotherProject_isNotFound() throws Exception {
        server.admin("DELETE", PlaybackServer.KNOWN, null);

        assertProblem(server.get("/api/v1/projects/shop/erasures/er-1"), 404, "NOT_FOUND");
        assertProblem(server.get("/api/v1/projects/shop/erasures/er-1/certificate"), 404, "NOT_FOUND");
        assertProblem(server.get("/api/v1/projects/nobody/erasures"), 404, "NOT_FOUND");
    }

    @Test
    void erasures_arePagedNewestFirst() throws Exception {
        for (int i = 0; i < 3; i++) {
            server.admin("DELETE", PlaybackServer.KNOWN, null);
        }

        JsonObject first = json(server.get(PROJECT + "/erasures?limit=2"));
        JsonObject second = json(server.get(PROJECT + "/erasures?limit=2&cursor=" + first.getString("nextCursor")));

        assertThat(first.getJsonArray("erasures")).hasSize(2);
        assertThat(first.getJsonArray("erasures").getJsonObject(0).getString("id"))
                .isEqualTo("er-3");
        assertThat(second.getJsonArray("erasures")).hasSize(1);
        assertThat(second.getValue("nextCursor")).isNull();
    }

    @Test
    void node_thatIsGone_isRetired_andOneThatRunsIsNot() throws Exception {
        server.erasures.nodes.add(new NodePassed("gone", 0, Samples.START));
        server.erasures.nodes.add(new NodePassed("runs", 0, System.currentTimeMillis()));

        assertThat(json(server.get("/api/v1/nodes")).getJsonArray("nodes")).hasSize(2);
        assertThat(server.admin("POST", "/api/v1/nodes/gone/retirement", null).statusCode())
                .isEqualTo(204);
        assertProblem(server.admin("POST", "/api/v1/nodes/gone/retirement", null), 404, "NOT_FOUND");
        assertProblem(server.admin("POST", "/api/v1/nodes/runs/retirement", null), 409, "NODE_RUNS");
        assertThat(server.erasures.nodes).hasSize(1);
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as(PlaybackServer.text(answer)).isBetween(200, 299);
        return new JsonObject(PlaybackServer.text(answer));
    }
}
