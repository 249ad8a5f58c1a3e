package io.tapedeck.playback;

import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.ShareCatalog;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes logins and shares that have ended, each hour. They do not work any more whether it succeeds or not. */
final class Tidying implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tidying.class);

    private static final long FIRST_MS = TimeUnit.MINUTES.toMillis(1);
    private static final long EACH_MS = TimeUnit.HOURS.toMillis(1);

    private final Vertx vertx;
    private final AdminCatalog admin;
    private final ShareCatalog shares;
    private final Workers workers;
    private final Clock clock;
    private final long timer;

    Tidying(Vertx vertx, AdminCatalog admin, ShareCatalog shares, Workers workers, Clock clock) {
        this.vertx = vertx;
        this.admin = admin;
        this.shares = shares;
        this.workers = workers;
        this.clock = clock;
        this.timer = vertx.setPeriodic(FIRST_MS, EACH_MS, tick -> tidy());
    }

    private void tidy() {
        workers.run(() -> {
                    long now = clock.millis();
                    admin.deleteEndedLogins(now);
                    shares.deleteEnded(now);
                    return null;
                })
                .onFailure(e ->
                        LOG.warn("ended logins and shares are not deleted yet, they no longer work: {}", e.toString()));
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }
}
