package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.tapedeck.store.EventStream;
import io.tapedeck.store.ProjectCatalog.AuditEntry;
import io.tapedeck.store.ShareCatalog;
import io.tapedeck.store.ShareCatalog.Share;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Links to single sessions over HTTP: making and revoking them, and what whoever has one may see. */
class SharesTest {
    private static final String SHARES = PlaybackServer.KNOWN + "/shares";
    private static final String SHARED = "/api/v1/shares/";

    private PlaybackServer server = new PlaybackServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aShare_isMadeByWhoeverMayRead_andLeadsToItsSession() throws Exception {
        HttpResponse<byte[]> created = asViewer("POST", SHARES, "{\"lastsHours\":24,\"startMs\":5000}");

        assertThat(created.statusCode()).isEqualTo(201);
        JsonObject share = json(created);
        String token = share.getString("token");
        assertThat(token).matches("[A-Za-z0-9_-]{43}");
        assertThat(share.getString("url")).isEqualTo("http://127.0.0.1:" + server.port + "/app/share/" + token);
        assertThat(share.getString("madeBy")).isEqualTo("viv");
        assertThat(share.getLong("expiresAt") - share.getLong("createdAt"))
                .isEqualTo(Duration.ofHours(24).toMillis());

        JsonObject shared = json(asAnybody(SHARED + token));
        JsonObject manifest = json(server.get(PlaybackServer.KNOWN));
        assertThat(shared)
                .isEqualTo(new JsonObject()
                        .put("session", manifest.getJsonObject("session"))
                        .put("startMs", 5_000)
                        .put("expiresAt", share.getLong("expiresAt")));
    }

    @Test
    void aShare_lastsAWeekAndBeginsAtTheStart_unlessSaidOtherwise() throws Exception {
        JsonObject share = json(asViewer("POST", SHARES, "{}"));

        assertThat(share.getLong("expiresAt") - share.getLong("createdAt"))
                .isEqualTo(Duration.ofDays(7).toMillis());
        assertThat(share.getLong("startMs")).isZero();
    }

    @Test
    void theSecret_isNeitherStoredNorListed() throws Exception {
        JsonObject share = json(asViewer("POST", SHARES, "{}"));
        String token = share.getString("token");

        HttpResponse<byte[]> list = asViewer("GET", SHARES, null);

        assertThat(server.shares.byHash.keySet()).containsExactly(Secrets.hash(token));
        assertThat(server.shares.byHash.values().toString()).doesNotContain(token);
        assertThat(PlaybackServer.text(list)).doesNotContain(token).doesNotContain(Secrets.hash(token));
        share.remove("token");
        share.remove("url");
        assertThat(json(list).getBoolean("enabled")).isTrue();
        assertThat(json(list).getJsonArray("shares")).isEqualTo(new JsonArray().add(share));
    }

    @Test
    void manifestEventsAndMarkers_areThoseOfTheSession() throws Exception {
        byte[] lines = "{\"w\":\"w1\",\"type\":4}\n".getBytes(StandardCharsets.UTF_8);
        byte[] frame = StoredEvents.frame(lines);
        server.reader.events = call ->
                new EventStream(12, frame.length, "tag-1", PacedPublisher.of(StoredEvents.pieces(frame, 1_000)));
        String shared = SHARED + token();

        assertThat(asAnybody(shared + "/manifest").body())
                .isEqualTo(server.get(PlaybackServer.KNOWN).body());
        assertThat(asAnybody(shared + "/markers?kind=click").body())
                .isEqualTo(
                        server.get(PlaybackServer.KNOWN + "/markers?kind=click").body());
        HttpResponse<byte[]> events = asAnybody(shared + "/events?rev=12&frames=f1", "Accept-Encoding", "zstd");
        assertThat(StoredEvents.unzstd(events.body())).isEqualTo(lines);
        assertThat(server.reader.lastCall.session()).isEqualTo(Samples.KNOWN);
        assertThat(server.reader.lastCall.frames()).containsExactly("f1");
        assertThat(events.headers().firstValue("cache-control")).hasValue("private, no-cache");
        assertThat(asAnybody(shared + "/events?rev=12&frames=f1", "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(304);
        assertProblem(asAnybody(shared + "/markers?project=shop"), 400, "MALFORMED");
    }

    @Test
    void answers_areNotKeptBySharedCaches_andSendNoReferrer() throws Exception {
        String shared = SHARED + token();

        for (String path : List.of(shared, shared + "/manifest", shared + "/markers")) {
            HttpResponse<byte[]> answer = asAnybody(path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
            assertThat(answer.headers().firstValue("referrer-policy")).hasValue("no-referrer");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/me",
                "/api/v1/projects",
                "/api/v1/projects/default",
                PlaybackServer.SESSIONS,
                PlaybackServer.KNOWN,
                PlaybackServer.KNOWN + "/events",
                PlaybackServer.KNOWN + "/markers",
                PlaybackServer.KNOWN + "/live",
                SHARES,
                "/api/v1/audit"
            })
    void theSecret_opensNothingElse(String path) throws Exception {
        String token = token();

        for (String[] credential :
                new String[][] {{"Authorization", "Bearer " + token}, {"Cookie", LoginCookie.NAME + "=" + token}}) {
            assertProblem(asAnybody(path, credential), 401, "UNAUTHENTICATED");
        }
    }

    @Test
    void noOtherSession_isWithinReach() throws Exception {
        String shared = SHARED + token();

        for (String path : List.of("/live", "/export", "/shares", "/unknown-2", "/../" + Samples.UNKNOWN.session())) {
            assertThat(asAnybody(shared + path).statusCode()).as(path).isEqualTo(404);
        }
        assertProblem(server.send("DELETE", shared, null), 405, "METHOD_NOT_ALLOWED");
        assertProblem(server.send("POST", shared + "/manifest", "{}"), 405, "METHOD_NOT_ALLOWED");
    }

    @Test
    void unknownExpiredAndRevokedLinks_areAnsweredAlike() throws Exception {
        JsonObject revoked = json(asViewer("POST", SHARES, "{}"));
        assertThat(asViewer("DELETE", SHARES + "/" + revoked.getString("id"), null)
                        .statusCode())
                .isEqualTo(204);
        String expired = Secrets.generate();
        server.shares.byHash.put(Secrets.hash(expired), new Share("gone", Samples.KNOWN, "viv", 1, Samples.START, 0));

        for (String token : List.of(revoked.getString("token"), expired, Secrets.generate(), "short", "a.b")) {
            for (String what : List.of("", "/manifest", "/events", "/markers")) {
                HttpResponse<byte[]> answer = asAnybody(SHARED + token + what);
                assertProblem(answer, 404, "NOT_FOUND");
                assertThat(json(answer).getString("detail")).isEqualTo("this link is not valid, or no longer");
            }
        }
    }

    @Test
    void makingAndRevoking_areInTheAuditTrail() throws Exception {
        JsonObject share = json(asViewer("POST", SHARES, "{}"));
        asViewer("DELETE", SHARES + "/" + share.getString("id"), null);

        assertThat(server.projects.trail)
                .extracting(AuditEntry::action, AuditEntry::actor)
                .containsExactly(tuple("share.create", "viv"), tuple("share.revoke", "viv"));
    }

    @Test
    void whatIsNotThere_isNotFound() throws Exception {
        String nobody = PlaybackServer.SESSIONS + "/nobody/shares";

        assertProblem(asViewer("GET", nobody, null), 404, "NOT_FOUND");
        assertProblem(asViewer("POST", nobody, "{}"), 404, "NOT_FOUND");
        assertProblem(asViewer("DELETE", SHARES + "/nothing", null), 404, "NOT_FOUND");
    }

    @Test
    void moreLinksThanThereMayBe_areRefused() throws Exception {
        for (int i = 0; i < ShareCatalog.SHARES_MAX; i++) {
            assertThat(asViewer("POST", SHARES, "{}").statusCode()).isEqualTo(201);
        }

        HttpResponse<byte[]> refused = asViewer("POST", SHARES, "{}");

        assertProblem(refused, 409, "LIMIT_REACHED");
        assertThat(json(refused).getString("detail")).contains("at most 20 links");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"lastsHours\":0}       | lastsHours must be a whole number from 1 to 720",
                "{\"lastsHours\":721}     | lastsHours must be a whole number from 1 to 720",
                "{\"lastsHours\":null}    | lastsHours must be a whole number",
                "{\"startMs\":-1}         | startMs must be a whole number from 0",
                "{\"startMs\":\"0\"}      | startMs must be a whole number from 0",
                "{\"expiresAt\":1}        | there is no member of the name 'expiresAt'",
                "[]                       | the body must be an object"
            })
    void requestsOfAnotherForm_areRefused(String body, String detail) throws Exception {
        HttpResponse<byte[]> refused = asViewer("POST", SHARES, body);

        assertProblem(refused, 400, "MALFORMED");
        assertThat(json(refused).getString("detail")).startsWith(detail);
        assertThat(server.shares.byHash).isEmpty();
    }

    @Test
    void nobody_makesListsOrRevokesLinks() throws Exception {
        String id = json(asViewer("POST", SHARES, "{}")).getString("id");

        assertProblem(server.send("GET", SHARES, null), 401, "UNAUTHENTICATED");
        assertProblem(server.send("POST", SHARES, "{}", "Content-Type", "application/json"), 401, "UNAUTHENTICATED");
        assertProblem(server.send("DELETE", SHARES + "/" + id, null), 401, "UNAUTHENTICATED");
        assertThat(server.shares.byHash).hasSize(1);
    }

    @Test
    void anOutage_isNoEndedLink() throws Exception {
        String token = token();
        server.admin.failure = new StoreException(StoreErrorKind.UNAVAILABLE, "the catalog is away");

        assertProblem(asAnybody(SHARED + token), 503, "UNAVAILABLE");
    }

    @Test
    void withLinksTurnedOff_noneIsMadeAndNoneWorks_butTheyCanBeRevoked() throws Exception {
        server.close();
        server = new PlaybackServer(PlaybackSettings.DEFAULT.withShareLinks(false), null);
        String token = Secrets.generate();
        server.shares.byHash.put(Secrets.hash(token), new Share("before", Samples.KNOWN, "viv", 1, Long.MAX_VALUE, 0));

        assertProblem(asViewer("POST", SHARES, "{}"), 403, "SHARING_OFF");
        assertProblem(asAnybody(SHARED + token), 404, "NOT_FOUND");
        assertProblem(asAnybody(SHARED + token + "/manifest"), 404, "NOT_FOUND");
        assertThat(json(asViewer("GET", SHARES, null)).getBoolean("enabled")).isFalse();
        assertThat(asViewer("DELETE", SHARES + "/before", null).statusCode()).isEqualTo(204);
    }

    @Test
    void metrics_haveNamesOfRoutesOnly() throws Exception {
        String token = token();
        asAnybody(SHARED + token + "/manifest");
        asAnybody(SHARED + token + "x/manifest");
        asAnybody("/app/share/" + token);

        Awaitility.await()
                .untilAsserted(() -> assertThat(server.meters
                                .find("tapedeck.http.requests")
                                .tags("route", "app")
                                .timer())
                        .isNotNull());
        String labels = server.meters.getMeters().stream()
                .map(meter -> meter.getId().toString())
                .collect(Collectors.joining());
        assertThat(labels).contains("sharedManifest").doesNotContain(token);
    }

    @Test
    void readersOverALink_leavePlacesToOthers() throws Exception {
        server.close();
        server = new PlaybackServer(PlaybackSettings.DEFAULT.with(4, PlaybackSettings.DEFAULT.live()), null);
        server.reader.events = call -> new EventStream(12, -1, "endless", SharesTest::publishNothing);
        String path = SHARED + token() + "/events";
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                Socket socket = server.socket();
                sockets.add(socket);
                socket.getOutputStream()
                        .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            Awaitility.await()
                    .until(() -> gauge("tapedeck.playback.streams") + gauge("tapedeck.playback.streams.waiting") == 4);
            server.reader.events = call -> new EventStream(12, 0, "empty", PacedPublisher.of(List.of()));

            assertThat(server.get(PlaybackServer.KNOWN + "/events").statusCode())
                    .isEqualTo(200);
            assertThat(gauge("tapedeck.playback.streams.waiting")).isEqualTo(3);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        Awaitility.await().until(() -> gauge("tapedeck.playback.streams") == 0);
    }

    private static void publishNothing(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {}

            @Override
            public void cancel() {}
        });
    }

    private double gauge(String name) {
        return server.meters.get(name).gauge().value();
    }

    private String token() throws Exception {
        return json(asViewer("POST", SHARES, "{}")).getString("token");
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

    private HttpResponse<byte[]> asAnybody(String path, String... headers) throws Exception {
        return server.send("GET", path, null, headers);
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        return new JsonObject(PlaybackServer.text(answer));
    }
}
