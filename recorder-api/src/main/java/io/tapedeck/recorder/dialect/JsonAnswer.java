package io.tapedeck.recorder.dialect;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** An answer in JSON that no cache may keep. */
public final class JsonAnswer {
    /** What Tapedeck's own addresses answer to an upload. */
    public static final Buffer OK = Buffer.buffer("{\"status\":\"ok\"}");

    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private JsonAnswer() {}

    /** Answers 200. */
    public static void end(RoutingContext ctx, String json) {
        end(ctx, Buffer.buffer(json));
    }

    /** Answers 200. */
    public static void end(RoutingContext ctx, Buffer json) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
                .end(json);
    }
}
