package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who one is, over HTTP. */
class AccountsTest {
    private PlaybackServer server = new PlaybackServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void login_setsACookieThatWorksUntilLogout() throws Exception {
        HttpResponse<byte[]> login = server.login("viv", PlaybackServer.PASSWORD);
        assertThat(login.statusCode()).isEqualTo(200);
        assertThat(json(login)).isEqualTo(new JsonObject().put("name", "viv").put("role", "viewer"));
        String setCookie = login.headers().firstValue("set-cookie").orElseThrow();
        assertThat(setCookie).matches("tapedeck_session=[A-Za-z0-9_-]{43}; Max-Age=43200; .*");
        assertThat(setCookie)
                .contains("; Path=/;")
                .contains("; HTTPOnly")
                .contains("; SameSite=Lax")
                .doesNotContain("Secure");
        String cookie = setCookie.substring(0, setCookie.indexOf(';'));

        HttpResponse<byte[]> me = server.send("GET", "/api/v1/me", null, "Cookie", cookie);
        assertThat(json(me)).isEqualTo(new JsonObject().put("name", "viv").put("role", "viewer"));
        assertThat(me.headers().firstValue("cache-control")).hasValue("no-store");

        HttpResponse<byte[]> logout =
                server.send("POST", "/api/v1/logout", null, "Cookie", cookie, "Sec-Fetch-Site", "same-origin");
        assertThat(logout.statusCode()).isEqualTo(204);
        assertThat(logout.headers().firstValue("set-cookie").orElseThrow()).contains("Max-Age=0");
        assertProblem(server.send("GET", "/api/v1/me", null, "Cookie", cookie), 401, "UNAUTHENTICATED");
        assertThat(server.admin.logins).isEmpty();
    }

    @Test
    void login_storesOnlyTheHashOfItsSecret() throws Exception {
        String secret = secretOf(server.login("admin", PlaybackServer.PASSWORD));

        assertThat(server.admin.logins).containsOnlyKeys(Secrets.hash(secret));
    }

    @Test
    void login_behindAProxyWithTls_setsASecureCookieForItsPrefix() throws Exception {
        HttpResponse<byte[]> login = server.login(
                "viv",
                PlaybackServer.PASSWORD,
                "X-Forwarded-For",
                "203.0.113.7",
                "X-Forwarded-Proto",
                "https",
                "X-Forwarded-Prefix",
                "/replay");

        assertThat(login.headers().firstValue("set-cookie").orElseThrow())
                .contains("; Path=/replay/;")
                .contains("; Secure");
    }

    @Test
    void login_withWrongPasswordOrUnknownName_isTheSameAnswer() throws Exception {
        HttpResponse<byte[]> wrong = server.login("viv", "wrong");
        HttpResponse<byte[]> unknown = server.login("nobody", PlaybackServer.PASSWORD);

        assertProblem(wrong, 401, "BAD_CREDENTIALS");
        assertProblem(unknown, 401, "BAD_CREDENTIALS");
        assertThat(json(wrong).getString("detail")).isEqualTo(json(unknown).getString("detail"));
        assertThat(wrong.headers().firstValue("set-cookie")).isEmpty();
    }

    @Test
    void login_afterTooManyTries_isRefusedEvenWithTheRightPassword() throws Exception {
        restart(withLoginTries(2));
        server.login("viv", "wrong");
        server.login("viv", "wrong");

        HttpResponse<byte[]> refused = server.login("viv", PlaybackServer.PASSWORD);

        assertProblem(refused, 429, "RATE_LIMITED");
        assertThat(Integer.parseInt(refused.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1, 30);
        assertThat(server.login("admin", PlaybackServer.PASSWORD).statusCode()).isEqualTo(200);
    }

    @Test
    void login_thatSucceeds_givesTheTriesBack() throws Exception {
        restart(withLoginTries(2));
        for (int i = 0; i < 4; i++) {
            assertProblem(server.login("viv", "wrong"), 401, "BAD_CREDENTIALS");
            assertThat(server.login("viv", PlaybackServer.PASSWORD).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void login_withTooManyNames_isRefused() throws Exception {
        restart(withLoginTries(1));
        for (int i = 0; i < 10; i++) {
            server.login("name" + i, "guess");
        }

        assertProblem(server.login("other", "guess"), 429, "RATE_LIMITED");
    }

    @Test
    void login_ofSomebodyWhomAnotherClientGuesses_isLetIn() throws Exception {
        restart(withLoginTries(2));
        for (int i = 0; i < 100; i++) {
            server.login("viv", "wrong", "X-Forwarded-For", "203.0.113.7");
        }

        assertProblem(
                server.login("viv", PlaybackServer.PASSWORD, "X-Forwarded-For", "203.0.113.7"), 429, "RATE_LIMITED");
        assertThat(server.login("viv", PlaybackServer.PASSWORD, "X-Forwarded-For", "198.51.100.7")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void login_flood_isBoundedAndNobodyElseWaits() throws Exception {
        restart(withLoginTries(1_000));
        ExecutorService clients = Executors.newFixedThreadPool(60);
        try {
            List<Callable<HttpResponse<byte[]>>> tries = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                String name = "name" + i;
                tries.add(() -> server.login(name, "guess"));
            }
            List<Integer> statuses = new ArrayList<>();
            for (Future<HttpResponse<byte[]>> one : clients.invokeAll(tries)) {
                statuses.add(one.get().statusCode());
            }
            // 2 threads and 32 places: of 60 at once some find none.
            assertThat(statuses).contains(401, 503).containsOnly(401, 503);
            assertThat(server.get("/api/v1/me").statusCode()).isEqualTo(200);
        } finally {
            clients.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"name\":\"viv\"}",
                "{\"name\":\"viv\",\"password\":7}",
                "{\"name\":\"\",\"password\":\"x\"}",
                "{\"name\":\"viv\",\"password\":\"x\",\"more\":1}",
                "{\"name\":\"viv\",\"name\":\"admin\",\"password\":\"x\"}",
                "{\"name\":\"viv\",\"password\":\"x\"} {}",
            })
    void login_withAnotherBody_isMalformed(String body) throws Exception {
        assertProblem(server.send("POST", "/api/v1/login", body, "Content-Type", "application/json"), 400, "MALFORMED");
    }

    @Test
    void login_withAHugeBody_isTooLarge() throws Exception {
        String body = "{\"name\":\"viv\",\"password\":\"" + "x".repeat(100_000) + "\"}";

        assertProblem(server.send("POST", "/api/v1/login", body, "Content-Type", "application/json"), 413, "TOO_LARGE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/x-www-form-urlencoded | {\"name\":\"viv\",\"password\":\"opensesame\"}",
                "application/x-www-form-urlencoded | name=viv&password=opensesame%",
                "multipart/form-data               | name=viv&password=opensesame",
                "multipart/form-data; boundary=b   | name=viv&password=opensesame",
                "text/plain                        | {\"name\":\"viv\",\"password\":\"opensesame\"}",
            })
    void login_asAForm_isRefused_andNotLogged(String type, String body) throws Exception {
        try (CapturedLog log = new CapturedLog()) {
            assertProblem(
                    server.send("POST", "/api/v1/login", body, "Content-Type", type), 415, "UNSUPPORTED_MEDIA_TYPE");

            assertThat(log.text()).doesNotContain("opensesame");
        }
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "same-origin, ,                       true",
                "none,        ,                       true",
                "same-site,   ,                       false",
                "cross-site,  ,                       false",
                "cross-site,  http://127.0.0.1,       false",
                ",            http://127.0.0.1,       true",
                ",            http://evil.example,    false",
                ",            https://127.0.0.1,      false",
                ",            null,                   false",
                ",            ,                       false",
            },
            nullValues = "-")
    void logout_withACookie_mustComeFromOurOwnPages(String site, String origin, boolean allowed) throws Exception {
        String secret = secretOf(server.login("viv", PlaybackServer.PASSWORD));
        List<String> headers = new ArrayList<>(List.of("Cookie", "tapedeck_session=" + secret));
        if (site != null) {
            headers.addAll(List.of("Sec-Fetch-Site", site));
        }
        if (origin != null) {
            String own = origin.startsWith("http://127") || origin.startsWith("https://127") ? ":" + server.port : "";
            headers.addAll(List.of("Origin", origin + own));
        }

        HttpResponse<byte[]> answer = server.send("POST", "/api/v1/logout", null, headers.toArray(String[]::new));

        if (allowed) {
            assertThat(answer.statusCode()).isEqualTo(204);
        } else {
            assertProblem(answer, 403, "CROSS_ORIGIN");
            assertThat(server.admin.logins).hasSize(1);
        }
    }

    @Test
    void login_withTextThatNoDatabaseKeeps_isMalformed() throws Exception {
        assertProblem(server.login("viv\\u0000", PlaybackServer.PASSWORD), 400, "MALFORMED");
        assertProblem(server.login("viv", "\\u0000"), 400, "MALFORMED");
    }

    @Test
    void login_fromAnotherSitesPage_isRefused() throws Exception {
        assertProblem(
                server.login("viv", PlaybackServer.PASSWORD, "Sec-Fetch-Site", "cross-site"), 403, "CROSS_ORIGIN");
        assertProblem(
                server.login("viv", PlaybackServer.PASSWORD, "Origin", "http://evil.example"), 403, "CROSS_ORIGIN");
        assertThat(server.admin.logins).isEmpty();
    }

    @Test
    void logout_withoutLogin_isNothing() throws Exception {
        assertThat(server.send("POST", "/api/v1/logout", null).statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer nonsense", "Bearer ", "Basic YWRtaW46YWRtaW4=", "viewer-token"})
    void unknownCredentials_areRefused(String authorization) throws Exception {
        HttpResponse<byte[]> refused = server.send("GET", "/api/v1/me", null, "Authorization", authorization);

        assertProblem(refused, 401, "UNAUTHENTICATED");
        assertThat(refused.headers().firstValue("www-authenticate")).hasValue("Bearer");
    }

    @Test
    void basicAuthorizationOfAProxy_leavesTheCookieInForce() throws Exception {
        String secret = secretOf(server.login("viv", PlaybackServer.PASSWORD));

        HttpResponse<byte[]> me = server.send(
                "GET", "/api/v1/me", null, "Authorization", "Basic eDp5", "Cookie", "tapedeck_session=" + secret);

        assertThat(me.statusCode()).isEqualTo(200);
    }

    @Test
    void loginThatHasEnded_isRefused() throws Exception {
        server.admin.logins.put(Secrets.hash("old"), new FakeAdmin.Login("viv", System.currentTimeMillis() - 1));

        assertProblem(server.send("GET", "/api/v1/me", null, "Cookie", "tapedeck_session=old"), 401, "UNAUTHENTICATED");
    }

    @Test
    void principal_isLookedUpOnceForManyRequests() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(server.get("/api/v1/me").statusCode()).isEqualTo(200);
        }

        assertThat(server.admin.lookUps).hasValueLessThan(3);
    }

    /** Whatever is added later is refused to viewers, or is named here. */
    @Test
    void viewer_mayReadShareAndNoteSessionsAndChangeTheirOwnPassword_andNothingElse() throws Exception {
        JsonObject paths =
                json(server.send("GET", "/api/v1/openapi.json", null)).getJsonObject("paths");
        List<String> allowed = new ArrayList<>();
        for (String path : paths.fieldNames()) {
            for (String method : paths.getJsonObject(path).fieldNames()) {
                String name = method.toUpperCase(Locale.ROOT);
                HttpResponse<byte[]> answer = server.send(
                        name,
                        path.replaceAll("\\{\\w+}", "default"),
                        null,
                        "Authorization",
                        "Bearer " + PlaybackServer.VIEWER_TOKEN);
                if (json(answer).getString("detail", "").equals("for admins only")) {
                    assertProblem(answer, 403, "FORBIDDEN");
                } else {
                    allowed.add(name + " " + path);
                }
            }
        }
        assertThat(allowed)
                .containsExactlyInAnyOrder(
                        "POST /api/v1/login",
                        "POST /api/v1/logout",
                        "GET /api/v1/openapi.json",
                        "GET /api/v1/me",
                        "POST /api/v1/me/password",
                        "GET /api/v1/projects",
                        "GET /api/v1/projects/{project}/sessions",
                        "GET /api/v1/projects/{project}/sessions/{session}",
                        "GET /api/v1/projects/{project}/sessions/{session}/events",
                        "GET /api/v1/projects/{project}/sessions/{session}/live",
                        "GET /api/v1/projects/{project}/sessions/{session}/markers",
                        "GET /api/v1/projects/{project}/sessions/{session}/notes",
                        "POST /api/v1/projects/{project}/sessions/{session}/notes",
                        "DELETE /api/v1/projects/{project}/sessions/{session}/notes/{note}",
                        "GET /api/v1/projects/{project}/sessions/{session}/shares",
                        "POST /api/v1/projects/{project}/sessions/{session}/shares",
                        "DELETE /api/v1/projects/{project}/sessions/{session}/shares/{share}",
                        "GET /api/v1/projects/{project}/sessions/{session}/views",
                        "GET /api/v1/shares/{token}",
                        "GET /api/v1/shares/{token}/events",
                        "GET /api/v1/shares/{token}/manifest",
                        "GET /api/v1/shares/{token}/markers");
        assertThat(server.projects.trail).isEmpty();
    }

    @Test
    void change_withALogin_mustBeOfTheSameOrigin() throws Exception {
        String cookie = "tapedeck_session=" + secretOf(server.login("admin", PlaybackServer.PASSWORD));
        String path = "/api/v1/projects/default/keys";
        String[] other = {"Cookie", cookie, "Content-Type", "application/json", "Sec-Fetch-Site", "cross-site"};
        String[] own = {"Cookie", cookie, "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin"};

        assertProblem(server.send("POST", path, "{}", other), 403, "CROSS_ORIGIN");
        assertProblem(server.send("DELETE", path + "/pk_abc", null, "Cookie", cookie), 403, "CROSS_ORIGIN");
        assertThat(server.send("POST", path, "{}", own).statusCode()).isEqualTo(201);
    }

    @Test
    void catalogOutage_isUnavailableAndNotUnauthenticated() throws Exception {
        server.admin.failure = new StoreException(StoreErrorKind.UNAVAILABLE, "no catalog");

        HttpResponse<byte[]> answer = server.get("/api/v1/me");

        assertProblem(answer, 503, "UNAVAILABLE");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertProblem(server.login("viv", PlaybackServer.PASSWORD), 503, "UNAVAILABLE");
    }

    @Test
    void everyEndpointButLoginAndLinks_needsCredentials() throws Exception {
        for (Endpoint endpoint : server.api.endpoints()) {
            if (endpoint.needsLogin()) {
                String path = endpoint.path().replaceAll("\\{\\w+}", "default");
                assertProblem(server.send(endpoint.method().name(), path, null), 401, "UNAUTHENTICATED");
            }
        }
        assertThat(server.api.endpoints().stream()
                        .filter(endpoint -> !endpoint.needsLogin())
                        .map(Endpoint::name))
                .containsExactlyInAnyOrder(
                        "login", "logout", "openapi", "share", "sharedManifest", "sharedEvents", "sharedMarkers");
    }

    @Test
    void otherMethods_areRefusedWithThoseThatExist() throws Exception {
        HttpResponse<byte[]> answer = server.send("DELETE", "/api/v1/me", null);

        assertProblem(answer, 405, "METHOD_NOT_ALLOWED");
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
    }

    @Test
    void requests_areMeteredByRouteAndCode() throws Exception {
        server.send("GET", "/api/v1/me", null);

        Awaitility.await()
                .untilAsserted(() -> assertThat(server.meters
                                .find("tapedeck.http.requests")
                                .tags("route", "me", "code", "UNAUTHENTICATED")
                                .timer())
                        .isNotNull());
    }

    static void assertProblem(HttpResponse<byte[]> answer, int status, String code) {
        assertThat(PlaybackServer.text(answer)).contains("\"code\":\"" + code + "\"");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("access-control-allow-origin")).isEmpty();
        assertThat(answer.headers().firstValue("x-request-id"))
                .hasValue(json(answer).getString("requestId"));
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        String text = PlaybackServer.text(answer);
        return new JsonObject(text.isEmpty() ? "{}" : text);
    }

    private static String secretOf(HttpResponse<byte[]> login) {
        String cookie = login.headers().firstValue("set-cookie").orElseThrow();
        return cookie.substring("tapedeck_session=".length(), cookie.indexOf(';'));
    }

    static PlaybackSettings withLoginTries(int tries) {
        PlaybackSettings like = PlaybackSettings.DEFAULT;
        return new PlaybackSettings(
                like.loginMs(),
                tries,
                30_000,
                like.eventStreamsMax(),
                like.eventStreamWaitMs(),
                2,
                3,
                like.stallTimeoutMs(),
                like.shareLinks(),
                like.live());
    }

    private void restart(PlaybackSettings settings) {
        server.close();
        server = new PlaybackServer(settings, null);
    }
}
