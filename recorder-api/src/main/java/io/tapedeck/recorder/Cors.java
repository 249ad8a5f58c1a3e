package io.tapedeck.recorder;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;

/**
 * Lets pages of any origin read the gateway's answers, refusals included: it runs before everything that can refuse.
 * Which origins may record is decided later, by the project. The origin is reflected rather than {@code *} because
 * beacons are always sent with credentials; no credential means anything here.
 */
final class Cors implements Handler<RoutingContext> {
    private static final CharSequence RESOURCE_POLICY = HttpHeaders.createOptimized("Cross-Origin-Resource-Policy");
    private static final CharSequence ANY_SITE = HttpHeaders.createOptimized("cross-origin");
    private static final CharSequence TRUE = HttpHeaders.createOptimized("true");
    private static final CharSequence EXPOSED = HttpHeaders.createOptimized(
            "Retry-After, X-Request-Id, X-Sentry-Rate-Limits, X-Session-Replay-Event-Skipped");
    private static final String MAX_AGE_S = "86400";
    private static final int ORIGIN_LENGTH_MAX = 300;
    private static final int REQUESTED_LENGTH_MAX = 2_000;
    private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9_, -]+");

    @Override
    public void handle(RoutingContext ctx) {
        MultiMap asked = ctx.request().headers();
        MultiMap answered = ctx.response().headers();
        answered.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        answered.set(RESOURCE_POLICY, ANY_SITE);
        String origin = asked.get(HttpHeaders.ORIGIN);
        if (origin != null && origin.length() <= ORIGIN_LENGTH_MAX) {
            answered.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answered.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE);
            answered.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
        if (HttpMethod.OPTIONS.equals(ctx.request().method())) {
            answerPreflight(ctx, asked, answered);
        } else {
            ctx.next();
        }
    }

    private static void answerPreflight(RoutingContext ctx, MultiMap asked, MultiMap answered) {
        answered.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS");
        answered.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE_S);
        answered.add(HttpHeaders.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        String requested = asked.get(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        if (requested != null
                && requested.length() <= REQUESTED_LENGTH_MAX
                && HEADER_NAMES.matcher(requested).matches()) {
            answered.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, requested);
        }
        if ("true".equals(asked.get("Access-Control-Request-Private-Network"))) {
            answered.set("Access-Control-Allow-Private-Network", "true");
        }
        ctx.response().setStatusCode(204).end();
    }
}
