package io.tapedeck.playback;

import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.By;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.regex.Pattern;

/** A project's write keys. */
final class KeyEndpoints {
    private static final String PATH = "/api/v1/projects/{project}/keys";
    private static final String KEY_FORM = "[A-Za-z0-9_.-]{1,200}";
    private static final int KEY_LENGTH_MAX = 200;
    private static final Pattern KEY_PATTERN = Pattern.compile(KEY_FORM);
    private static final Parameter<String> KEY = Parameter.pathText("key", "The write key.", KEY_FORM);

    private final AdminDesk desk;
    private final ForwardedHeaders forwarded;

    KeyEndpoints(AdminDesk desk, ForwardedHeaders forwarded) {
        this.desk = desk;
        this.forwarded = forwarded;
    }

    List<Endpoint> all() {
        return List.of(
                Endpoint.adminRead(
                        PATH,
                        "keys",
                        "A project's write keys, oldest first, and the snippet to paste into its pages.",
                        List.of(ProjectEndpoints.PROJECT),
                        Answer.json("Keys", "The keys"),
                        this::keys),
                Endpoint.adminWrite(
                                HttpMethod.POST,
                                PATH,
                                "createKey",
                                "Make a write key, or take one over that pages already use. It works within seconds.",
                                List.of(ProjectEndpoints.PROJECT),
                                "NewKey",
                                Answer.json(201, "Key", "The key"),
                                this::create)
                        .failingWith(ProblemCode.TAKEN),
                Endpoint.adminWrite(
                        HttpMethod.DELETE,
                        PATH + "/{key}",
                        "revokeKey",
                        "Revoke a write key for good. Recorders that use it are refused within seconds.",
                        List.of(ProjectEndpoints.PROJECT, KEY),
                        null,
                        Answer.empty("Revoked"),
                        this::revoke));
    }

    private Future<Reply> keys(Call call) {
        String slug = call.get(ProjectEndpoints.PROJECT);
        String baseUrl = forwarded.base(call.ctx().request()).url();
        return desk.answer(() -> {
            desk.project(slug);
            List<KeyView> keys = desk.seams().settings().writeKeys(slug).stream()
                    .map(key -> KeyView.of(key, baseUrl))
                    .toList();
            return new KeysView(keys, keys.isEmpty() ? null : keys.get(0).snippet());
        });
    }

    private Future<Reply> create(Call call) {
        String slug = call.get(ProjectEndpoints.PROJECT);
        String baseUrl = forwarded.base(call.ctx().request()).url();
        RequestBody body = RequestBody.of(call, "key");
        String given = body.textOrNull("key", KEY_LENGTH_MAX);
        if (given != null && (!KEY_PATTERN.matcher(given).matches() || given.matches("\\.+"))) {
            throw body.refused("key must be 1 to 200 characters of A-Z, a-z, 0-9, '_', '.' and '-', not dots only");
        }
        By by = desk.by(call);
        return desk.answer(() -> {
            String key = given == null ? Secrets.generateWriteKey() : given;
            return KeyView.of(
                    AdminDesk.change(
                            ProblemCode.TAKEN,
                            "this key is or was in use",
                            () -> desk.seams().projects().createKey(slug, key, by)),
                    baseUrl);
        });
    }

    private Future<Reply> revoke(Call call) {
        By by = desk.by(call);
        return desk.done(
                () -> desk.seams().projects().revokeKey(call.get(ProjectEndpoints.PROJECT), call.get(KEY), by));
    }

    private static String snippet(String baseUrl, String key) {
        return "<script async src=\"" + Html.attribute(baseUrl + "/recorder.js") + "\" data-key=\""
                + Html.attribute(key) + "\"></script>";
    }

    /** @param snippet null if there is no key */
    private record KeysView(List<KeyView> keys, String snippet) {}

    private record KeyView(String key, long createdAt, String snippet) {
        static KeyView of(WriteKey key, String baseUrl) {
            return new KeyView(key.key(), key.createdAt(), KeyEndpoints.snippet(baseUrl, key.key()));
        }
    }
}
