package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.By;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.RetentionPolicy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Making and changing projects and their keys over HTTP. */
class ProjectsTest {
    private static final String PROJECTS = "/api/v1/projects";
    private static final String PROJECT = PROJECTS + "/default";
    private static final String KEYS = PROJECT + "/keys";

    private final PlaybackServer server = new PlaybackServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void project_isMadeWithDefaults_andListed() throws Exception {
        HttpResponse<byte[]> made = server.admin("POST", PROJECTS, "{\"slug\":\"web-shop\",\"name\":\" Web shop \"}");

        assertThat(made.statusCode()).isEqualTo(201);
        JsonObject project = json(made);
        assertThat(project.getString("slug")).isEqualTo("web-shop");
        assertThat(project.getString("name")).isEqualTo("Web shop");
        assertThat(project.getString("masking")).isEqualTo("balanced");
        assertThat(project.getString("onLessMasking")).isEqualTo("reject");
        assertThat(project.getDouble("sampleRate")).isEqualTo(1);
        assertThat(project.getJsonObject("retention").getInteger("keepHours")).isEqualTo(720);
        assertThat(json(server.get(PROJECTS)).getJsonArray("projects")).hasSize(3);
        assertThat(server.projects.trail.get(0).actor()).isEqualTo("admin");
    }

    @Test
    void project_withoutAName_hasItsSlug() throws Exception {
        assertThat(json(server.admin("POST", PROJECTS, "{\"slug\":\"a\"}")).getString("name"))
                .isEqualTo("a");
    }

    @Test
    void slug_thatIsOrWasInUse_isTaken() throws Exception {
        assertProblem(server.admin("POST", PROJECTS, "{\"slug\":\"default\"}"), 409, "TAKEN");
        server.admin("DELETE", PROJECTS + "/shop", null);

        assertProblem(server.admin("POST", PROJECTS, "{\"slug\":\"shop\"}"), 409, "TAKEN");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"slug\":\"\"}",
                "{\"slug\":\"Shop\"}",
                "{\"slug\":\"2shop\"}",
                "{\"slug\":\"a_b\"}",
                "{\"slug\":5}",
                "{\"slug\":null}",
                "{\"slug\":\"a\",\"name\":\"  \"}",
                "{\"slug\":\"a\",\"slug\":\"b\"}",
                "{\"slug\":\"a\",\"retention\":1}",
                "{\"slug\":\"a\"} trailing",
                "[]",
                "",
                "nonsense"
            })
    void badProject_isMalformed(String body) throws Exception {
        assertProblem(server.admin("POST", PROJECTS, body), 400, "MALFORMED");
    }

    @Test
    void bodyThatDoesNotSayItIsJson_isRefused() throws Exception {
        assertProblem(
                server.send(
                        "POST",
                        PROJECTS,
                        "{\"slug\":\"a\"}",
                        "Authorization",
                        "Bearer " + PlaybackServer.ADMIN_TOKEN,
                        "Content-Type",
                        "text/plain"),
                415,
                "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    void bodyThatIsTooLong_isRefused() throws Exception {
        String body = "{\"slug\":\"a\",\"name\":\"" + "x".repeat(600_000) + "\"}";

        assertProblem(server.admin("POST", PROJECTS, body), 413, "TOO_LARGE");
    }

    @Test
    void change_changesWhatIsGivenAndNothingElse() throws Exception {
        RetentionPolicy retention = RetentionPolicy.ofDays(7);
        server.projects.change("default", project -> withRetention(project, retention), new By("x", 1));

        HttpResponse<byte[]> answer = server.admin(
                "PATCH",
                PROJECT,
                "{\"name\":\"Shop\",\"masking\":\"strict\",\"onLessMasking\":\"redact\",\"sampleRate\":0.25,"
                        + "\"recording\":false,\"origins\":[\"https://Shop.example:443\",\"http://localhost:3000\","
                        + "\"https://shop.example\",\"http://a.example:80\"]}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).getJsonArray("origins"))
                .isEqualTo(new JsonArray(List.of("https://shop.example", "http://localhost:3000", "http://a.example")));
        assertThat(server.admin.project("default").orElseThrow().settings())
                .isEqualTo(new ProjectSettings(
                        MaskingLevel.STRICT,
                        OnLessMasking.REDACT,
                        List.of("https://shop.example", "http://localhost:3000", "http://a.example"),
                        retention,
                        0.25,
                        false,
                        CaptureSettings.DEFAULT));
        JsonObject again = json(server.admin("PATCH", PROJECT, "{\"recording\":true}"));
        assertThat(again.getString("masking")).isEqualTo("strict");
        assertThat(again.getBoolean("recording")).isTrue();
        assertThat(json(server.get(PROJECT))).isEqualTo(again);
    }

    @Test
    void change_ofCapture_changesItsMembersOneByOne() throws Exception {
        JsonObject first = json(server.get(PROJECT)).getJsonObject("capture");
        assertThat(first.getBoolean("console")).isTrue();
        assertThat(first.getBoolean("networkBodies")).isFalse();
        assertThat(first.getString("consent")).isEqualTo("none");

        server.admin(
                "PATCH",
                PROJECT,
                "{\"capture\":{\"console\":false,\"networkHeaders\":true,\"minimumDurationMs\":5000,"
                        + "\"selectors\":{\"mask\":[\".iban\"],\"block\":[\"video, .ad\"]},"
                        + "\"urls\":{\"include\":[\"/shop*\"]},\"consent\":\"required\"}}");
        HttpResponse<byte[]> answer = server.admin(
                "PATCH",
                PROJECT,
                "{\"capture\":{\"selectors\":{\"mask\":[],\"ignore\":[\"#code\"]},"
                        + "\"urls\":{\"exclude\":[\"/shop/admin*\"]}}}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(server.admin.project("default").orElseThrow().settings().capture())
                .isEqualTo(new CaptureSettings(
                        false,
                        true,
                        true,
                        false,
                        true,
                        new CaptureSettings.Selectors(List.of(), List.of("video, .ad"), List.of("#code")),
                        new CaptureSettings.UrlRules(List.of("/shop*"), List.of("/shop/admin*")),
                        5_000,
                        CaptureSettings.Consent.REQUIRED));
        assertThat(json(server.get(PROJECT)).getJsonObject("capture"))
                .isEqualTo(json(answer).getJsonObject("capture"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"capture\":true}                                     | capture must be an object",
                "{\"capture\":{\"console\":\"no\"}}                     | capture.console must be true or false",
                "{\"capture\":{\"canvas\":true}}                        | no member of the name 'capture.canvas'",
                "{\"capture\":{\"minimumDurationMs\":60001}}            | capture.minimumDurationMs must be",
                "{\"capture\":{\"consent\":\"later\"}}                  | capture.consent must be one of none, required",
                "{\"capture\":{\"selectors\":{\"mask\":\".a\"}}}        | capture.selectors.mask must be a list",
                "{\"capture\":{\"selectors\":{\"mask\":[\"a[\"]}}}      | capture: not a CSS selector: a[",
                "{\"capture\":{\"selectors\":{\"block\":[\"\"]}}}       | capture.selectors.block[0] must be text",
                "{\"capture\":{\"urls\":{\"include\":[\"a.example\"]}}} | capture: a pattern of addresses begins with",
            })
    void badCapture_isMalformedAndNamesTheMember(String body, String detail) throws Exception {
        HttpResponse<byte[]> answer = server.admin("PATCH", PROJECT, body);

        assertProblem(answer, 400, "MALFORMED");
        assertThat(json(answer).getString("detail")).contains(detail);
        assertThat(server.projects.trail).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"\"}                              | name must be",
                "{\"masking\":\"none\"}                       | masking must be one of balanced, open, strict",
                "{\"masking\":null}                           | masking must be",
                "{\"sampleRate\":1.5}                         | sampleRate must be",
                "{\"sampleRate\":\"1\"}                       | sampleRate must be",
                "{\"recording\":1}                            | recording must be true or false",
                "{\"origins\":\"https://a.example\"}          | origins must be a list",
                "{\"origins\":[\"https://a.example/path\"]}   | origins must be of the form",
                "{\"origins\":[\"a.example\"]}                | origins must be of the form",
                "{\"origins\":[7]}                            | origins[0] must be text",
                "{\"slug\":\"other\"}                         | there is no member of the name 'slug'",
                "{\"retention\":{\"keepHours\":1}}            | there is no member of the name 'retention'",
            })
    void badChange_isMalformedAndNamesTheMember(String body, String detail) throws Exception {
        HttpResponse<byte[]> answer = server.admin("PATCH", PROJECT, body);

        assertProblem(answer, 400, "MALFORMED");
        assertThat(json(answer).getString("detail")).contains(detail);
        assertThat(server.projects.trail).isEmpty();
    }

    @Test
    void unknownProject_isNotFound() throws Exception {
        assertProblem(server.get(PROJECTS + "/nobody"), 404, "NOT_FOUND");
        assertProblem(server.admin("PATCH", PROJECTS + "/nobody", "{\"recording\":true}"), 404, "NOT_FOUND");
        assertProblem(server.admin("POST", PROJECTS + "/nobody/keys", "{}"), 404, "NOT_FOUND");
    }

    @Test
    void key_isMadeUpOrTakenOver_andComesWithItsSnippet() throws Exception {
        HttpResponse<byte[]> made = server.admin("POST", KEYS, "{}");
        HttpResponse<byte[]> takenOver = server.admin("POST", KEYS, "{\"key\":\"phc_a.B-1\"}");

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(json(made).getString("key")).matches("pk_[A-Za-z0-9]{28}");
        assertThat(json(takenOver).getString("key")).isEqualTo("phc_a.B-1");
        assertThat(json(takenOver).getString("snippet")).contains("data-key=\"phc_a.B-1\"");
        assertThat(json(server.get(KEYS)).getJsonArray("keys")).hasSize(3);
    }

    @Test
    void key_thatIsInUse_isTaken() throws Exception {
        assertProblem(server.admin("POST", PROJECTS + "/shop/keys", "{\"key\":\"pk_abc\"}"), 409, "TAKEN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"key\":\"a b\"}", "{\"key\":\"..\"}", "{\"key\":\"\"}", "{\"key\":7}", "{\"secret\":1}"})
    void badKey_isMalformed(String body) throws Exception {
        assertProblem(server.admin("POST", KEYS, body), 400, "MALFORMED");
    }

    @Test
    void key_isRevokedForGood() throws Exception {
        assertThat(server.admin("DELETE", KEYS + "/pk_abc", null).statusCode()).isEqualTo(204);
        assertProblem(server.admin("DELETE", KEYS + "/pk_abc", null), 404, "NOT_FOUND");
        assertProblem(server.admin("DELETE", KEYS + "/a%20b", null), 404, "NOT_FOUND");
        assertThat(json(server.get(KEYS)).getJsonArray("keys")).isEmpty();
    }

    @Test
    void storage_showsTheProjectAndTheSystem() throws Exception {
        JsonObject storage = json(server.get(PROJECT + "/storage"));

        assertThat(storage.getLong("bytesRaw")).isEqualTo(45_678_901);
        assertThat(storage.getJsonObject("removed").getLong("sessionsExpired")).isEqualTo(100);
        assertThat(storage.getJsonObject("system").getLong("segments")).isEqualTo(5);
        assertThat(storage.getJsonObject("system").getLong("journalBytes")).isEqualTo(8_192);
    }

    @Test
    void audit_isPaged_forOneProjectOrAll() throws Exception {
        for (int i = 0; i < 3; i++) {
            server.admin("POST", KEYS, "{}");
        }
        server.admin("POST", PROJECTS + "/shop/keys", "{}");

        JsonObject first = json(server.get(PROJECT + "/audit?limit=2"));
        JsonObject second = json(server.get(PROJECT + "/audit?limit=2&cursor=" + first.getString("nextCursor")));

        assertThat(numbers(first)).containsExactly(3L, 2L);
        assertThat(numbers(second)).containsExactly(1L);
        assertThat(second.getValue("nextCursor")).isNull();
        assertThat(numbers(json(server.get("/api/v1/audit")))).containsExactly(4L, 3L, 2L, 1L);
        assertProblem(server.get("/api/v1/audit?cursor=x"), 400, "MALFORMED");
        assertProblem(server.get(PROJECTS + "/nobody/audit"), 404, "NOT_FOUND");
    }

    private static List<Object> numbers(JsonObject page) {
        return page.getJsonArray("entries").stream()
                .map(entry -> (Object) ((JsonObject) entry).getLong("number"))
                .toList();
    }

    private static Project withRetention(Project project, RetentionPolicy retention) {
        return new Project(
                project.slug(),
                project.number(),
                project.name(),
                new ProjectSettings(
                        MaskingLevel.BALANCED,
                        OnLessMasking.REJECT,
                        List.of(),
                        retention,
                        1.0,
                        true,
                        CaptureSettings.DEFAULT));
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        return new JsonObject(PlaybackServer.text(answer));
    }
}
