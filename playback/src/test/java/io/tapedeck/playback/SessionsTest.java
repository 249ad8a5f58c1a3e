package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tapedeck.store.SessionPage;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionQuery.Sort;
import io.tapedeck.store.SessionSummary;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists, manifests, markers, projects and keys over HTTP. */
class SessionsTest {
    private final AtomicReference<SessionQuery> asked = new AtomicReference<>();
    private PlaybackServer server;

    @BeforeEach
    void start() {
        server = new PlaybackServer();
        server.reader.list = query -> {
            asked.set(query);
            return new SessionPage(List.of(Samples.known(), Samples.unknown()), "next/+ü");
        };
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void list_withoutParameters_asksForTheNewest50() throws Exception {
        assertThat(server.get(PlaybackServer.SESSIONS).statusCode()).isEqualTo(200);

        assertThat(asked.get())
                .isEqualTo(new SessionQuery(
                        "default",
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Sort.STARTED_AT_DESC,
                        50,
                        null));
    }

    @Test
    void list_passesEveryFilterOn() throws Exception {
        HttpResponse<byte[]> answer = server.get(PlaybackServer.SESSIONS
                + "?from=1&to=2&user=a%40b&url=%2Fcart%3Fa&q=two+words&browser=chrome&os=Linux&device=mobile&country=DE"
                + "&minDurationMs=3000&hasErrors=true&rage=false&event=buy&tag=a:b:c&sort=-errors&limit=200&cursor=x");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(asked.get())
                .isEqualTo(new SessionQuery(
                        "default",
                        1L,
                        2L,
                        "a@b",
                        "/cart?a",
                        "two words",
                        "chrome",
                        "Linux",
                        "mobile",
                        "DE",
                        3000L,
                        true,
                        false,
                        "buy",
                        "a",
                        "b:c",
                        Sort.ERRORS_DESC,
                        200,
                        "x"));
    }

    @ParameterizedTest
    @CsvSource({
        "-startedAt, STARTED_AT_DESC",
        "startedAt, STARTED_AT_ASC",
        "-durationMs, DURATION_DESC",
        "-lastEventAt, LAST_EVENT_AT_DESC",
        "-errors, ERRORS_DESC"
    })
    void list_sorts(String word, Sort sort) throws Exception {
        server.get(PlaybackServer.SESSIONS + "?sort=" + word);

        assertThat(asked.get().sort()).isEqualTo(sort);
    }

    @Test
    void list_ofTraitsNestedAsDeepAsTheStoreReads_isAnswered() throws Exception {
        JsonNode traits = JsonNodeFactory.instance.objectNode();
        for (int depth = 1; depth < 997; depth++) {
            traits = JsonNodeFactory.instance.objectNode().set("a", traits);
        }
        SessionSummary deep = Samples.known(traits);
        server.reader.list = query -> new SessionPage(List.of(deep), null);

        assertThat(server.get(PlaybackServer.SESSIONS).statusCode()).isEqualTo(200);
    }

    @Test
    void list_showsSessionsAndTheNextCursor() throws Exception {
        JsonObject page = json(server.get(PlaybackServer.SESSIONS));

        assertThat(page.getString("nextCursor")).isEqualTo("next/+ü");
        JsonObject known = page.getJsonArray("sessions").getJsonObject(0);
        assertThat(known.getString("id")).isEqualTo("known-1");
        assertThat(known.getString("project")).isEqualTo("default");
        assertThat(known.getJsonObject("user"))
                .isEqualTo(new JsonObject()
                        .put("id", "ada@example.com")
                        .put("traits", new JsonObject().put("plan", "pro")));
        assertThat(known.getLong("durationMs")).isEqualTo(60_000);
        assertThat(known.getLong("activeMs")).isEqualTo(41_000);
        assertThat(known.getString("phase")).isEqualTo("settled");
        assertThat(known.getInteger("windows")).isEqualTo(2);
        assertThat(known.getJsonObject("counts").getInteger("customEvents")).isEqualTo(7);
        assertThat(known.getString("entryUrl")).isEqualTo("https://shop.example/?a=***");
        assertThat(known.getJsonObject("tags").getString("tenant")).isEqualTo("acme");
        assertThat(known.getLong("rev")).isEqualTo(12);
        JsonObject unknown = page.getJsonArray("sessions").getJsonObject(1);
        assertThat(unknown.getString("phase")).isEqualTo("live");
        assertThat(unknown.containsKey("user")).isTrue();
        assertThat(List.of("user", "activeMs", "entryUrl", "exitUrl", "browser", "os", "device", "country", "sdk"))
                .allMatch(member -> unknown.containsKey(member) && unknown.getValue(member) == null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=0             | limit",
                "limit=201           | limit",
                "limit=ten           | limit",
                "limit=              | limit",
                "limit=5&limit=6     | limit",
                "from=-1             | from",
                "from=1.5            | from",
                "from=99999999999999999999 | from",
                "from=9223372036854775808 | from",
                "from=2&to=1         | from",
                "user=               | user",
                "hasErrors=yes       | hasErrors",
                "hasErrors=TRUE      | hasErrors",
                "rage=1              | rage",
                "sort=errors         | sort",
                "tag=novalue         | tag",
                "tag=:x              | tag",
                "minDurationMs=1e3   | minDurationMs",
                "usr=ada             | usr",
                "Limit=5             | Limit",
                "window=w1           | window",
            })
    void list_withABadParameter_namesIt(String query, String name) throws Exception {
        HttpResponse<byte[]> answer = server.get(PlaybackServer.SESSIONS + "?" + query);

        assertProblem(answer, 400, "MALFORMED");
        assertThat(json(answer).getString("detail")).contains(name);
        assertThat(asked.get()).isNull();
    }

    @Test
    void list_withAnotherQuerysCursor_isMalformed() throws Exception {
        server.reader.list = query -> {
            throw new IllegalArgumentException("cursor");
        };

        HttpResponse<byte[]> answer = server.get(PlaybackServer.SESSIONS + "?cursor=abc");

        assertProblem(answer, 400, "MALFORMED");
        assertThat(json(answer).getString("detail")).contains("cursor");
        assertProblem(server.get(PlaybackServer.SESSIONS), 500, "INTERNAL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/projects/nobody/sessions",
                "/api/v1/projects/nobody/keys",
                "/api/v1/projects/default/sessions/other",
                "/api/v1/projects/default/sessions/other/events",
                "/api/v1/projects/default/sessions/other/markers",
                "/api/v1/projects/default/sessions/not.an.id",
                "/api/v1/projects/d%2Fx/sessions",
                "/api/v1/projects/default/sessions/known-1/nothing",
                "/api/v2/projects",
            })
    void whatDoesNotExist_isNotFound(String path) throws Exception {
        assertProblem(server.get(path), 404, "NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_FOUND, 404, NOT_FOUND",
        "UNAVAILABLE, 503, UNAVAILABLE",
        "THROTTLED, 503, UNAVAILABLE",
        "TIMEOUT, 503, UNAVAILABLE",
        "OVER_CAPACITY, 503, OVER_CAPACITY",
        "CORRUPT, 500, CORRUPT",
        "ERASED, 410, ERASED",
    })
    void failureOfTheStore_isToldAsWhatItIs(StoreErrorKind kind, int status, String code) throws Exception {
        server.reader.list = query -> {
            throw new StoreException(kind, "sessions");
        };

        assertProblem(server.get(PlaybackServer.SESSIONS), status, code);
    }

    @Test
    void manifest_hasWindowsFramesAndGaps() throws Exception {
        JsonObject manifest = json(server.get(PlaybackServer.KNOWN));

        assertThat(manifest.fieldNames()).containsExactly("session", "rev", "behindMs", "windows", "frames", "gaps");
        assertThat(manifest.getLong("rev")).isEqualTo(12);
        assertThat(manifest.getLong("behindMs")).isEqualTo(1_500);
        assertThat(manifest.getJsonObject("session").getLong("behindMs")).isEqualTo(1_500);
        assertThat(manifest.getJsonArray("windows").getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("id", "w1")
                        .put("firstAt", Samples.START)
                        .put("lastAt", Samples.START + 60_000)
                        .put("events", 100)
                        .put(
                                "fullSnapshots",
                                new JsonArray().add(Samples.START + 10).add(Samples.START + 30_000)));
        assertThat(manifest.getJsonArray("frames").getJsonObject(2))
                .isEqualTo(new JsonObject()
                        .put("id", "r1.2")
                        .put("window", "w2")
                        .put("firstAt", Samples.START + 5)
                        .put("lastAt", Samples.START + 9_000)
                        .put("events", 23)
                        .put("bytes", 400)
                        .put("bytesRaw", 3_000)
                        .put("fullSnapshots", new JsonArray()));
        assertThat(manifest.getJsonArray("gaps").getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("window", "w1")
                        .put("afterSeq", 3)
                        .put("beforeSeq", 6)
                        .put("from", Samples.START + 20_000)
                        .put("to", Samples.START + 25_000));
    }

    @Test
    void markers_areFilteredByKindAndText() throws Exception {
        String path = PlaybackServer.KNOWN + "/markers";

        JsonObject all = json(server.get(path));
        assertThat(all.getJsonArray("markers")).hasSize(10);
        assertThat(all.getLong("rev")).isEqualTo(12);
        assertThat(all.getBoolean("truncated")).isTrue();
        assertThat(kinds(path + "?kind=console")).containsExactly("console");
        assertThat(kinds(path + "?kind=error,failedRequest,console"))
                .containsExactly("error", "console", "failedRequest");
        assertThat(kinds(path + "?q=TITLE+of+rage")).containsExactly("rageClick");
        assertThat(kinds(path + "?q=text+about+click")).containsExactly("click");
        assertThat(kinds(path + "?q=args")).isEmpty();
        assertThat(kinds(path + "?kind=click&q=idle")).isEmpty();
        assertThat(kinds(path + "?kind=error,console&level=warn,error")).containsExactly("error", "console");
        assertThat(kinds(path + "?kind=error,console&level=error")).containsExactly("error");
        assertProblem(server.get(path + "?level=fatal"), 400, "MALFORMED");
        assertProblem(server.get(path + "?kind=console,clicks"), 400, "MALFORMED");
        assertProblem(server.get(path + "?kind="), 400, "MALFORMED");
    }

    @Test
    void marker_hasOnlyTheMembersThatItsKindHas() throws Exception {
        JsonObject idle = json(server.get(PlaybackServer.KNOWN + "/markers?kind=idle"))
                .getJsonArray("markers")
                .getJsonObject(0);

        assertThat(idle.fieldNames()).containsExactly("at", "window", "kind", "title", "durationMs");
    }

    @Test
    void projects_areListed() throws Exception {
        assertThat(json(server.get("/api/v1/projects")).getJsonArray("projects").getJsonObject(1))
                .isEqualTo(new JsonObject().put("slug", "shop").put("number", 2).put("name", "Shop <&>"));
    }

    @Test
    void keys_comeWithASnippetForTheAddressThatTheClientSees() throws Exception {
        JsonObject keys = json(server.get(
                "/api/v1/projects/default/keys",
                "X-Forwarded-For",
                "203.0.113.7",
                "X-Forwarded-Proto",
                "https",
                "X-Forwarded-Host",
                "replay.example",
                "X-Forwarded-Prefix",
                "/r"));

        assertThat(keys.getJsonArray("keys").getJsonObject(0))
                .isEqualTo(new JsonObject()
                        .put("key", "pk_abc")
                        .put("createdAt", Samples.START)
                        .put("snippet", keys.getString("snippet")));
        assertThat(keys.getString("snippet"))
                .isEqualTo("<script async src=\"https://replay.example/r/recorder.js\" data-key=\"pk_abc\"></script>");
    }

    @Test
    void keys_ofAProjectWithoutAny_haveNoSnippet() throws Exception {
        JsonObject keys = json(server.get("/api/v1/projects/shop/keys"));

        assertThat(keys.getJsonArray("keys")).isEmpty();
        assertThat(keys.containsKey("snippet")).isTrue();
        assertThat(keys.getString("snippet")).isNull();
    }

    @Test
    void longList_isCompressedForThoseWhoTakeIt() throws Exception {
        server.reader.list = query -> new SessionPage(Collections.nCopies(200, Samples.known()), null);

        HttpResponse<byte[]> plain = server.get(PlaybackServer.SESSIONS);
        HttpResponse<byte[]> gzip = server.get(PlaybackServer.SESSIONS, "Accept-Encoding", "gzip, zstd");

        assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
        assertThat(plain.headers().firstValue("vary")).isPresent();
        assertThat(gzip.headers().firstValue("content-encoding")).hasValue("gzip");
        assertThat(gzip.body()).hasSizeLessThan(plain.body().length / 10);
        assertThat(StoredEvents.gunzip(gzip.body())).isEqualTo(plain.body());
    }

    @Test
    void head_isAnsweredLikeGetWithoutTheBody() throws Exception {
        HttpResponse<byte[]> head = server.send(
                "HEAD", PlaybackServer.KNOWN, null, "Authorization", "Bearer " + PlaybackServer.VIEWER_TOKEN);

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void answers_areNotStoredNorReadableByOtherOrigins() throws Exception {
        HttpResponse<byte[]> answer = server.get(PlaybackServer.KNOWN, "Origin", "http://evil.example");

        assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }

    private List<String> kinds(String path) throws Exception {
        return json(server.get(path)).getJsonArray("markers").stream()
                .map(marker -> ((JsonObject) marker).getString("kind"))
                .toList();
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        return new JsonObject(PlaybackServer.text(answer));
    }
}
