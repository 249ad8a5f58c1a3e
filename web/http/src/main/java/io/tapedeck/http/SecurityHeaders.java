package io.tapedeck.http;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;

/**
 * Headers that keep browsers strict. Mounted first, it sets the strictest ones on every answer; a route that serves a
 * page replaces the content security policy with its own.
 */
public final class SecurityHeaders implements Handler<RoutingContext> {
    /** The name of the header with the content security policy. */
    public static final String CSP = "Content-Security-Policy";

    /** For answers that are not pages: nothing may be loaded or framed. */
    private static final String CSP_OF_DATA = "default-src 'none'; frame-ancestors 'none'; sandbox";

    @Override
    public void handle(RoutingContext ctx) {
        MultiMap headers = ctx.response().headers();
        headers.set(CSP, CSP_OF_DATA);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
        ctx.next();
    }
}
