package io.tapedeck.loadtest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.function.Supplier;

/**
 * What all recorders share: the way to the server, the counts, and the bound on chunks in flight, which bounds the memory.
 * Thread-safe; futures complete on the caller's context, and never after {@link #close}.
 */
final class RecorderLine implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 512;
    /** Bodies of any size, */
    private static final int IN_FLIGHT_MAX = 1_024;
    /** and those of who has a connection each, which are small: a pause of a second of the server does not make them wait. */
    private static final int OWN_IN_FLIGHT_MAX = 8_192;

    private static final int REQUEST_TIMEOUT_MS = 30_000;
    /** As a browser's, which costs the server the reading of it. */
    private static final CharSequence BROWSER = HttpHeaders.createOptimized("Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
            + " AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36");

    private final HttpClientAgent agent;
    private final boolean connectionEach;
    private final Project project;
    private final Counts counts;
    private final Places inFlight;
    private volatile boolean closed;

    /**
     * @param project its token is to ask whether sessions are settled, and may be null if nobody asks
     * @param connectionEach whether each recorder keeps a connection of its own, as browsers do
     */
    RecorderLine(Vertx vertx, Project project, Counts counts, boolean connectionEach) {
        this(vertx, project, counts, connectionEach, connectionEach ? OWN_IN_FLIGHT_MAX : IN_FLIGHT_MAX);
    }

    RecorderLine(Vertx vertx, Project project, Counts counts, boolean connectionEach, int inFlightMax) {
        this.connectionEach = connectionEach;
        this.inFlight = new Places(inFlightMax);
        this.agent = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(true),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX).setMaxWaitQueueSize(2 * IN_FLIGHT_MAX));
        this.project = project;
        this.counts = counts;
    }

    Counts counts() {
        return counts;
    }

    /** The places for chunks in flight. */
    Places inFlight() {
        return inFlight;
    }

    /** What one recorder sends with; for its thread only. */
    Supplier<Future<? extends HttpClient>> client() {
        return connectionEach
                ? new OwnConnection(agent, () -> project.server().request(HttpMethod.POST, "/"))
                : () -> Future.succeededFuture(agent);
    }

    /** Posts a gzipped chunk; fails if no answer comes, or if the server is nowhere. */
    Future<HttpClientResponse> post(Supplier<Future<? extends HttpClient>> with, String key, Buffer body) {
        if (closed) {
            return Future.future(never -> {});
        }
        return project.server()
                .request(HttpMethod.POST, "/ingest/v1/chunks?key=" + key)
                .map(request -> with.get()
                        .compose(client -> client.request(request.setTimeout(REQUEST_TIMEOUT_MS)
                                .putHeader(HttpHeaders.USER_AGENT, BROWSER)
                                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
                                .putHeader(HttpHeaders.CONTENT_ENCODING, "gzip")))
                        .compose(opened -> opened.send(body))
                        .compose(response -> response.end().map(response)))
                .orElseGet(() -> Future.failedFuture("the server is nowhere"));
    }

    /** Whether a session is settled at the moment; fails if that cannot be told. */
    Future<Boolean> isSettled(PlayedSession session) {
        return project.server()
                .request(HttpMethod.GET, project.sessions() + "/" + session.id())
                .map(request -> agent.request(authorized(request))
                        .compose(opened -> opened.send())
                        .compose(response -> response.statusCode() == 200
                                ? response.body().map(RecorderLine::saysSettled)
                                : response.end().map(false)))
                .orElseGet(() -> Future.failedFuture("the server is nowhere"));
    }

    private RequestOptions authorized(RequestOptions request) {
        return request.setTimeout(REQUEST_TIMEOUT_MS).putHeader("Authorization", "Bearer " + project.token());
    }

    private static boolean saysSettled(Buffer manifest) {
        return "settled".equals(manifest.toJsonObject().getJsonObject("session").getString("phase"));
    }

    @Override
    public void close() {
        closed = true;
    }
}
