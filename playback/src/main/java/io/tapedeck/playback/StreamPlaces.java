package io.tapedeck.playback;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Places for answers with events. Who finds none waits in line, so that many who ask at the same moment are served one after
 * the other; the line is bounded, and so is the wait. Thread-safe.
 */
final class StreamPlaces {
    private static final int LINE_FOR_EACH_PLACE = 16;
    private static final int RETRY_AFTER_S = 1;

    private final Vertx vertx;
    private final int max;
    private final long waitMs;
    private final Counter refused;
    private final Queue<Waiter> line = new ArrayDeque<>();
    private int taken;

    private record Waiter(Context context, Promise<Void> place) {}

    /** @param waitMs how long to wait in line */
    StreamPlaces(Vertx vertx, int max, long waitMs, MeterRegistry meters) {
        this.vertx = vertx;
        this.max = max;
        this.waitMs = waitMs;
        this.refused = Counter.builder("tapedeck.playback.streams.refused")
                .description("Answers with events that found no place in time")
                .register(meters);
        Gauge.builder("tapedeck.playback.streams", this, StreamPlaces::taken)
                .description("Answers with events under way")
                .register(meters);
        Gauge.builder("tapedeck.playback.streams.waiting", this, StreamPlaces::waiting)
                .description("Answers with events that wait for a place")
                .register(meters);
    }

    private synchronized int taken() {
        return taken;
    }

    private synchronized int waiting() {
        return line.size();
    }

    /**
     * Completes on the caller's context once there is a place, which the caller must {@link #free}; fails with OVER_CAPACITY if
     * the line is full or the wait too long.
     */
    Future<Void> take() {
        Waiter waiter;
        synchronized (this) {
            if (taken < max) {
                taken++;
                return Future.succeededFuture();
            }
            if (line.size() >= max * LINE_FOR_EACH_PLACE) {
                return refused();
            }
            waiter = new Waiter(vertx.getOrCreateContext(), Promise.promise());
            line.add(waiter);
        }
        long timer = vertx.setTimer(waitMs, due -> giveUp(waiter));
        return waiter.place().future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /** Gives a place back: to who waits longest, if anybody does. */
    void free() {
        Waiter next;
        synchronized (this) {
            next = line.poll();
            if (next == null) {
                taken--;
                return;
            }
        }
        next.context().runOnContext(now -> next.place().complete());
    }

    private void giveUp(Waiter waiter) {
        boolean waits;
        synchronized (this) {
            waits = line.remove(waiter);
        }
        if (waits) {
            refused().onFailure(waiter.place()::fail);
        }
    }

    private Future<Void> refused() {
        refused.increment();
        return Future.failedFuture(
                Problem.of(ProblemCode.OVER_CAPACITY, "too many sessions are being read at the moment")
                        .withRetryAfter(RETRY_AFTER_S)
                        .asException());
    }
}
