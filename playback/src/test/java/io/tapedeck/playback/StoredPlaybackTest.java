package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkStore;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreSettings;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.catalog.CatalogSettings;
import io.tapedeck.store.catalog.JdbcCatalog;
import io.tapedeck.store.object.FileObjectStore;
import io.tapedeck.store.upkeep.UpkeepBuilder;
import io.tapedeck.store.upkeep.UpkeepSettings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Playback over the real store: files and SQLite, with real recordings in them. */
class StoredPlaybackTest {
    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private JdbcCatalog catalog;
    private FileObjectStore objects;
    private ChunkStore store;
    private PlaybackServer server;

    @BeforeEach
    void open() {
        catalog = JdbcCatalog.open(CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")), meters);
        objects = new FileObjectStore(folder.resolve("objects"));
        catalog.bootstrap(
                new Bootstrap(
                        List.of("pk_test"),
                        null,
                        new PasswordHasher().hash(PlaybackServer.PASSWORD),
                        Secrets.hash(PlaybackServer.ADMIN_TOKEN)),
                System.currentTimeMillis());
        serve(UpkeepSettings.DEFAULT);
    }

    private void serve(UpkeepSettings upkeep) {
        StoreSettings like = StoreSettings.defaults(folder, "files", Ack.STORED);
        StoreSettings settings = new StoreSettings(
                folder, "files", true, true, like.ack(), like.storedWaitMs(), like.journal(), like.flush(), upkeep);
        store = ChunkStore.open(settings, objects, catalog.catalogs(), meters, Clock.systemUTC());
        server = new PlaybackServer(
                PlaybackSettings.DEFAULT,
                null,
                store,
                AdminSeams.of(
                        catalog,
                        catalog::principalOfToken,
                        catalog.catalogs(),
                        store::journalBytes,
                        store::erasureRequested));
    }

    @AfterEach
    void close() {
        server.close();
        store.close();
        objects.close();
        catalog.close();
    }

    @Test
    void realRecordings_areListedAndReadBackInEveryEncoding() throws Exception {
        for (String name : Fixtures.corpusNames()) {
            SessionKey session = Fixtures.session(name);
            List<Chunk> chunks = Fixtures.corpusChunks(session, "w1", name, 50);
            append(chunks);
            String path = PlaybackServer.SESSIONS + "/" + name;
            String expected = new String(Fixtures.lines(chunks), StandardCharsets.UTF_8);

            HttpResponse<byte[]> plain = server.get(path + "/events");
            HttpResponse<byte[]> zstd = server.get(path + "/events", "Accept-Encoding", "zstd");
            HttpResponse<byte[]> gzip = server.get(path + "/events", "Accept-Encoding", "gzip");

            assertThat(PlaybackServer.text(plain)).isEqualTo(expected);
            assertThat(StoredEvents.unzstd(zstd.body())).isEqualTo(plain.body());
            assertThat(StoredEvents.gunzip(gzip.body())).isEqualTo(plain.body());
            assertThat(zstd.headers().firstValueAsLong("content-length")).hasValue(zstd.body().length);
            assertFramesAddUp(path, expected);
        }
        assertThat(json(server.get(PlaybackServer.SESSIONS)).getJsonArray("sessions"))
                .hasSameSizeAs(Fixtures.corpusNames());
    }

    @Test
    void repeatedChunks_areSeenOnce() throws Exception {
        SessionKey session = Fixtures.session("twice");
        String name = Fixtures.corpusNames().get(0);
        List<Chunk> chunks = Fixtures.corpusChunks(session, "w1", name, 50);
        append(chunks);
        append(chunks);

        HttpResponse<byte[]> events = server.get(PlaybackServer.SESSIONS + "/twice/events");

        assertThat(events.body()).isEqualTo(Fixtures.lines(chunks));
    }

    @Test
    void settledSession_readsLikeBefore_andItsOldFramesAreStale() throws Exception {
        String name = Fixtures.corpusNames().get(0);
        SessionKey session = Fixtures.session("s1");
        List<Chunk> chunks = Fixtures.corpusChunks(session, "w1", name, 50);
        append(chunks);
        String path = PlaybackServer.SESSIONS + "/s1";
        JsonObject live = json(server.get(path));
        server.close();
        store.close();
        serve(new UpkeepBuilder().intervalMs(100).memoryBytesMax(64L << 20).build());

        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> json(server.get(path)).getJsonObject("session").getString("phase"), "settled"::equals);

        String expected = new String(Fixtures.lines(chunks), StandardCharsets.UTF_8);
        assertThat(PlaybackServer.text(server.get(path + "/events"))).isEqualTo(expected);
        assertFramesAddUp(path, expected);
        String oldFrame = live.getJsonArray("frames").getJsonObject(0).getString("id");
        assertProblem(
                server.get(path + "/events?rev=" + live.getLong("rev") + "&frames=" + oldFrame), 409, "STALE_REV");
        assertThat(json(server.get(path + "/markers")).getJsonArray("markers")).isNotEmpty();
    }

    @Test
    void list_isPagedByCursors_whichBelongToTheirQuery() throws Exception {
        String corpus = Fixtures.corpusNames().get(0);
        for (int i = 0; i < 5; i++) {
            append(Fixtures.corpusChunks(Fixtures.session("s" + i), "w1", corpus, 10_000));
        }
        List<String> seen = new ArrayList<>();
        String query = "?sort=-lastEventAt&limit=2";
        String cursor = null;
        do {
            JsonObject page =
                    json(server.get(PlaybackServer.SESSIONS + query + (cursor == null ? "" : "&cursor=" + cursor)));
            page.getJsonArray("sessions").forEach(one -> seen.add(((JsonObject) one).getString("id")));
            cursor = page.getString("nextCursor");
            if (cursor != null) {
                assertProblem(server.get(PlaybackServer.SESSIONS + "?limit=2&cursor=" + cursor), 400, "MALFORMED");
            }
        } while (cursor != null);

        assertThat(seen).containsExactlyInAnyOrder("s0", "s1", "s2", "s3", "s4");
        assertProblem(server.get(PlaybackServer.SESSIONS + "?cursor=nonsense"), 400, "MALFORMED");
    }

    @Test
    void frameOfAnotherTime_isStale() throws Exception {
        append(Fixtures.corpusChunks(
                Fixtures.session("s1"), "w1", Fixtures.corpusNames().get(0), 10_000));

        assertProblem(server.get(PlaybackServer.SESSIONS + "/s1/events?rev=1&frames=b999999"), 409, "STALE_REV");
        assertProblem(server.get(PlaybackServer.SESSIONS + "/s2/events?rev=1&frames=b1"), 404, "NOT_FOUND");
    }

    @Test
    void markers_areFound() throws Exception {
        String name = Fixtures.corpusNames().get(0);
        append(Fixtures.corpusChunks(Fixtures.session("s1"), "w1", name, 10_000));

        JsonArray markers =
                json(server.get(PlaybackServer.SESSIONS + "/s1/markers")).getJsonArray("markers");

        assertThat(markers).isNotEmpty();
        List<Long> times = markers.stream()
                .map(marker -> ((JsonObject) marker).getLong("at"))
                .collect(Collectors.toList());
        assertThat(times).isSorted();
    }

    @Test
    void loginAndKeys_workWithTheRealCatalog() throws Exception {
        HttpResponse<byte[]> login = server.login("admin", PlaybackServer.PASSWORD);
        assertThat(login.statusCode()).isEqualTo(200);
        String cookie = login.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];

        JsonObject keys = json(server.send("GET", "/api/v1/projects/default/keys", null, "Cookie", cookie));
        assertThat(keys.getJsonArray("keys").getJsonObject(0).getString("key")).isEqualTo("pk_test");

        server.send("POST", "/api/v1/logout", null, "Cookie", cookie, "Sec-Fetch-Site", "same-origin");
        assertProblem(server.send("GET", "/api/v1/me", null, "Cookie", cookie), 401, "UNAUTHENTICATED");
        assertProblem(server.login("admin", "wrong"), 401, "BAD_CREDENTIALS");
    }

    @Test
    void projectThatTheCatalogRefuses_isMalformed_andSaysWhy() throws Exception {
        String projects = "/api/v1/projects";
        for (String change : List.of(
                "{\"origins\":[\"https://*.shop.example\"]}",
                "{\"origins\":[\"https://bücher.example\"]}",
                "{\"origins\":[\"https://shop.example:99999\"]}",
                "{\"name\":\"Web\\tshop\"}")) {
            assertProblem(server.admin("PATCH", projects + "/default", change), 400, "MALFORMED");
        }
        assertProblem(
                server.admin("POST", projects, "{\"slug\":\"shop\",\"name\":\"Web\\u0000shop\"}"), 400, "MALFORMED");
        assertThat(PlaybackServer.text(
                        server.admin("PATCH", projects + "/default", "{\"origins\":[\"https://*.shop.example\"]}")))
                .contains("not an origin such as https://example.com");
        assertThat(catalog.project("default").orElseThrow().settings().origins())
                .isEmpty();
        assertThat(catalog.project("shop")).isEmpty();
    }

    /** Each frame of the manifest, asked for alone, has as many lines as it says, and all together are everything. */
    private void assertFramesAddUp(String path, String expected) throws Exception {
        JsonObject manifest = json(server.get(path));
        StringBuilder all = new StringBuilder();
        List<String> ids = new ArrayList<>();
        for (Object one : manifest.getJsonArray("frames")) {
            JsonObject frame = (JsonObject) one;
            ids.add(frame.getString("id"));
            String lines = PlaybackServer.text(
                    server.get(path + "/events?rev=" + manifest.getLong("rev") + "&frames=" + frame.getString("id")));
            assertThat(lines.lines().count()).isEqualTo(frame.getLong("events"));
            all.append(lines);
        }
        assertThat(all.toString()).isEqualTo(expected);
        assertThat(PlaybackServer.text(server.get(
                        path + "/events?rev=" + manifest.getLong("rev") + "&frames=" + String.join(",", ids))))
                .isEqualTo(expected);
    }

    private void append(List<Chunk> chunks) throws Exception {
        var waiting = chunks.stream().map(store::append).toList();
        for (var one : waiting) {
            one.get(30, TimeUnit.SECONDS);
        }
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        assertThat(answer.statusCode()).as(PlaybackServer.text(answer)).isEqualTo(200);
        return new JsonObject(PlaybackServer.text(answer));
    }
}
