package io.tapedeck.playback;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Principal;
import io.tapedeck.store.By;
import io.tapedeck.store.PeopleCatalog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Logging in and out, and changing one's own password. Thread-safe. Passwords are checked by {@value #THREADS} threads with a short queue: a flood of logins
 * is refused, and costs neither memory nor the other requests' time. A name that does not exist takes as long as one that does.
 */
final class Logins implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int QUEUE_MAX = 32;

    private final AdminCatalog admin;
    private final PeopleCatalog people;
    private final PasswordHasher hasher;
    private final Clock clock;
    private final long loginMs;
    private final LoginLimiter limiter;
    private final Workers workers;
    private final String nobodysHash;

    Logins(
            Vertx vertx,
            AdminCatalog admin,
            PeopleCatalog people,
            PasswordHasher hasher,
            PlaybackSettings settings,
            Clock clock) {
        this.admin = admin;
        this.people = people;
        this.hasher = hasher;
        this.clock = clock;
        this.loginMs = settings.loginMs();
        this.limiter = new LoginLimiter(clock::millis, settings.loginTries(), settings.loginRefillMs());
        this.workers = new Workers(vertx, "tapedeck-login", THREADS, QUEUE_MAX);
        this.nobodysHash = hasher.hashOfNothing();
    }

    /** A login that was made; the secret is known to nobody else. */
    record Login(Principal principal, String secret, long lastsMs) {}

    /**
     * Fails with BAD_CREDENTIALS, or RATE_LIMITED without having looked.
     *
     * @param client who tries, for the limits
     */
    Future<Login> login(String name, String password, String client) {
        return limited(name, client, () -> check(name, password));
    }

    /**
     * Gives somebody the password that they want in place of the one that they have, and ends their other logins. Counts as
     * a login, and fails as one does.
     *
     * @param login hash of the login that goes on
     */
    Future<Void> changePassword(String name, String current, String wanted, String login, String client) {
        return limited(name, client, () -> {
            Account account = proven(name, current);
            By by = new By(name, clock.millis());
            if (!people.changeOwnPassword(name, account.passwordHash(), hasher.hash(wanted), login, by)) {
                throw badCredentials();
            }
            return null;
        });
    }

    /** Does what needs a password, if there may be another try. */
    private <T> Future<T> limited(String name, String client, Callable<T> work) {
        long waitMs = limiter.tryLogin(name, client);
        if (waitMs > 0) {
            int retryAfterS = (int) Math.max(1, TimeUnit.MILLISECONDS.toSeconds(waitMs + 999));
            return Future.failedFuture(Problem.of(ProblemCode.RATE_LIMITED, "too many logins have failed")
                    .withRetryAfter(retryAfterS)
                    .asException());
        }
        return workers.run(work).onSuccess(done -> limiter.succeeded(name, client));
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
        Account account = proven(name, password);
        String secret = Secrets.generate();
        long now = clock.millis();
        if (!admin.createLogin(Secrets.hash(secret), account, now, now + loginMs)) {
            // Removed, or given another password, while this one was checked.
            throw badCredentials();
        }
        return new Login(new Principal(account.name(), account.role()), secret, loginMs);
    }

    /** The account of this name, if this is its password. */
    private Account proven(String name, String password) {
        Optional<Account> account = admin.account(name);
        boolean right =
                hasher.verify(password, account.map(Account::passwordHash).orElse(nobodysHash));
        if (account.isEmpty() || !right) {
            throw badCredentials();
        }
        return account.get();
    }

    private static RuntimeException badCredentials() {
        return Problem.of(ProblemCode.BAD_CREDENTIALS, null).asException();
    }

    @Override
    public void close() {
        workers.close();
    }
}
