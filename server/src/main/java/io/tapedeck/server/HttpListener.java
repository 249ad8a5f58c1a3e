package io.tapedeck.server;

import io.tapedeck.http.Problems;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One listening port, served by several event loops. */
final class HttpListener {
    /** Mixpanel's SDK puts the addresses of two pages into the query, percent-encoded: 8 KB each may become 24 KB. */
    private static final int REQUEST_LINE_BYTES_MAX = 64 * 1024;

    private static final int HEADERS_BYTES_MAX = 32 * 1024;

    /** What a proxy must take. */
    static final int HEAD_BYTES_MAX = REQUEST_LINE_BYTES_MAX + HEADERS_BYTES_MAX;

    /** Of those that share a connection of HTTP/2, as a balancer's may. */
    private static final int STREAMS_MAX = 100;

    /** A connection on which nothing at all moves for so long is closed; browsers open another. */
    private static final int IDLE_TIMEOUT_S = 75;

    /** Vert.x takes a negative number for a free port, one for all who say the same number: each listener says another. */
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final String deployment;
    private final int port;

    private HttpListener(String deployment, int port) {
        this.deployment = deployment;
        this.port = port;
    }

    /**
     * Listens.
     *
     * @param port 0 for a free one
     * @param eventLoops how many of Vert.x's event loops take connections
     */
    static Future<HttpListener> open(Vertx vertx, String bind, int port, int eventLoops, Router router) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(bind)
                .setPort(port == 0 ? FREE_PORTS.decrementAndGet() : port)
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setMaxHeaderSize(HEADERS_BYTES_MAX)
                .setInitialSettings(
                        new Http2Settings().setMaxConcurrentStreams(STREAMS_MAX).setMaxHeaderListSize(HEAD_BYTES_MAX))
                .setIdleTimeout(IDLE_TIMEOUT_S)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTcpFastOpen(false)
                // There are no web sockets, and what would watch for them watches every request.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setTcpNoDelay(true);
        AtomicInteger actualPort = new AtomicInteger();
        return vertx.deployVerticle(
                        () -> new Instance(options, router, actualPort),
                        new DeploymentOptions().setInstances(eventLoops))
                .map(deployment -> new HttpListener(deployment, actualPort.get()));
    }

    int port() {
        return port;
    }

    /** Takes no more connections and waits a moment for the requests under way. */
    Future<Void> close(Vertx vertx) {
        return vertx.undeploy(deployment);
    }

    private static final class Instance extends VerticleBase {
        private static final long DRAIN_S = 5;

        private final HttpServerOptions options;
        private final Router router;
        private final AtomicInteger actualPort;
        private HttpServer server;

        Instance(HttpServerOptions options, Router router, AtomicInteger actualPort) {
            this.options = options;
            this.router = router;
            this.actualPort = actualPort;
        }

        @Override
        public Future<?> start() {
            return vertx.createHttpServer(options)
                    .requestHandler(router)
                    .invalidRequestHandler(Problems::answerInvalidRequest)
                    .listen()
                    .onSuccess(listening -> {
                        server = listening;
                        actualPort.set(listening.actualPort());
                    });
        }

        @Override
        public Future<?> stop() {
            return server == null ? Future.succeededFuture() : server.shutdown(DRAIN_S, TimeUnit.SECONDS);
        }
    }
}
