package io.tapedeck.playback;

import io.tapedeck.http.BaseUrl;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** The cookie that holds a login's secret. */
final class LoginCookie {
    static final String NAME = "tapedeck_session";

    private LoginCookie() {}

    /** The secret in a request, or null. */
    static String read(HttpServerRequest request) {
        Cookie cookie = request.getCookie(NAME);
        return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
    }

    static void set(HttpServerResponse response, BaseUrl base, String secret, long maxAgeS) {
        response.addCookie(cookie(base, secret).setMaxAge(maxAgeS));
    }

    static void clear(HttpServerResponse response, BaseUrl base) {
        response.addCookie(cookie(base, "").setMaxAge(0));
    }

    private static Cookie cookie(BaseUrl base, String value) {
        return Cookie.cookie(NAME, value)
                .setPath(base.prefix() + "/")
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.LAX)
                .setSecure(base.isSecure());
    }
}
