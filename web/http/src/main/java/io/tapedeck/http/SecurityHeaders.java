package io.tapedeck.http;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * Headers that keep browsers strict. Mounted first, it sets the strictest ones on every answer; a route that serves a
 * page replaces the content security policy with its own.
 */
public final class SecurityHeaders implements Handler<RoutingContext> {
    /** The name of the header with the content security policy. */
    public static final String CSP = "Content-Security-Policy";

    /** For answers that are not pages: nothing may be loaded or framed. */
    private static final String CSP_OF_DATA = "default-src 'none'; frame-ancestors 'none'; sandbox";

    /** Checked and encoded once, as they are on every answer. */
    private static final Map<CharSequence, CharSequence> STRICTEST = Map.of(
            optimized(CSP), optimized(CSP_OF_DATA),
            optimized("X-Content-Type-Options"), optimized("nosniff"),
            optimized("Referrer-Policy"), optimized("no-referrer"),
            optimized("X-Frame-Options"), optimized("DENY"),
            optimized("Cross-Origin-Opener-Policy"), optimized("same-origin"),
            optimized("Cross-Origin-Resource-Policy"), optimized("same-origin"),
            optimized("Permissions-Policy"), optimized("camera=(), geolocation=(), microphone=(), payment=(), usb=()"));

    @Override
    public void handle(RoutingContext ctx) {
        MultiMap headers = ctx.response().headers();
        STRICTEST.forEach(headers::set);
        ctx.next();
    }

    private static CharSequence optimized(String text) {
        return HttpHeaders.createOptimized(text);
    }
}
