package io.tapedeck.playback;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.store.ShareCatalog;
import io.tapedeck.store.ShareCatalog.Share;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.regex.Pattern;

/**
 * Finds out what the secret in a link stands for. Thread-safe; looks up off the event loop, each time anew, so that a link
 * ends at once. Secrets are 32 random bytes and are compared by their hashes: none can be guessed or felt for.
 */
final class ShareAdmission {
    static final String PATH = "/api/v1/shares/{token}";

    private static final String FORM = "[A-Za-z0-9_-]{43}";
    static final Parameter<String> TOKEN = Parameter.pathText("token", "The secret in the link.", FORM);
    private static final Pattern SECRET = Pattern.compile(FORM);

    private final ShareCatalog shares;
    private final Workers workers;
    private final Clock clock;
    private final boolean enabled;

    /** @param enabled false: no link works */
    ShareAdmission(ShareCatalog shares, Workers workers, Clock clock, boolean enabled) {
        this.shares = shares;
        this.workers = workers;
        this.clock = clock;
        this.enabled = enabled;
    }

    /** The share that a secret stands for. Fails with NOT_FOUND for whatever reason there is none. */
    Future<Share> admit(String token) {
        if (!enabled || token == null || !SECRET.matcher(token).matches()) {
            return Future.failedFuture(notFound());
        }
        return workers.run(
                () -> shares.byHash(Secrets.hash(token), clock.millis()).orElseThrow(ShareAdmission::notFound));
    }

    private static RuntimeException notFound() {
        return Problem.of(ProblemCode.NOT_FOUND, "this link is not valid, or no longer")
                .asException();
    }
}
