package io.tapedeck.playback;

import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes logins and shares that have ended, and notes and views whose session an older process has removed, each hour.
 * They do not work any more, and nobody finds them, whether it succeeds or not.
 */
final class Tidying implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tidying.class);

    private static final long FIRST_MS = TimeUnit.MINUTES.toMillis(1);
    private static final long EACH_MS = TimeUnit.HOURS.toMillis(1);

    private final Vertx vertx;
    private final AdminSeams seams;
    private final Workers workers;
    private final Clock clock;
    private final long timer;

    Tidying(Vertx vertx, AdminSeams seams, Workers workers, Clock clock) {
        this.vertx = vertx;
        this.seams = seams;
        this.workers = workers;
        this.clock = clock;
        this.timer = vertx.setPeriodic(FIRST_MS, EACH_MS, tick -> tidy());
    }

    private void tidy() {
        workers.run(() -> {
                    long now = clock.millis();
                    seams.settings().deleteEndedLogins(now);
                    seams.shares().deleteEnded(now);
                    seams.notes().deleteLeftBehind();
                    seams.views().deleteLeftBehind();
                    return null;
                })
                .onFailure(e -> LOG.warn(
                        "ended logins and shares, and notes and views of sessions that are gone, are not deleted yet; they no longer work: {}",
                        e.toString()));
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }
}
