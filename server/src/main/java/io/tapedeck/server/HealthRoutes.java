package io.tapedeck.server;

import io.tapedeck.store.Health;
import io.tapedeck.store.StoreException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Liveness and readiness. Live: the process answers. Ready: journal, object store and catalog were really asked and work,
 * and the server is not stopping.
 */
final class HealthRoutes {
    static final String LIVE_PATH = "/health/live";
    static final String READY_PATH = "/health/ready";

    private final Supplier<? extends CompletionStage<Health>> health;
    private volatile boolean stopping;

    HealthRoutes(Supplier<? extends CompletionStage<Health>> health) {
        this.health = health;
    }

    void mount(Router router) {
        router.get(LIVE_PATH).handler(ctx -> answer(ctx, 200, new JsonObject().put("status", "live")));
        router.get(READY_PATH).handler(this::ready);
    }

    /** From now on not ready, so that a load balancer sends nobody here any more. */
    void stopping() {
        stopping = true;
    }

    private void ready(RoutingContext ctx) {
        if (stopping) {
            answer(ctx, 503, new JsonObject().put("status", "stopping"));
            return;
        }
        Future.fromCompletionStage(health.get(), ctx.vertx().getOrCreateContext())
                .onSuccess(found -> answer(ctx, found.isReady() ? 200 : 503, describe(found)))
                .onFailure(ctx::fail);
    }

    private static JsonObject describe(Health health) {
        return new JsonObject()
                .put("status", health.isReady() ? "ready" : "not ready")
                .put("journal", describe(health.journal()))
                .put("objectStore", describe(health.objectStore()))
                .put("catalog", describe(health.catalog()));
    }

    /** Only the kind: messages may name hosts and folders, and this answer is public. The log has them. */
    private static String describe(StoreException trouble) {
        return trouble == null ? "ok" : trouble.kind().name();
    }

    private static void answer(RoutingContext ctx, int status, JsonObject body) {
        ctx.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.toBuffer());
    }
}
