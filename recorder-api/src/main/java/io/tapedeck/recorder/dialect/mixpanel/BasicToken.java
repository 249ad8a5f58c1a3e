package io.tapedeck.recorder.dialect.mixpanel;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.RequestHead;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The project's token, which the SDK sends as a user name without password. */
final class BasicToken {
    private static final String SCHEME = "Basic ";
    private static final int LENGTH_MAX = 400;

    private BasicToken() {}

    /** @throws ProblemException UNAUTHENTICATED if there is none */
    static String of(RequestHead head) {
        String header = head.headers().get(HttpHeaders.AUTHORIZATION);
        if (header == null
                || header.length() > LENGTH_MAX
                || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw missing();
        }
        String pair;
        try {
            byte[] decoded =
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
            pair = new String(decoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw missing();
        }
        int colon = pair.indexOf(':');
        return colon < 0 ? pair : pair.substring(0, colon);
    }

    private static ProblemException missing() {
        return Problem.of(ProblemCode.UNAUTHENTICATED, "the token is missing: Authorization: Basic base64(token:)")
                .asException();
    }
}
