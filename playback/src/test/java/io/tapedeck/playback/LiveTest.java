package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapedeck.playback.LiveClient.Event;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Following a session over HTTP. */
class LiveTest {
    private static final SessionKey SESSION = new SessionKey("default", "live-3");
    private static final String PATH = PlaybackServer.SESSIONS + "/live-3/live";
    /** Quick, but for the pauses while the catalog is away. */
    private static final LiveSettings QUICK = new LiveSettings(200, 20, 200, 30, 60_000);

    private final List<LiveClient> clients = new ArrayList<>();
    private PlaybackServer server;

    @BeforeEach
    void start() {
        restart(QUICK);
    }

    @AfterEach
    void stop() throws Exception {
        for (LiveClient client : clients) {
            client.close();
        }
        server.close();
    }

    @Test
    void answer_isAStreamThatNobodyKeeps() throws Exception {
        LiveClient client = follow(PATH);

        assertThat(client.response.statusCode()).isEqualTo(200);
        assertThat(client.response.headers().firstValue("content-type")).hasValue("text/event-stream");
        assertThat(client.response.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(client.response.headers().firstValue("x-accel-buffering")).hasValue("no");
        assertThat(client.response.headers().firstValue("content-encoding")).isEmpty();
    }

    @Test
    void newViewer_isToldTheRev_andThenWhatWasAdded() throws Exception {
        LiveClient client = follow(PATH);

        Event first = client.next("change");
        assertThat(first.id()).isEqualTo("3");
        assertThat(first.data().getLong("rev")).isEqualTo(3);
        assertThat(first.data().getValue("since")).isNull();
        assertThat(first.data().getValue("grown")).isNull();
        awaitBase();

        grow(4, 6);
        Event second = client.next("change");
        assertThat(second.id()).isEqualTo("4");
        assertThat(second.data().getLong("since")).isEqualTo(3);
        assertThat(second.data().getJsonObject("grown").getLong("rev")).isEqualTo(4);
        assertThat(second.data().getJsonObject("grown").getJsonArray("frames"))
                .extracting(frame -> ((JsonObject) frame).getString("id"))
                .containsExactly("b3", "b4", "b5");
        assertThat(client.hasNext()).isFalse();
    }

    @Test
    void viewerThatHasTheManifest_isToldOnlyWhatComesAfterIt() throws Exception {
        LiveClient bySince = follow(PATH + "?since=3");
        LiveClient byHeader = follow(PATH + "?since=1", "Last-Event-ID", "3");
        awaitBase();

        grow(4, 4);

        assertThat(bySince.next("change").data().getLong("since")).isEqualTo(3);
        assertThat(byHeader.next("change").data().getLong("since")).isEqualTo(3);
    }

    @Test
    void viewerThatWasAway_isToldToFetchTheManifest() throws Exception {
        follow(PATH).next("change");
        awaitBase();
        grow(5, 5);
        await().until(() -> server.reader.manifestCalls.get() >= 2);

        Event missed = follow(PATH, "Last-Event-ID", "3").next("change");

        assertThat(missed.id()).isEqualTo("5");
        assertThat(missed.data().getValue("since")).isNull();
    }

    @Test
    void rewrittenSession_isToldAsARev() throws Exception {
        LiveClient client = follow(PATH + "?since=3");
        awaitBase();

        grow(4, 2);

        Event change = client.next("change");
        assertThat(change.id()).isEqualTo("4");
        assertThat(change.data().getValue("grown")).isNull();
        assertThat(count("tapedeck.playback.live.changes", "told", "rev")).isEqualTo(1);
    }

    @Test
    void settledSession_endsTheStream_andThereIsNothingToComeBackFor() throws Exception {
        LiveClient client = follow(PATH + "?since=3");
        awaitBase();

        server.reader.manifests.put(SESSION, Samples.live(SESSION, 4, 1, true));

        Event end = client.next("end");
        assertThat(end.id()).isEqualTo("4");
        assertThat(end.data().getString("reason")).isEqualTo("settled");
        assertThat(client.next()).isSameAs(LiveClient.OVER);
        assertThat(server.get(PATH, "Last-Event-ID", "4").statusCode()).isEqualTo(204);
        LiveClient behind = follow(PATH + "?since=3");
        assertThat(behind.next("change").id()).isEqualTo("4");
        assertThat(behind.next("end").data().getString("reason")).isEqualTo("settled");
        awaitViewers(0);
    }

    @Test
    void erasedSession_endsTheStream() throws Exception {
        LiveClient client = follow(PATH + "?since=3");
        awaitBase();

        server.reader.manifests.remove(SESSION);

        assertThat(client.next("end").data().getString("reason")).isEqualTo("gone");
        assertThat(client.next()).isSameAs(LiveClient.OVER);
        assertProblem(server.get(PATH), 404, "NOT_FOUND");
        awaitViewers(0);
    }

    @Test
    void loginThatEnds_endsTheStream() throws Exception {
        String cookie = server.login("viv", PlaybackServer.PASSWORD)
                .headers()
                .firstValue("set-cookie")
                .orElseThrow()
                .split(";")[0];
        LiveClient client = keep(server.follow(HttpClient.Version.HTTP_1_1, PATH + "?since=3", "Cookie", cookie));
        awaitViewers(1);

        HttpResponse<byte[]> logout = server.send(
                "POST", "/api/v1/logout", "", "Cookie", cookie, "Origin", "http://127.0.0.1:" + server.port);

        assertThat(logout.statusCode()).isEqualTo(204);
        assertThat(client.next("end").data().getString("reason")).isEqualTo("unauthenticated");
        assertThat(client.next()).isSameAs(LiveClient.OVER);
        awaitViewers(0);
    }

    @Test
    void tokenThatIsRevokedElsewhere_endsTheStreamInAMoment() throws Exception {
        LiveClient client = follow(PATH + "?since=3");
        awaitViewers(1);

        server.admin.tokens.clear();

        assertThat(client.next("end").data().getString("reason")).isEqualTo("unauthenticated");
    }

    @Test
    void nobody_mayNotFollow() throws Exception {
        assertProblem(server.send("GET", PATH, null), 401, "UNAUTHENTICATED");
        awaitViewers(0);
    }

    @Test
    void unknownSession_isNotFound() throws Exception {
        assertProblem(server.get(PlaybackServer.SESSIONS + "/never/live"), 404, "NOT_FOUND");
        assertProblem(server.get("/api/v1/projects/other/sessions/live-3/live"), 404, "NOT_FOUND");
        awaitViewers(0);
    }

    @Test
    void otherCursors_areMalformed() throws Exception {
        assertProblem(server.get(PATH + "?since=x"), 400, "MALFORMED");
        assertProblem(server.get(PATH, "Last-Event-ID", "x"), 400, "MALFORMED");
        assertProblem(server.get(PATH, "Last-Event-ID", "9".repeat(30)), 400, "MALFORMED");
        awaitViewers(0);
    }

    @Test
    void head_followsNothing() throws Exception {
        HttpResponse<byte[]> head =
                server.send("HEAD", PATH, null, "Authorization", "Bearer " + PlaybackServer.VIEWER_TOKEN);

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-type")).hasValue("text/event-stream");
        awaitViewers(0);
    }

    @Test
    void http2_isTheSame() throws Exception {
        LiveClient client = keep(server.follow(
                HttpClient.Version.HTTP_2, PATH, "Authorization", "Bearer " + PlaybackServer.ADMIN_TOKEN));

        assertThat(client.response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(client.next("change").id()).isEqualTo("3");
        grow(4, 4);
        assertThat(client.next("change").id()).isEqualTo("4");
        client.close();
        awaitViewers(0);
    }

    @Test
    void silentStream_showsThatItLives() throws Exception {
        LiveClient client = follow(PATH + "?since=3");

        for (int i = 0; i < 3; i++) {
            Event beat = client.nextOfAnyName();
            assertThat(beat.name()).isEqualTo("beat");
            assertThat(beat.id()).isNull();
        }
    }

    @Test
    void aHundredViewers_costTheCatalogWhatOneDoes() throws Exception {
        for (int i = 0; i < 100; i++) {
            follow(PATH + "?since=3");
        }
        awaitViewers(100);
        awaitBase();
        assertThat(gauge("sessions")).isEqualTo(1);

        grow(4, 4);
        for (LiveClient client : clients) {
            assertThat(client.next("change").data().getLong("since")).isEqualTo(3);
        }

        assertThat(server.reader.manifestCalls).hasValue(2);
        // Polls go on between one line and the next.
        await().untilAsserted(() -> {
            double polls = count("tapedeck.playback.live.polls", "outcome", "ok");
            // One look for the first viewer, as nobody followed the session before him; and a poll that may be under
            // way.
            assertThat((double) server.reader.progressCalls.get()).isBetween(polls + 1, polls + 2);
        });
    }

    @Test
    void manySessions_areAskedForAtOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            SessionKey session = new SessionKey("default", "many-" + i);
            server.reader.manifests.put(session, Samples.live(session, 1, 1, false));
            follow(PlaybackServer.SESSIONS + "/many-" + i + "/live?since=1");
        }
        await().until(() -> gauge("frames") == 20);
        int looks = 20;

        double pollsThen = count("tapedeck.playback.live.polls", "outcome", "ok");
        await().until(() -> count("tapedeck.playback.live.polls", "outcome", "ok") >= pollsThen + 5);

        assertThat((double) server.reader.progressCalls.get())
                .isLessThanOrEqualTo(count("tapedeck.playback.live.polls", "outcome", "ok") + looks + 1);
        assertThat(gauge("sessions")).isEqualTo(20);
    }

    @Test
    void withoutViewers_nothingIsAsked() throws Exception {
        LiveClient client = follow(PATH);
        client.next("change");
        client.close();
        awaitViewers(0);
        await().until(() -> gauge("sessions") == 0);

        int calls = server.reader.progressCalls.get();
        await().during(Duration.ofMillis(300)).until(() -> server.reader.progressCalls.get() == calls);
        assertThat(gauge("frames")).isZero();
    }

    @Test
    void moreViewersThanAllowed_areRefusedUntilOneLeaves() throws Exception {
        restart(QUICK.withViewersMax(1));
        LiveClient first = follow(PATH);
        first.next("change");

        HttpResponse<byte[]> refused = server.get(PATH);

        assertProblem(refused, 503, "OVER_CAPACITY");
        assertThat(refused.headers().firstValue("retry-after")).hasValue("5");
        assertThat(count("tapedeck.playback.live.refused")).isEqualTo(1);
        first.close();
        awaitViewers(0);
        assertThat(follow(PATH).next("change").id()).isEqualTo("3");
    }

    @Test
    void catalogThatIsAway_isTold_askedLessOften_andToldWhenItIsBack() throws Exception {
        LiveClient client = follow(PATH + "?since=3");
        awaitBase();

        server.reader.progressFailure = new StoreException(StoreErrorKind.UNAVAILABLE, "away");
        assertThat(client.next("away").id()).isNull();
        assertProblem(server.get(PATH), 503, "UNAVAILABLE");
        await().until(() -> count("tapedeck.playback.live.polls", "outcome", "failed") >= 4);
        grow(4, 4);
        assertThat(client.hasNext()).as("told once").isFalse();

        server.reader.progressFailure = null;
        client.next("back");
        assertThat(client.next("change").data().getLong("since")).isEqualTo(3);
    }

    @Test
    void changeThatCannotBeRead_isCounted_triedAgain_andTold() throws Exception {
        LiveClient client = follow(PATH + "?since=3");
        awaitBase();

        server.reader.manifestFailure = new StoreException(StoreErrorKind.UNAVAILABLE, "away");
        grow(4, 4);
        await().until(() -> reads("failed") >= 2);
        assertThat(client.hasNext()).isFalse();

        long readsThen = reads("ok");
        server.reader.manifestFailure = null;
        assertThat(client.next("change").data().getLong("since")).isEqualTo(3);
        assertThat(reads("ok")).isEqualTo(readsThen + 1);
    }

    @Test
    void stop_endsStreamsWithoutTellingThemToStayAway() throws Exception {
        LiveClient client = follow(PATH + "?since=3");
        awaitViewers(1);

        server.api.stopStreams();

        assertThat(client.next()).isSameAs(LiveClient.OVER);
        assertProblem(server.get(PATH), 503, "UNAVAILABLE");
        assertThat(count("tapedeck.playback.live.ended", "reason", "closing")).isEqualTo(1);
    }

    private void restart(LiveSettings settings) {
        if (server != null) {
            server.close();
        }
        server = new PlaybackServer(
                PlaybackSettings.DEFAULT.with(PlaybackSettings.DEFAULT.eventStreamsMax(), settings), null);
        grow(3, 3);
    }

    private void grow(long rev, int frames) {
        server.reader.manifests.put(SESSION, Samples.live(SESSION, rev, frames, false));
    }

    private LiveClient follow(String path, String... headers) throws Exception {
        return keep(server.follow(path, headers));
    }

    private LiveClient keep(LiveClient client) {
        clients.add(client);
        return client;
    }

    /** Until it is remembered what the viewers have. */
    private void awaitBase() {
        await().until(() -> gauge("frames") == 3);
    }

    private void awaitViewers(int count) {
        await().until(() -> gauge("viewers") == count);
    }

    private double gauge(String name) {
        return server.meters.get("tapedeck.playback.live." + name).gauge().value();
    }

    private long reads(String outcome) {
        return server.meters
                .get("tapedeck.playback.live.reads")
                .tag("outcome", outcome)
                .timer()
                .count();
    }

    private double count(String name, String... tags) {
        return server.meters.get(name).tags(tags).counter().count();
    }
}
