package io.tapedeck.playback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdminCatalog.Principal;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Finds out who sends a request: by an API token ({@code Authorization: Bearer}), else by the login cookie. Thread-safe;
 * looks up off the event loop.
 *
 * <p>Who was found is remembered for {@value #REMEMBERED_S} seconds, so that a player's many requests cost one look-up: a
 * token that is revoked, or a login that another process ends, may work for that much longer. Secrets that are not known are not remembered.
 */
final class Authenticator {
    private static final int REMEMBERED_S = 5;
    private static final int REMEMBERED_MAX = 10_000;
    private static final String BEARER = "bearer ";
    /** Longer ones are nobody's, and not worth hashing. */
    private static final int SECRET_LENGTH_MAX = 512;

    private final AdminCatalog admin;
    private final Function<String, Optional<Principal>> tokens;
    private final ForwardedHeaders forwarded;
    private final Workers workers;
    private final Clock clock;
    private final AtomicLong forgotten = new AtomicLong();
    private final Cache<Credential, Principal> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(Duration.ofSeconds(REMEMBERED_S))
            .build();

    /** @param tokens who an API token stands for, by its hash; blocks */
    Authenticator(
            AdminCatalog admin,
            Function<String, Optional<Principal>> tokens,
            ForwardedHeaders forwarded,
            Workers workers,
            Clock clock) {
        this.admin = admin;
        this.tokens = tokens;
        this.forwarded = forwarded;
        this.workers = workers;
        this.clock = clock;
    }

    /** Who sends the request. Fails with UNAUTHENTICATED, or CROSS_ORIGIN for another page's write with a cookie. */
    Future<Principal> authenticate(HttpServerRequest request) {
        Credential credential = credential(request);
        if (credential == null) {
            return Future.failedFuture(unauthenticated());
        }
        if (credential.isLogin && !isRead(request.method())) {
            SameOrigin.require(request, forwarded.base(request));
        }
        Principal remembered = known.getIfPresent(credential);
        if (remembered != null) {
            return Future.succeededFuture(remembered);
        }
        long forgottenBefore = forgotten.get();
        return workers.run(() -> lookUp(credential)).map(found -> {
            Principal principal = found.orElseThrow(Authenticator::unauthenticated);
            remember(credential, principal, forgottenBefore);
            return principal;
        });
    }

    /** To be called after a login was ended: whoever was remembered for it is forgotten, also by look-ups under way. */
    void forgetLogin(String secretHash) {
        forgotten.incrementAndGet();
        known.invalidate(new Credential(true, secretHash));
    }

    /** To be called after accounts or tokens were changed: everybody is looked up anew, also by look-ups under way. */
    void forgetAll() {
        forgotten.incrementAndGet();
        known.invalidateAll();
    }

    /** Hash of the login that a request is made with; null if it is made with an API token, or by nobody. */
    String loginOf(HttpServerRequest request) {
        Credential credential = credential(request);
        return credential != null && credential.isLogin ? credential.hash : null;
    }

    /** Remembers first and then looks whether a login was ended meanwhile: one of the two then forgets this one. */
    private void remember(Credential credential, Principal principal, long forgottenBefore) {
        known.put(credential, principal);
        if (forgotten.get() != forgottenBefore) {
            known.invalidate(credential);
        }
    }

    private Optional<Principal> lookUp(Credential credential) {
        return credential.isLogin
                ? admin.principalOfLogin(credential.hash, clock.millis())
                : tokens.apply(credential.hash);
    }

    /** An {@code Authorization} of another scheme may be a proxy's own, and does not hide the cookie. */
    private static Credential credential(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return credential(false, authorization.substring(BEARER.length()).strip());
        }
        return credential(true, LoginCookie.read(request));
    }

    private static Credential credential(boolean isLogin, String secret) {
        return secret == null || secret.isEmpty() || secret.length() > SECRET_LENGTH_MAX
                ? null
                : new Credential(isLogin, Secrets.hash(secret));
    }

    private static boolean isRead(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    private static RuntimeException unauthenticated() {
        return Problem.of(ProblemCode.UNAUTHENTICATED, null).asException();
    }

    /** @param hash of the secret */
    private record Credential(boolean isLogin, String hash) {}
}
