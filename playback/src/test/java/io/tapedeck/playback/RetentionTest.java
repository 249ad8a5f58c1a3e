package io.tapedeck.playback;

import static io.tapedeck.playback.AccountsTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.RetentionPolicy;
import io.tapedeck.store.RetentionPolicy.Rule;
import io.tapedeck.store.RetentionPolicy.RuleKind;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Retention, its preview, pins and holds over HTTP. */
class RetentionTest {
    private static final String RETENTION = "/api/v1/projects/default/retention";
    private static final String POLICY =
            "{\"keepHours\":48,\"rules\":[{\"kind\":\"tag\",\"name\":\"plan\",\"value\":\"pro\",\"keepHours\":8760},"
                    + "{\"kind\":\"trait\",\"name\":\"vip\",\"value\":null,\"keepHours\":100},"
                    + "{\"kind\":\"errors\",\"name\":null,\"value\":null,\"keepHours\":200},"
                    + "{\"kind\":\"url\",\"value\":\"/cart\",\"keepHours\":300}]}";
    private static final RetentionPolicy PARSED = new RetentionPolicy(
            48,
            List.of(
                    new Rule(RuleKind.TAG, "plan", "pro", 8_760),
                    new Rule(RuleKind.TRAIT, "vip", null, 100),
                    new Rule(RuleKind.ERRORS, null, null, 200),
                    new Rule(RuleKind.URL, null, "/cart", 300)));

    private final PlaybackServer server = new PlaybackServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void policy_isSetAndReadBack() throws Exception {
        HttpResponse<byte[]> set = server.admin("PUT", RETENTION, POLICY);

        assertThat(set.statusCode()).isEqualTo(200);
        assertThat(server.admin.project("default").orElseThrow().settings().retention())
                .isEqualTo(PARSED);
        JsonObject read = json(server.get(RETENTION));
        assertThat(read).isEqualTo(json(set));
        assertThat(json(server.admin("PUT", RETENTION, read.encode()))).isEqualTo(read);
    }

    @Test
    void policyWithoutRules_hasNone() throws Exception {
        assertThat(json(server.admin("PUT", RETENTION, "{\"keepHours\":1}")).getJsonArray("rules"))
                .isEmpty();
    }

    @Test
    void preview_tellsWhatWouldGo_andChangesNothing() throws Exception {
        JsonObject preview = json(server.admin("POST", RETENTION + "/preview", POLICY));

        assertThat(preview)
                .isEqualTo(new JsonObject()
                        .put("sessions", 312)
                        .put("bytes", 1_200_000_000)
                        .put("sessionsKept", 40)
                        .put("bytesKept", 500));
        assertThat(server.retention.previewed).isEqualTo(PARSED);
        assertThat(json(server.get(RETENTION)).getLong("keepHours")).isEqualTo(720);
        assertThat(server.projects.trail).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                    | keepHours must be a whole number from 1 to 876600",
                "{\"keepHours\":0}                                     | keepHours",
                "{\"keepHours\":1.5}                                   | keepHours",
                "{\"keepHours\":876601}                                | keepHours",
                "{\"keepHours\":1e400}                                 | keepHours",
                "{\"keepHours\":1,\"rules\":{}}                        | rules must be a list",
                "{\"keepHours\":1,\"rules\":[1]}                       | rules[0] must be an object",
                "{\"keepHours\":1,\"rules\":[{\"kind\":\"x\"}]}        | rules[0].kind must be one of tag, trait, errors, url",
                "{\"keepHours\":1,\"rules\":[{\"kind\":\"errors\"}]}   | rules[0].keepHours",
                "{\"keepHours\":1,\"rules\":[{\"kind\":\"tag\",\"keepHours\":1}]} | rules[0]: a rule of this kind has a name",
                "{\"keepHours\":1,\"rules\":[{\"kind\":\"errors\",\"name\":\"a\",\"keepHours\":1}]} | has no name",
                "{\"keepHours\":1,\"rules\":[{\"kind\":\"url\",\"value\":\"\",\"keepHours\":1}]} | rules[0].value",
                "{\"keepHours\":1,\"rules\":[{\"kind\":\"url\",\"days\":1}]} | no member of the name 'rules[0].days'",
                "{\"keepDays\":1}                                      | no member of the name 'keepDays'",
            })
    void badPolicy_isMalformedAndNamesTheMember(String body, String detail) throws Exception {
        for (HttpResponse<byte[]> answer :
                List.of(server.admin("PUT", RETENTION, body), server.admin("POST", RETENTION + "/preview", body))) {
            assertProblem(answer, 400, "MALFORMED");
            assertThat(json(answer).getString("detail")).contains(detail);
        }
        assertThat(server.projects.trail).isEmpty();
    }

    @Test
    void longestPolicy_isTaken_andOneRuleMoreIsNot() throws Exception {
        String text = "\\u00e4".repeat(RetentionPolicy.TEXT_LENGTH_MAX);
        String rule = "{\"kind\":\"tag\",\"name\":\"" + text + "\",\"value\":\"" + text + "\",\"keepHours\":5}";
        String rules = String.join(",", Collections.nCopies(RetentionPolicy.RULES_MAX, rule));

        assertThat(server.admin("PUT", RETENTION, "{\"keepHours\":1,\"rules\":[" + rules + "]}")
                        .statusCode())
                .isEqualTo(200);
        assertProblem(
                server.admin("PUT", RETENTION, "{\"keepHours\":1,\"rules\":[" + rules + "," + rule + "]}"),
                400,
                "MALFORMED");
    }

    @Test
    void retention_ofAnUnknownProject_isNotFound() throws Exception {
        String path = "/api/v1/projects/nobody/retention";

        assertProblem(server.get(path), 404, "NOT_FOUND");
        assertProblem(server.admin("PUT", path, POLICY), 404, "NOT_FOUND");
        assertProblem(server.admin("POST", path + "/preview", POLICY), 404, "NOT_FOUND");
    }

    @Test
    void session_isPinnedOrHeld() throws Exception {
        HttpResponse<byte[]> answer = server.admin("PATCH", PlaybackServer.KNOWN, "{\"pinned\":true}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).getString("id")).isEqualTo("known-1");
        assertThat(server.retention.marked).isEqualTo(new FakeRetention.Mark(Samples.KNOWN, true, null, "admin"));
        server.admin("PATCH", PlaybackServer.KNOWN, "{\"pinned\":false,\"held\":true}");
        assertThat(server.retention.marked).isEqualTo(new FakeRetention.Mark(Samples.KNOWN, false, true, "admin"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}", "{\"pinned\":\"yes\"}", "{\"held\":null}", "{\"title\":\"x\"}"})
    void badMark_isMalformed(String body) throws Exception {
        assertProblem(server.admin("PATCH", PlaybackServer.KNOWN, body), 400, "MALFORMED");
    }

    @Test
    void mark_ofAnUnknownSession_isNotFound() throws Exception {
        assertProblem(server.admin("PATCH", PlaybackServer.SESSIONS + "/nobody", "{\"held\":true}"), 404, "NOT_FOUND");
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        return new JsonObject(PlaybackServer.text(answer));
    }
}
