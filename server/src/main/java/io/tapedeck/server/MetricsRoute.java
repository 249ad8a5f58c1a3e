package io.tapedeck.server;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.RequestLog;
import io.tapedeck.playback.Secrets;
import io.tapedeck.store.AdminCatalog;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code GET /metrics} for Prometheus: open on the internal port, for API tokens on the public one. */
final class MetricsRoute {
    private static final String BEARER = "Bearer ";

    private final Metrics metrics;

    MetricsRoute(Metrics metrics) {
        this.metrics = metrics;
    }

    void mount(Router router) {
        router.get(Metrics.PATH).handler(RequestLog.route("metrics")).handler(this::answer);
    }

    void mountGuarded(Router router, AdminCatalog catalog) {
        router.get(Metrics.PATH).handler(RequestLog.route("metrics")).handler(ctx -> {
            String authorization = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
            if (authorization == null || !authorization.startsWith(BEARER)) {
                ctx.fail(unauthenticated());
                return;
            }
            String hash = Secrets.hash(authorization.substring(BEARER.length()));
            ctx.vertx()
                    .executeBlocking(() -> catalog.principalOfToken(hash).isPresent())
                    .onSuccess(known -> {
                        if (known) {
                            answer(ctx);
                        } else {
                            ctx.fail(unauthenticated());
                        }
                    })
                    .onFailure(ctx::fail);
        });
    }

    /** On a worker: counting the open files of a process with thousands of connections takes milliseconds. */
    private void answer(RoutingContext ctx) {
        ctx.vertx()
                .executeBlocking(metrics::scrape)
                .onSuccess(text -> ctx.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, Metrics.CONTENT_TYPE)
                        .end(text))
                .onFailure(ctx::fail);
    }

    private static Exception unauthenticated() {
        return Problem.of(ProblemCode.UNAUTHENTICATED, "metrics on the public port need an API token")
                .asException();
    }
}
