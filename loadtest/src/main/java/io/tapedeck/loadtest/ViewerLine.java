package io.tapedeck.loadtest;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/**
 * What all viewers share: the way to the server, the counts, and the bound on answers under way, which bounds the memory.
 * Thread-safe; futures complete on the caller's context.
 */
final class ViewerLine {
    private static final int CONNECTIONS_MAX = 1_024;
    private static final int IN_FLIGHT_MAX = 4_096;
    private static final int REQUEST_TIMEOUT_MS = 30_000;
    private static final int KB = 1_024;

    private final HttpClient client;
    private final Project project;
    private final String accepted;
    private final PlaybackCounts counts;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private final int heldKbMax =
            (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 4 / KB);
    private final Semaphore heldKb = new Semaphore(heldKbMax);

    /** @param streams at most so many live streams at once, each of which has a connection */
    ViewerLine(Vertx vertx, Project project, String accepted, PlaybackCounts counts, int streams) {
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(true),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX + streams).setMaxWaitQueueSize(IN_FLIGHT_MAX));
        this.project = project;
        this.accepted = accepted;
        this.counts = counts;
    }

    PlaybackCounts counts() {
        return counts;
    }

    /** Takes a place for an answer of about so many bytes, if there is one; {@link #free} with the same number gives it back. */
    boolean tryOccupy(long bytes) {
        if (!inFlight.tryAcquire()) {
            return false;
        }
        if (!heldKb.tryAcquire(kb(bytes))) {
            inFlight.release();
            return false;
        }
        return true;
    }

    void free(long bytes) {
        heldKb.release(kb(bytes));
        inFlight.release();
    }

    /** What is larger than all the room takes all of it. */
    private int kb(long bytes) {
        return (int) Math.min(heldKbMax, 1 + bytes / KB);
    }

    /**
     * A request for what is below the project's sessions, not sent yet; fails if there is no connection.
     *
     * @param path such as {@code ?limit=50} or {@code /id/events}
     */
    Future<HttpClientRequest> get(String path) {
        return request(path, request -> request.putHeader("Accept-Encoding", accepted));
    }

    /** A request for a live stream, likewise. A stream that is silent for 30 s fails: there is a beat every 10 s. */
    Future<HttpClientRequest> follow(String path) {
        return request(path, request -> request.putHeader("Accept", "text/event-stream"));
    }

    private Future<HttpClientRequest> request(String path, UnaryOperator<RequestOptions> more) {
        return project.server()
                .request(HttpMethod.GET, project.sessions() + path)
                .map(request -> client.request(more.apply(request.setTimeout(REQUEST_TIMEOUT_MS)
                        .putHeader("Authorization", "Bearer " + project.token()))))
                .orElseGet(() -> Future.failedFuture("the server is nowhere"));
    }
}
