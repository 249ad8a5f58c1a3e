package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.ProjectCatalog.AuditEntry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts, API tokens and one's own password, over HTTP. */
class PeopleTest {
    private static final String USERS = "/api/v1/users";
    private static final String TOKENS = "/api/v1/tokens";
    private static final String PASSWORD = "/api/v1/me/password";

    private PlaybackServer server = new PlaybackServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void account_isAddedAndLogsIn() throws Exception {
        HttpResponse<byte[]> made = add("a+b@example.com", "viewer", "long enough");

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(json(made)).isEqualTo(user("a+b@example.com", "viewer", 0));
        assertThat(server.login("a+b@example.com", "long enough").statusCode()).isEqualTo(200);
        assertThat(json(server.get(USERS)).getJsonArray("users"))
                .isEqualTo(new JsonArray()
                        .add(user("a+b@example.com", "viewer", 1))
                        .add(user("admin", "admin", 0))
                        .add(user("viv", "viewer", 0)));
        assertThat(server.admin.accounts.get("a+b@example.com").passwordHash()).startsWith("$argon2id$");
        assertThat(server.projects.trail).extracting(AuditEntry::actor).containsExactly("admin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":\"a\",\"role\":\"viewer\"}",
                "{\"name\":\"a\",\"role\":\"viewer\",\"password\":\"1234567\"}",
                "{\"name\":\"a\",\"role\":\"owner\",\"password\":\"12345678\"}",
                "{\"name\":\"a\",\"role\":\"VIEWER\",\"password\":\"12345678\"}",
                "{\"name\":\"\",\"role\":\"viewer\",\"password\":\"12345678\"}",
                "{\"name\":\"-a\",\"role\":\"viewer\",\"password\":\"12345678\"}",
                "{\"name\":\"a\",\"role\":\"viewer\",\"password\":\"12345678\",\"more\":1}"
            })
    void badAccount_isMalformed(String body) throws Exception {
        assertProblem(server.admin("POST", USERS, body), 400, "MALFORMED");
        assertThat(server.admin.accounts).hasSize(2);
    }

    @Test
    void nameThatIsInUse_isTaken_andMoreThanThereMayBe_areRefused() throws Exception {
        assertProblem(add("viv", "admin", "long enough"), 409, "TAKEN");
        server.people.full = true;
        assertProblem(add("one-more", "admin", "long enough"), 409, "LIMIT_REACHED");
        assertProblem(server.admin("POST", TOKENS, "{\"name\":\"ci\",\"role\":\"viewer\"}"), 409, "LIMIT_REACHED");
    }

    @Test
    void role_changesForLoginsThatGoOn() throws Exception {
        String cookie = cookie("viv", PlaybackServer.PASSWORD);
        assertProblem(as(cookie, "GET", USERS, null), 403, "FORBIDDEN");

        HttpResponse<byte[]> changed = server.admin("PATCH", USERS + "/viv", "{\"role\":\"admin\"}");

        assertThat(json(changed)).isEqualTo(user("viv", "admin", 1));
        assertThat(as(cookie, "GET", USERS, null).statusCode()).isEqualTo(200);
    }

    @Test
    void passwordThatAnAdminSets_endsTheLogins() throws Exception {
        String cookie = cookie("viv", PlaybackServer.PASSWORD);
        assertThat(as(cookie, "GET", "/api/v1/me", null).statusCode()).isEqualTo(200);

        HttpResponse<byte[]> changed = server.admin("PATCH", USERS + "/viv", "{\"password\":\"another one\"}");

        assertThat(json(changed)).isEqualTo(user("viv", "viewer", 0));
        assertProblem(as(cookie, "GET", "/api/v1/me", null), 401, "UNAUTHENTICATED");
        assertProblem(server.login("viv", PlaybackServer.PASSWORD), 401, "BAD_CREDENTIALS");
        assertThat(server.login("viv", "another one").statusCode()).isEqualTo(200);
    }

    @Test
    void passwordThatAnAdminSetsForThemselves_leavesTheirLogin() throws Exception {
        String own = cookie("admin", PlaybackServer.PASSWORD);
        String other = cookie("admin", PlaybackServer.PASSWORD);

        as(own, "PATCH", USERS + "/admin", "{\"password\":\"another one\"}");

        assertThat(as(own, "GET", "/api/v1/me", null).statusCode()).isEqualTo(200);
        assertProblem(as(other, "GET", "/api/v1/me", null), 401, "UNAUTHENTICATED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"role\":null}", "{\"role\":\"\"}", "{\"password\":\"short\"}", "{\"name\":\"x\"}", "[]"})
    void badChange_isMalformed(String body) throws Exception {
        assertProblem(server.admin("PATCH", USERS + "/viv", body), 400, "MALFORMED");
    }

    @Test
    void account_isRemovedWithItsLogins() throws Exception {
        add("a+b@example.com", "viewer", "long enough");
        String cookie = cookie("a+b@example.com", "long enough");
        assertThat(as(cookie, "GET", "/api/v1/me", null).statusCode()).isEqualTo(200);

        assertThat(server.admin("DELETE", USERS + "/a+b%40example.com", null).statusCode())
                .isEqualTo(204);

        assertProblem(as(cookie, "GET", "/api/v1/me", null), 401, "UNAUTHENTICATED");
        assertProblem(server.admin("DELETE", USERS + "/a+b@example.com", null), 404, "NOT_FOUND");
        assertProblem(server.admin("PATCH", USERS + "/nobody", "{}"), 404, "NOT_FOUND");
    }

    @Test
    void theLastAdmin_isNeitherRemovedNorDemoted() throws Exception {
        assertProblem(server.admin("DELETE", USERS + "/admin", null), 409, "LAST_ADMIN");
        assertProblem(server.admin("PATCH", USERS + "/admin", "{\"role\":\"viewer\"}"), 409, "LAST_ADMIN");
    }

    @Test
    void token_isShownOnce_andWorksUntilItIsRevoked() throws Exception {
        HttpResponse<byte[]> made = server.admin("POST", TOKENS, "{\"name\":\"Night watch\",\"role\":\"viewer\"}");

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.headers().firstValue("cache-control")).hasValue("no-store");
        String secret = json(made).getString("token");
        assertThat(secret).matches("td_[A-Za-z0-9_-]{43}");
        HttpResponse<byte[]> list = server.get(TOKENS);
        assertThat(PlaybackServer.text(list)).doesNotContain(secret);
        JsonObject listed = json(list).getJsonArray("tokens").getJsonObject(0);
        JsonObject without = json(made);
        without.remove("token");
        assertThat(listed).isEqualTo(without);
        assertThat(json(with(secret, "GET", "/api/v1/me")))
                .isEqualTo(new JsonObject().put("name", "Night watch").put("role", "viewer"));
        assertProblem(with(secret, "GET", USERS), 403, "FORBIDDEN");

        String path = TOKENS + "/" + listed.getString("id");
        assertThat(server.admin("DELETE", path, null).statusCode()).isEqualTo(204);

        assertProblem(with(secret, "GET", "/api/v1/me"), 401, "UNAUTHENTICATED");
        assertProblem(server.admin("DELETE", path, null), 404, "NOT_FOUND");
    }

    @Test
    void ownPassword_isChanged_andOtherLoginsEnd() throws Exception {
        String own = cookie("viv", PlaybackServer.PASSWORD);
        String other = cookie("viv", PlaybackServer.PASSWORD);
        assertThat(as(other, "GET", "/api/v1/me", null).statusCode()).isEqualTo(200);

        HttpResponse<byte[]> changed = as(own, "POST", PASSWORD, change(PlaybackServer.PASSWORD, "another one"));

        assertThat(changed.statusCode()).isEqualTo(204);
        assertThat(as(own, "GET", "/api/v1/me", null).statusCode()).isEqualTo(200);
        assertProblem(as(other, "GET", "/api/v1/me", null), 401, "UNAUTHENTICATED");
        assertProblem(server.login("viv", PlaybackServer.PASSWORD), 401, "BAD_CREDENTIALS");
        assertThat(server.login("viv", "another one").statusCode()).isEqualTo(200);
        assertThat(server.projects.trail).extracting(AuditEntry::actor).containsExactly("viv");
    }

    @Test
    void ownPassword_withAWrongOne_countsAsALogin() throws Exception {
        server.close();
        server = new PlaybackServer(AccountsTest.withLoginTries(3), null);
        String cookie = cookie("viv", PlaybackServer.PASSWORD);

        for (int i = 0; i < 3; i++) {
            assertProblem(as(cookie, "POST", PASSWORD, change("wrong", "another one")), 401, "BAD_CREDENTIALS");
        }

        HttpResponse<byte[]> refused = as(cookie, "POST", PASSWORD, change(PlaybackServer.PASSWORD, "another one"));
        assertProblem(refused, 429, "RATE_LIMITED");
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertProblem(server.login("viv", PlaybackServer.PASSWORD), 429, "RATE_LIMITED");
    }

    @ParameterizedTest
    @CsvSource({"correct horse,short", "correct horse,''", "'',long enough"})
    void badOwnPassword_isMalformed(String current, String wanted) throws Exception {
        String cookie = cookie("viv", PlaybackServer.PASSWORD);

        assertProblem(as(cookie, "POST", PASSWORD, change(current, wanted)), 400, "MALFORMED");
    }

    @Test
    void ownPassword_needsALoginOfOurOwnPages() throws Exception {
        String body = change(PlaybackServer.PASSWORD, "another one");

        assertProblem(server.admin("POST", PASSWORD, body), 403, "FORBIDDEN");
        assertProblem(
                server.send(
                        "POST",
                        PASSWORD,
                        body,
                        "Cookie",
                        cookie("viv", PlaybackServer.PASSWORD),
                        "Content-Type",
                        "application/json",
                        "Sec-Fetch-Site",
                        "cross-site"),
                403,
                "CROSS_ORIGIN");
        assertThat(server.login("viv", PlaybackServer.PASSWORD).statusCode()).isEqualTo(200);
    }

    private HttpResponse<byte[]> add(String name, String role, String password) throws Exception {
        JsonObject body = new JsonObject().put("name", name).put("role", role).put("password", password);
        return server.admin("POST", USERS, body.encode());
    }

    private String cookie(String name, String password) throws Exception {
        String cookie =
                server.login(name, password).headers().firstValue("set-cookie").orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private HttpResponse<byte[]> as(String cookie, String method, String path, String body) throws Exception {
        return server.send(
                method,
                path,
                body,
                "Cookie",
                cookie,
                "Content-Type",
                "application/json",
                "Sec-Fetch-Site",
                "same-origin");
    }

    private HttpResponse<byte[]> with(String token, String method, String path) throws Exception {
        return server.send(method, path, null, "Authorization", "Bearer " + token);
    }

    private static String change(String current, String wanted) {
        return new JsonObject()
                .put("currentPassword", current)
                .put("newPassword", wanted)
                .encode();
    }

    private static JsonObject user(String name, String role, int logins) {
        return new JsonObject().put("name", name).put("role", role).put("logins", logins);
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        return new JsonObject(PlaybackServer.text(answer));
    }
}
