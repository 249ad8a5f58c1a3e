package io.tapedeck.playback;

import io.tapedeck.http.Problem;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.By;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionPage;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionQuery.Sort;
import io.tapedeck.store.SessionReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Finding sessions, and what one session is made of. */
final class SessionEndpoints {
    static final Parameter<String> SESSION = Parameter.pathId("session", "The session's id, as its recorder chose it.");

    /** How far from its start a moment of a session may be: none is longer. */
    static final long OFFSET_MS_MAX = TimeUnit.DAYS.toMillis(3_660);

    private static final Parameter<Long> FROM =
            Parameter.number("from", "Sessions that started at or after this instant, in epoch ms.");
    private static final Parameter<Long> TO =
            Parameter.number("to", "Sessions that started before this instant, in epoch ms.");
    private static final Parameter<String> USER =
            Parameter.text("user", "A user id that the session ever carried, exactly.");
    private static final Parameter<String> URL = Parameter.text("url", "Part of the address of any page visited.");
    private static final Parameter<String> Q =
            Parameter.text("q", "Part of the session id, a user id, the entry URL or a tag's value.");
    private static final Parameter<String> BROWSER =
            Parameter.text("browser", "Start of the browser's name, without regard to case, such as 'chrome'.");
    private static final Parameter<String> OS =
            Parameter.text("os", "Start of the operating system's name, without regard to case.");
    private static final Parameter<String> DEVICE = Parameter.text("device", "'desktop', 'mobile' or 'tablet'.");
    private static final Parameter<String> COUNTRY = Parameter.text("country", "ISO 3166 code.");
    private static final Parameter<Long> MIN_DURATION_MS =
            Parameter.number("minDurationMs", "Sessions at least so long.");
    private static final Parameter<Boolean> HAS_ERRORS =
            Parameter.flag("hasErrors", "With (or without) errors or console errors.");
    private static final Parameter<Boolean> RAGE = Parameter.flag("rage", "With (or without) rage clicks.");
    private static final Parameter<String> EVENT = Parameter.text("event", "A custom event's name.");
    private static final Parameter<Map.Entry<String, String>> TAG =
            Parameter.pair("tag", "A tag and its value, as 'name:value'; any of several colons may end the name.");
    private static final Parameter<Sort> SORT =
            Parameter.oneOf("sort", "Order of the list; '-' is descending.", sortWords(), Sort.STARTED_AT_DESC);
    private static final Parameter<Integer> LIMIT = Parameter.count("limit", "Sessions in one answer.", 1, 200, 50);
    private static final Parameter<String> CURSOR =
            Parameter.text("cursor", "The nextCursor of the answer before, with the same filters and sort.");

    private final SessionReader reader;
    private final AdminDesk desk;
    private final Vertx vertx;
    private final Workers workers;

    SessionEndpoints(SessionReader reader, AdminDesk desk, Vertx vertx, Workers workers) {
        this.reader = reader;
        this.desk = desk;
        this.vertx = vertx;
        this.workers = workers;
    }

    List<Endpoint> all() {
        Endpoint manifest = Endpoint.read(
                "/api/v1/projects/{project}/sessions/{session}",
                "manifest",
                "What a session is made of: windows, frames, gaps.",
                List.of(ProjectEndpoints.PROJECT, SESSION),
                Answer.json("Manifest", "The manifest"),
                this::manifest);
        return List.of(
                Endpoint.read(
                        "/api/v1/projects/{project}/sessions",
                        "sessions",
                        "Find sessions. All filters given must match.",
                        List.of(
                                ProjectEndpoints.PROJECT,
                                FROM,
                                TO,
                                USER,
                                URL,
                                Q,
                                BROWSER,
                                OS,
                                DEVICE,
                                COUNTRY,
                                MIN_DURATION_MS,
                                HAS_ERRORS,
                                RAGE,
                                EVENT,
                                TAG,
                                SORT,
                                LIMIT,
                                CURSOR),
                        Answer.json("Sessions", "One page of sessions"),
                        this::sessions),
                manifest,
                manifest.shared("manifest", "sharedManifest"),
                Endpoint.adminWrite(
                        HttpMethod.PATCH,
                        "/api/v1/projects/{project}/sessions/{session}",
                        "markSession",
                        "Pin a session, so that retention passes it over, or put it under legal hold, so that it can't "
                                + "be erased either.",
                        List.of(ProjectEndpoints.PROJECT, SESSION),
                        "SessionMarks",
                        Answer.json("Session", "The session as it is now"),
                        this::mark));
    }

    /** The session that the path names, or that the link leads to with which somebody calls. */
    static SessionKey key(Call call) {
        if (call.share() != null) {
            return call.share().session();
        }
        return new SessionKey(call.get(ProjectEndpoints.PROJECT), call.get(SESSION));
    }

    /** Calls the store; also what it throws at once becomes the future's failure. */
    static <T> Future<T> ask(Vertx vertx, Supplier<CompletableFuture<T>> call) {
        try {
            return Future.fromCompletionStage(call.get(), vertx.getOrCreateContext());
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Reply> sessions(Call call) {
        SessionQuery query = query(call);
        return workers.run(() -> {
                    desk.project(query.project());
                    return query;
                })
                .compose(known -> ask(vertx, () -> reader.sessions(known)))
                .recover(failure -> Future.failedFuture(
                        isForeignCursor(query, failure)
                                ? Problem.malformed("parameter cursor is not of this filter and sort")
                                : failure))
                .compose(page -> workers.run(() -> new Reply.Json(Json.encode(SessionsView.of(page)))));
    }

    private Future<Reply> manifest(Call call) {
        SessionKey key = key(call);
        return ask(vertx, () -> reader.manifest(key))
                .compose(manifest -> workers.run(() -> new Reply.Json(Json.encode(ManifestView.of(manifest)))));
    }

    private Future<Reply> mark(Call call) {
        SessionKey key = key(call);
        RequestBody body = RequestBody.of(call, "pinned", "held");
        Boolean pinned = body.flag("pinned");
        Boolean held = body.flag("held");
        if (pinned == null && held == null) {
            throw body.refused("pinned or held must be given");
        }
        By by = desk.by(call);
        return desk.done(() -> desk.seams().retention().mark(key, pinned, held, by))
                .compose(done -> ask(vertx, () -> reader.manifest(key)))
                .map(manifest -> new Reply.Json(Json.encode(SessionView.of(manifest.session(), manifest.behindMs()))));
    }

    private static SessionQuery query(Call call) {
        Long from = call.get(FROM);
        Long to = call.get(TO);
        if (from != null && to != null && from > to) {
            throw Problem.malformed("parameter from must not be after to");
        }
        Map.Entry<String, String> tag = call.get(TAG);
        return SessionQuery.of(call.get(ProjectEndpoints.PROJECT))
                .from(from)
                .to(to)
                .user(call.get(USER))
                .url(call.get(URL))
                .q(call.get(Q))
                .browser(call.get(BROWSER))
                .os(call.get(OS))
                .device(call.get(DEVICE))
                .country(call.get(COUNTRY))
                .minDurationMs(call.get(MIN_DURATION_MS))
                .hasErrors(call.get(HAS_ERRORS))
                .rage(call.get(RAGE))
                .event(call.get(EVENT))
                .tag(tag == null ? null : tag.getKey(), tag == null ? null : tag.getValue())
                .sort(call.get(SORT))
                .limit(call.get(LIMIT))
                .cursor(call.get(CURSOR))
                .build();
    }

    /** The one argument that only the store can judge. */
    private static boolean isForeignCursor(SessionQuery query, Throwable failure) {
        Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
        return query.cursor() != null
                && (failure instanceof IllegalArgumentException || cause instanceof IllegalArgumentException);
    }

    private static Map<String, Sort> sortWords() {
        Map<String, Sort> words = new LinkedHashMap<>();
        words.put("-startedAt", Sort.STARTED_AT_DESC);
        words.put("startedAt", Sort.STARTED_AT_ASC);
        words.put("-durationMs", Sort.DURATION_DESC);
        words.put("-lastEventAt", Sort.LAST_EVENT_AT_DESC);
        words.put("-errors", Sort.ERRORS_DESC);
        return words;
    }

    /** One page as JSON. */
    private record SessionsView(List<SessionView> sessions, String nextCursor) {
        static SessionsView of(SessionPage page) {
            return new SessionsView(
                    page.sessions().stream()
                            .map(summary -> SessionView.of(summary, null))
                            .toList(),
                    page.nextCursor());
        }
    }
}
