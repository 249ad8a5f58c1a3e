package io.tapedeck.playback;

import io.tapedeck.http.BaseUrl;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * Tells requests of our own pages from those of others. Browsers say {@code Sec-Fetch-Site} where the connection is
 * trustworthy and {@code Origin} on every write; a page can forge neither.
 */
final class SameOrigin {
    private SameOrigin() {}

    /**
     * For writes with a cookie: somebody must say that the request is our own page's.
     *
     * @throws io.tapedeck.http.ProblemException CROSS_ORIGIN
     */
    static void require(HttpServerRequest request, BaseUrl base) {
        if (request.getHeader("Sec-Fetch-Site") == null && request.getHeader(HttpHeaders.ORIGIN) == null) {
            throw refusal();
        }
        refuseOthers(request, base);
    }

    /**
     * For logging in: programs that say nothing may, other pages may not, or they could log a person in as somebody
     * else.
     *
     * @throws io.tapedeck.http.ProblemException CROSS_ORIGIN
     */
    static void refuseOthers(HttpServerRequest request, BaseUrl base) {
        String site = request.getHeader("Sec-Fetch-Site");
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        boolean own = site != null
                ? site.equals("same-origin") || site.equals("none")
                : origin == null || origin.equalsIgnoreCase(base.origin());
        if (!own) {
            throw refusal();
        }
    }

    private static RuntimeException refusal() {
        return Problem.of(ProblemCode.CROSS_ORIGIN, "writes with a login must come from this server's own pages")
                .asException();
    }
}
