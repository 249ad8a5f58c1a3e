package io.tapedeck.playback;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Principal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logging in and out. Thread-safe. Passwords are checked by {@value #THREADS} threads with a short queue: a flood of logins
 * is refused, and costs neither memory nor the other requests' time. A name that does not exist takes as long as one that does.
 */
final class Logins implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Logins.class);

    private static final int THREADS = 2;
    private static final int QUEUE_MAX = 32;
    private static final long CLEAN_FIRST_MS = TimeUnit.MINUTES.toMillis(1);
    private static final long CLEAN_EACH_MS = TimeUnit.HOURS.toMillis(1);

    private final Vertx vertx;
    private final AdminCatalog admin;
    private final PasswordHasher hasher;
    private final Clock clock;
    private final long loginMs;
    private final LoginLimiter limiter;
    private final Workers workers;
    private final String nobodysHash;
    private final long cleaning;

    Logins(Vertx vertx, AdminCatalog admin, PasswordHasher hasher, PlaybackSettings settings, Clock clock) {
        this.vertx = vertx;
        this.admin = admin;
        this.hasher = hasher;
        this.clock = clock;
        this.loginMs = settings.loginMs();
        this.limiter = new LoginLimiter(clock::millis, settings.loginTries(), settings.loginRefillMs());
        this.workers = new Workers(vertx, "tapedeck-login", THREADS, QUEUE_MAX);
        this.nobodysHash = hasher.hashOfNothing();
        this.cleaning = vertx.setPeriodic(CLEAN_FIRST_MS, CLEAN_EACH_MS, timer -> deleteEnded());
    }

    /** A login that was made; the secret is known to nobody else. */
    record Login(Principal principal, String secret, long lastsMs) {}

    /**
     * Fails with BAD_CREDENTIALS, or RATE_LIMITED without having looked.
     *
     * @param client who tries, for the limits
     */
    Future<Login> login(String name, String password, String client) {
        long waitMs = limiter.tryLogin(name, client);
        if (waitMs > 0) {
            int retryAfterS = (int) Math.max(1, TimeUnit.MILLISECONDS.toSeconds(waitMs + 999));
            return Future.failedFuture(Problem.of(ProblemCode.RATE_LIMITED, "too many logins have failed")
                    .withRetryAfter(retryAfterS)
                    .asException());
        }
        return workers.run(() -> check(name, password)).onSuccess(login -> limiter.succeeded(name, client));
    }

    Future<Void> logout(String secret, Authenticator authenticator) {
        String hash = Secrets.hash(secret);
        return workers.<Void>run(() -> {
                    admin.endLogin(hash);
                    return null;
                })
                .onSuccess(done -> authenticator.forgetLogin(hash));
    }

    private Login check(String name, String password) {
        Optional<Account> account = admin.account(name);
        boolean right =
                hasher.verify(password, account.map(Account::passwordHash).orElse(nobodysHash));
        if (account.isEmpty() || !right) {
            throw Problem.of(ProblemCode.BAD_CREDENTIALS, null).asException();
        }
        String secret = Secrets.generate();
        long now = clock.millis();
        if (!admin.createLogin(Secrets.hash(secret), account.get(), now, now + loginMs)) {
            // Removed, or given another password, while this one was checked.
            throw Problem.of(ProblemCode.BAD_CREDENTIALS, null).asException();
        }
        return new Login(new Principal(account.get().name(), account.get().role()), secret, loginMs);
    }

    private void deleteEnded() {
        workers.run(() -> {
                    admin.deleteEndedLogins(clock.millis());
                    return null;
                })
                .onFailure(e -> log.warn("ended logins are not deleted yet, they no longer work: {}", e.toString()));
    }

    @Override
    public void close() {
        vertx.cancelTimer(cleaning);
        workers.close();
    }
}
