package io.tapedeck.playback;

import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.playback.Endpoint.Answer;
import io.tapedeck.playback.Endpoint.Call;
import io.tapedeck.playback.Endpoint.Reply;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionProgress;
import io.tapedeck.store.SessionReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Following a session while it is recorded. */
final class LiveEndpoints implements AutoCloseable {
    static final String EVENT_STREAM = "text/event-stream";

    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final int BUSY_RETRY_AFTER_S = 5;

    private static final Parameter<Long> SINCE = Parameter.number(
            "since", "The rev of the manifest that the client has. The header Last-Event-ID goes before it.");

    private final Authenticator authenticator;
    private final Audience audience;
    private final LiveSettings settings;
    private final LiveMeters meters;
    private final LiveSessions sessions;
    private final Semaphore streams;

    LiveEndpoints(
            SessionReader reader,
            Authenticator authenticator,
            Audience audience,
            Vertx vertx,
            Workers workers,
            LiveSettings settings,
            MeterRegistry registry) {
        this.authenticator = authenticator;
        this.audience = audience;
        this.settings = settings;
        this.meters = new LiveMeters(registry);
        this.sessions = new LiveSessions(reader, vertx, workers, settings, meters);
        this.streams = new Semaphore(settings.viewersMax());
        meters.watch(() -> settings.viewersMax() - streams.availablePermits(), sessions::sessions, sessions::frames);
    }

    List<Endpoint> all() {
        return List.of(Endpoint.read(
                "/api/v1/projects/{project}/sessions/{session}/live",
                "live",
                "Follow a session by server-sent events. Each 'change' has the session's rev as id, and either the"
                        + " frames that were added since another rev or nothing, and then the manifest is to be"
                        + " fetched. 'beat' comes every ten seconds, 'away' and 'back' tell that nothing can be said for"
                        + " a while. 'end' is the"
                        + " last: its reason is 'settled', 'gone' or 'unauthenticated'.",
                List.of(ProjectEndpoints.PROJECT, SessionEndpoints.SESSION, SINCE),
                new Answer(200, "The events; the schema is that of a change's data", EVENT_STREAM, "LiveChange", false),
                this::live));
    }

    private Future<Reply> live(Call call) {
        SessionKey key = SessionEndpoints.key(call);
        long cursor = cursor(call);
        if (!streams.tryAcquire()) {
            meters.refused();
            throw Problem.of(ProblemCode.OVER_CAPACITY, "too many sessions are being followed at the moment")
                    .withRetryAfter(BUSY_RETRY_AFTER_S)
                    .asException();
        }
        return sessions.progress(key)
                .map(progress -> answer(call, key, progress, cursor))
                .onFailure(refused -> streams.release());
    }

    private Reply answer(Call call, SessionKey key, SessionProgress progress, long cursor) {
        HttpServerResponse response = call.ctx().response();
        if (response.closed()) {
            streams.release();
            return new Reply.Sent();
        }
        if (progress.settled() && progress.rev() == cursor) {
            // What makes an EventSource stop coming back.
            response.setStatusCode(204).end();
            streams.release();
            return new Reply.Sent();
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, EVENT_STREAM);
        // Some proxies collect an answer before they pass it on, unless they are told not to.
        response.putHeader("X-Accel-Buffering", "no");
        if (call.ctx().request().method().equals(HttpMethod.HEAD)) {
            response.end();
            streams.release();
            return new Reply.Sent();
        }
        stream(call, key, progress, cursor);
        return new Reply.Sent();
    }

    private void stream(Call call, SessionKey key, SessionProgress progress, long cursor) {
        LiveViewer viewer = new LiveViewer(call.ctx(), authenticator, settings, meters, cursor);
        viewer.start(end -> {
            streams.release();
            sessions.leave(key, viewer);
        });
        viewer.change(progress.rev(), LiveViewer.NOWHERE, null);
        if (progress.settled()) {
            viewer.end(LiveEnd.SETTLED, progress.rev());
        } else {
            audience.watches(call, key);
            sessions.join(key, progress.rev(), viewer);
        }
    }

    private static long cursor(Call call) {
        String lastEventId = call.ctx().request().getHeader(LAST_EVENT_ID);
        if (lastEventId == null || lastEventId.isEmpty()) {
            return call.get(SINCE) == null ? LiveViewer.NOWHERE : call.get(SINCE);
        }
        if (!lastEventId.matches("[0-9]{1,18}")) {
            throw Problem.malformed("header " + LAST_EVENT_ID + " is not one that this server has sent");
        }
        return Long.parseLong(lastEventId);
    }

    @Override
    public void close() {
        sessions.close();
    }
}
