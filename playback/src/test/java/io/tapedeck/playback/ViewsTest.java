package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.tapedeck.store.EventStream;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.ViewCatalog.Sight;
import io.tapedeck.store.ViewCatalog.Viewer;
import io.tapedeck.store.ViewCatalog.ViewerKind;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who has watched a session, over HTTP: what counts as watching, as whom, and who is told. */
class ViewsTest {
    private static final String EVENTS = PlaybackServer.KNOWN + "/events";
    private static final String VIEWS = PlaybackServer.KNOWN + "/views";

    private final PlaybackServer server = new PlaybackServer();

    @BeforeEach
    void events() throws IOException {
        byte[] frame = StoredEvents.frame("{\"w\":\"w1\",\"type\":4}\n".getBytes(StandardCharsets.UTF_8));
        server.reader.events = call ->
                new EventStream(12, frame.length, "tag-1", PacedPublisher.of(StoredEvents.pieces(frame, 1_000)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whoFetchesEvents_watches_asAPersonAProgramOrALink() throws Exception {
        String cookie = server.login("viv", PlaybackServer.PASSWORD)
                .headers()
                .firstValue("set-cookie")
                .orElseThrow()
                .split(";")[0];
        JsonObject share = json(server.admin("POST", PlaybackServer.KNOWN + "/shares", "{}"));

        server.send("GET", EVENTS, null, "Cookie", cookie);
        awaitSights(1);
        server.get(EVENTS + "?rev=12&frames=f1");
        awaitSights(2);
        server.send("GET", "/api/v1/shares/" + share.getString("token") + "/events", null);
        awaitSights(3);

        assertThat(server.views.noted)
                .extracting(Sight::session, Sight::viewer)
                .containsExactly(
                        tuple(Samples.KNOWN, new Viewer(ViewerKind.PERSON, "viv", null)),
                        tuple(Samples.KNOWN, new Viewer(ViewerKind.TOKEN, "admin", null)),
                        tuple(Samples.KNOWN, new Viewer(ViewerKind.SHARE, share.getString("id"), "admin")));
        assertThat(PlaybackServer.text(server.get(VIEWS))).doesNotContain(share.getString("token"));
    }

    @Test
    void whoHasTheEventsAlready_watchesToo() throws Exception {
        assertThat(server.get(EVENTS, "If-None-Match", "*").statusCode()).isEqualTo(304);

        awaitSights(1);
    }

    @Test
    void whoFollowsASession_watches() throws Exception {
        server.reader.manifests.put(Samples.KNOWN, Samples.live(Samples.KNOWN, 3, 3, false));

        try (LiveClient client = server.follow(PlaybackServer.KNOWN + "/live")) {
            awaitSights(1);
            assertThat(client.response.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void lookingAtAnythingElse_isNotWatching() throws Exception {
        server.get(PlaybackServer.SESSIONS);
        server.get(PlaybackServer.KNOWN);
        server.get(PlaybackServer.KNOWN + "/markers");
        server.get(VIEWS);
        server.send("HEAD", EVENTS, null, "Authorization", "Bearer " + PlaybackServer.ADMIN_TOKEN);
        server.send("GET", EVENTS, null);
        server.get(EVENTS + "?rev=1");
        server.get(EVENTS, "Accept-Encoding", "br, identity;q=0, *;q=0");
        server.get(PlaybackServer.SESSIONS + "/never/events");
        server.get(PlaybackServer.SESSIONS + "/never/live");

        server.get(PlaybackServer.SESSIONS + "/unknown-2/events");
        awaitSights(1);
        assertThat(server.views.noted).extracting(Sight::session).containsExactly(Samples.UNKNOWN);
    }

    @Test
    void eventsAreSent_whetherItCanBeNotedOrNot() throws Exception {
        server.views.failure = new StoreException(StoreErrorKind.UNAVAILABLE, "away");

        HttpResponse<byte[]> answer = server.get(EVENTS);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isNotEmpty();
        await().until(() -> server.meters
                        .get("tapedeck.playback.views")
                        .tag("outcome", "failed")
                        .counter()
                        .count()
                == 1);
    }

    @Test
    void views_areToldToWhoeverMayWatch() throws Exception {
        server.views.noted.add(new Sight(Samples.KNOWN, new Viewer(ViewerKind.PERSON, "ada", null), 17));
        server.views.noted.add(new Sight(Samples.KNOWN, new Viewer(ViewerKind.SHARE, "a1b2", "ada"), 18));

        HttpResponse<byte[]> answer =
                server.send("GET", VIEWS, null, "Authorization", "Bearer " + PlaybackServer.VIEWER_TOKEN);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(PlaybackServer.text(answer))
                .isEqualTo(
                        "{\"views\":["
                                + "{\"viewer\":\"ada\",\"kind\":\"person\",\"madeBy\":null,\"firstAt\":17,\"lastAt\":17,\"times\":1},"
                                + "{\"viewer\":\"a1b2\",\"kind\":\"share\",\"madeBy\":\"ada\",\"firstAt\":18,\"lastAt\":18,\"times\":1}]}");
    }

    @Test
    void views_areToldWithoutALookAtWhatWasRecorded() throws Exception {
        assertThat(server.get(VIEWS).statusCode()).isEqualTo(200);
        assertProblem(server.get(PlaybackServer.SESSIONS + "/never/views"), 404, "NOT_FOUND");

        assertThat(server.reader.manifestCalls).hasValue(0);
    }

    @Test
    void nobodyElse_isTold() throws Exception {
        assertProblem(server.send("GET", VIEWS, null), 401, "UNAUTHENTICATED");
        assertProblem(server.get(PlaybackServer.SESSIONS + "/never/views"), 404, "NOT_FOUND");
        assertProblem(server.get(VIEWS + "?x=1"), 400, "MALFORMED");
    }

    private void awaitSights(int count) {
        await().until(() -> server.views.noted.size() >= count);
        assertThat(List.copyOf(server.views.noted)).hasSize(count);
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        return new JsonObject(PlaybackServer.text(answer));
    }
}
