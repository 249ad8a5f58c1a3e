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
 * the other; the line is bounded, and so is the wait. Places and line are divided as {@link DividedPlaces} says. Thread-safe.
 */
final class StreamPlaces {
    private static final int LINE_FOR_EACH_PLACE = 16;
    private static final int RETRY_AFTER_S = 1;

    private final Vertx vertx;
    private final long waitMs;
    private final Counter refused;
    private final DividedPlaces places;
    private final DividedPlaces placesInLine;
    /** Nobody in it could have a place at the moment. */
    private final Queue<Waiter> line = new ArrayDeque<>();

    private record Waiter(PlaceHolder holder, Context context, Promise<Void> place) {}

    /** @param waitMs how long to wait in line */
    StreamPlaces(Vertx vertx, int max, long waitMs, MeterRegistry meters) {
        this.vertx = vertx;
        this.waitMs = waitMs;
        this.places = new DividedPlaces(max);
        this.placesInLine = new DividedPlaces(max * LINE_FOR_EACH_PLACE);
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
        return places.taken();
    }

    private synchronized int waiting() {
        return line.size();
    }

    /**
     * Completes on the caller's context once there is a place, which the caller must {@link #free}; fails with OVER_CAPACITY if
     * the line is full or the wait too long.
     */
    Future<Void> take(PlaceHolder holder) {
        Waiter waiter;
        synchronized (this) {
            if (places.isThereOneFor(holder)) {
                places.take(holder);
                return Future.succeededFuture();
            }
            if (!placesInLine.isThereOneFor(holder)) {
                return refused();
            }
            waiter = new Waiter(holder, vertx.getOrCreateContext(), Promise.promise());
            placesInLine.take(holder);
            line.add(waiter);
        }
        long timer = vertx.setTimer(waitMs, due -> giveUp(waiter));
        return waiter.place().future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /** Gives a place back: to who waits longest of those who may have it, if anybody may. */
    void free(PlaceHolder holder) {
        Waiter next;
        synchronized (this) {
            places.free(holder);
            next = nextInLine();
        }
        if (next != null) {
            next.context().runOnContext(now -> next.place().complete());
        }
    }

    private Waiter nextInLine() {
        for (Waiter waiter : line) {
            if (places.isThereOneFor(waiter.holder())) {
                leaveLine(waiter);
                places.take(waiter.holder());
                return waiter;
            }
        }
        return null;
    }

    private boolean leaveLine(Waiter waiter) {
        boolean waited = line.remove(waiter);
        if (waited) {
            placesInLine.free(waiter.holder());
        }
        return waited;
    }

    private void giveUp(Waiter waiter) {
        boolean waits;
        synchronized (this) {
            waits = leaveLine(waiter);
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
