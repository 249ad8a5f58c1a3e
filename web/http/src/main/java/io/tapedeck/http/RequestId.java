package io.tapedeck.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Names each request, so that an answer, a log line and a proxy's log can be matched. Mount it first. */
public final class RequestId implements Handler<RoutingContext> {
    /** On every answer; accepted from requests if it is of a sane form. */
    public static final String HEADER = "X-Request-Id";

    private static final CharSequence NAME = HttpHeaders.createOptimized(HEADER);
    private static final String KEY = RequestId.class.getName();
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    @Override
    public void handle(RoutingContext ctx) {
        ctx.response().putHeader(NAME, of(ctx));
        ctx.next();
    }

    /** The id of this request. */
    public static String of(RoutingContext ctx) {
        String known = ctx.get(KEY);
        if (known != null) {
            return known;
        }
        String given = ctx.request().getHeader(NAME);
        String id = given != null && SANE.matcher(given).matches() ? given : generate();
        ctx.put(KEY, id);
        return id;
    }

    /** An id tells requests apart; nothing relies on its being hard to guess. */
    static String generate() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
