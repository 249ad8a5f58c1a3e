package io.tapedeck.playback;

import io.tapedeck.store.StoreException;
import io.vertx.core.Future;
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

    /** Each of them is tried, whatever becomes of the others. Completes when all were, and fails only if none could be. */
    Future<Void> tidy() {
        return workers.<Void>run(() -> {
                    long now = clock.millis();
                    attempt("ended logins", () -> seams.settings().deleteEndedLogins(now));
                    attempt("ended shares", () -> seams.shares().deleteEnded(now));
                    attempt("notes on sessions that are gone", seams.notes()::deleteLeftBehind);
                    attempt("views of sessions that are gone", seams.views()::deleteLeftBehind);
                    return null;
                })
                .onFailure(e -> LOG.warn("nothing is tidied up before the next hour: {}", e.toString()));
    }

    private static void attempt(String what, Runnable deletion) {
        try {
            deletion.run();
        } catch (StoreException e) {
            LOG.warn("{} are not deleted yet, though of no use to anybody: {}", what, e.toString());
        }
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }
}
