package io.tapedeck.loadtest;

import io.tapedeck.loadtest.PlaybackCounts.Question;
import io.tapedeck.loadtest.ViewerRequest.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * One person who looks at sessions, visit after visit, each of which begins when its time has come (an open model: a slow
 * server does not slow the load down). All state is confined to the verticle's thread.
 */
final class VirtualViewer extends Watcher implements Visit.Viewer {
    /** Requests of one viewer; beyond it a visit is left out, so that a server that hangs does not fill the memory. */
    private static final int OPEN_MAX = 64;

    private final SessionFilters filters;
    private final int number;
    private final Promise<Void> finished = Promise.promise();
    private boolean stopping;
    private int open;

    /** @param number of this viewer among all */
    VirtualViewer(ViewerLine line, ViewerSettings settings, SessionFilters filters, int number) {
        super(line, settings, number);
        this.filters = filters;
        this.number = number;
    }

    @Override
    public Future<?> start() {
        long spreadMs = (long)
                (Visit.LENGTH_MS / settings().speed() * number / settings().viewers());
        vertx.setTimer(1 + spreadMs, timer -> beginVisit());
        return Future.succeededFuture();
    }

    /** Begins nothing new from now on; the future is for the answers still awaited. */
    Future<Void> finish() {
        context.runOnContext(now -> {
            stopping = true;
            completeIfIdle();
        });
        return finished.future();
    }

    private void beginVisit() {
        if (stopping) {
            return;
        }
        long nextMs = (long) (Visit.LENGTH_MS / settings().speed() * (0.5 + random().nextDouble()));
        vertx.setTimer(Math.max(1, nextMs), timer -> beginVisit());
        if (open >= OPEN_MAX) {
            counts().skipped.increment();
            return;
        }
        counts().visits.increment();
        new Visit(this, filters).begin();
    }

    private void completeIfIdle() {
        if (stopping && open == 0) {
            finished.tryComplete();
        }
    }

    @Override
    public void at(long startNanos, int afterMs, Visit.DueStep step) {
        long dueNanos = startNanos + (long) (afterMs * 1_000_000L / settings().speed());
        vertx.setTimer(Math.max(1, Due.inMs(dueNanos)), timer -> {
            if (!stopping) {
                step.take(dueNanos);
            }
        });
    }

    @Override
    public <T> Future<Answer<T>> ask(
            Question question, String path, long bytes, long dueNanos, ViewerRequest.Reader<T> reader) {
        open++;
        return super.ask(question, path, bytes, dueNanos, reader)
                .onComplete(ended -> context.runOnContext(next -> ended()));
    }

    /** After whoever asked has asked what follows from the answer. */
    private void ended() {
        open--;
        completeIfIdle();
    }
}
