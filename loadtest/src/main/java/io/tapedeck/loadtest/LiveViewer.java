package io.tapedeck.loadtest;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;

/**
 * One person who follows what a recorder records, session after session, each until it is over and all that was acked of it
 * was seen. All state is confined to the verticle's thread.
 */
final class LiveViewer extends Watcher implements LiveVisit.Viewer {
    private static final int LOOK_MS = 50;

    private final Fleet fleet;
    private final int recorder;
    private final Duration visibleWithin;
    private final LiveCounts live;
    private final Promise<Void> finished = Promise.promise();
    private boolean finishing;
    private LiveVisit visit;
    private PlayedSession last;

    /** @param visibleWithin when all that was acked must have been seen, once nothing more is sent */
    LiveViewer(
            ViewerLine line,
            ViewerSettings settings,
            LiveCounts live,
            Fleet fleet,
            Duration visibleWithin,
            int number) {
        super(line, settings, number);
        this.live = live;
        this.fleet = fleet;
        this.recorder = number % fleet.settings().recorders();
        this.visibleWithin = visibleWithin;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(LOOK_MS, timer -> look());
        return Future.succeededFuture();
    }

    /** Begins no other session; the future is for what is left to see of the one that is followed. The recorders have ended. */
    Future<Void> finish() {
        context.runOnContext(now -> finishing = true);
        return finished.future();
    }

    private void look() {
        if (visit != null && visit.endIfComplete(finishing || visit.played().isOver(), visibleWithin.toNanos())) {
            last = visit.played();
            visit = null;
        }
        if (visit == null) {
            if (finishing) {
                finished.tryComplete();
            } else {
                follow();
            }
        }
    }

    private void follow() {
        Optional<PlayedSession> next = fleet.playing(recorder);
        if (next.isPresent() && next.get() != last) {
            visit = new LiveVisit(this, next.get());
            visit.begin();
        }
    }

    @Override
    public LiveCounts live() {
        return live;
    }

    @Override
    public ViewerLine line() {
        return super.line();
    }

    @Override
    public void after(long delayMs, Runnable work) {
        vertx.setTimer(Math.max(1, delayMs), timer -> work.run());
    }
}
