package io.tapedeck.playback;

import io.netty.buffer.Unpooled;
import io.tapedeck.http.Problems;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * One answer on its way from a publisher of bytes to a client, at the client's pace. Lives on the request's context.
 *
 * <p>Buffers are asked for ahead, so that the store is never idle, but only as many as make {@value #AHEAD_BYTES} bytes
 * by the largest one seen, and none while the response's own queue is full. A client that is gone, or that takes
 * nothing for the time given, cancels the publisher. If the bytes fail before the first one is sent the future fails and the
 * request is still to be answered; after that the connection is reset, so that the client sees that something is missing.
 */
final class EventDelivery implements Flow.Subscriber<ByteBuffer> {
    /** How a delivery ended. */
    enum Outcome {
        COMPLETE,
        CLIENT_GONE,
        CLIENT_STALLED,
        /** The store failed after the head was sent. */
        CUT
    }

    private static final long AHEAD_BYTES = 1L << 20;
    private static final int AHEAD_BUFFERS_MAX = 32;
    /** Until the size of buffers is known. */
    private static final int AHEAD_BUFFERS_AT_FIRST = 2;

    private final RoutingContext ctx;
    private final Vertx vertx;
    private final Context context;
    private final HttpServerResponse response;
    private final long bytesExpected;
    private final LongConsumer bytesSent;
    private final long stallTimeoutMs;
    private final Promise<Outcome> ended = Promise.promise();

    private Flow.Subscription subscription;
    private int outstanding;
    private int largestBytes;
    private long bytes;
    private boolean draining;
    private boolean done;
    private long progressNs;
    private long stallTimer;

    private EventDelivery(RoutingContext ctx, long bytesExpected, long stallTimeoutMs, LongConsumer bytesSent) {
        this.ctx = ctx;
        this.vertx = ctx.vertx();
        this.context = vertx.getOrCreateContext();
        this.response = ctx.response();
        this.bytesExpected = bytesExpected;
        this.stallTimeoutMs = stallTimeoutMs;
        this.bytesSent = bytesSent;
    }

    /**
     * Sends everything that the publisher yields as the body of an answer whose status and headers are set. Called on
     * the request's context.
     *
     * @param bytesExpected how many bytes there will be, or -1; other than that many is a failure
     * @param stallTimeoutMs how long a client may take nothing
     * @param bytesSent told of each buffer's size
     */
    static Future<Outcome> send(
            RoutingContext ctx,
            Flow.Publisher<ByteBuffer> publisher,
            long bytesExpected,
            long stallTimeoutMs,
            LongConsumer bytesSent) {
        if (ctx.response().closed()) {
            return Future.succeededFuture(Outcome.CLIENT_GONE);
        }
        EventDelivery delivery = new EventDelivery(ctx, bytesExpected, stallTimeoutMs, bytesSent);
        ctx.addEndHandler(end -> delivery.clientEnded());
        delivery.watchForStalls();
        if (bytesExpected < 0) {
            delivery.response.setChunked(true);
        }
        publisher.subscribe(delivery);
        return delivery.ended.future();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        context.runOnContext(v -> {
            if (done) {
                given.cancel();
                return;
            }
            subscription = given;
            requestMore();
        });
    }

    @Override
    public void onNext(ByteBuffer buffer) {
        context.runOnContext(v -> write(buffer));
    }

    @Override
    public void onError(Throwable failure) {
        context.runOnContext(v -> fail(failure));
    }

    @Override
    public void onComplete() {
        context.runOnContext(v -> complete());
    }

    private void write(ByteBuffer buffer) {
        outstanding--;
        if (done) {
            return;
        }
        int length = buffer.remaining();
        bytes += length;
        if (bytesExpected >= 0 && bytes > bytesExpected) {
            fail(wrongLength());
            return;
        }
        largestBytes = Math.max(largestBytes, length);
        progressNs = System.nanoTime();
        bytesSent.accept(length);
        response.write(BufferInternal.buffer(Unpooled.wrappedBuffer(buffer)));
        requestMore();
    }

    private void requestMore() {
        if (done || draining) {
            return;
        }
        if (response.writeQueueFull()) {
            draining = true;
            response.drainHandler(v -> {
                draining = false;
                progressNs = System.nanoTime();
                requestMore();
            });
            return;
        }
        int wanted = ahead() - outstanding;
        if (wanted > 0) {
            outstanding += wanted;
            subscription.request(wanted);
        }
    }

    private int ahead() {
        return largestBytes == 0
                ? AHEAD_BUFFERS_AT_FIRST
                : (int) Math.max(1, Math.min(AHEAD_BUFFERS_MAX, AHEAD_BYTES / largestBytes));
    }

    private void complete() {
        if (done) {
            return;
        }
        if (bytesExpected >= 0 && bytes < bytesExpected) {
            fail(wrongLength());
            return;
        }
        finish();
        response.end();
        ended.complete(Outcome.COMPLETE);
    }

    private void fail(Throwable failure) {
        if (done) {
            return;
        }
        finish();
        subscription.cancel();
        if (!response.headWritten()) {
            ended.fail(failure);
            return;
        }
        Problems.answer(ctx, Problems.report(ctx, failure));
        ended.complete(Outcome.CUT);
    }

    private void clientEnded() {
        stop(Outcome.CLIENT_GONE);
    }

    private void stop(Outcome outcome) {
        if (done) {
            return;
        }
        finish();
        if (subscription != null) {
            subscription.cancel();
        }
        ended.complete(outcome);
    }

    private void finish() {
        done = true;
        vertx.cancelTimer(stallTimer);
    }

    private void watchForStalls() {
        progressNs = System.nanoTime();
        stallTimer = vertx.setPeriodic(Math.max(1, stallTimeoutMs / 4), timer -> {
            boolean waitingForClient = draining;
            long stalledMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - progressNs);
            if (waitingForClient && stalledMs >= stallTimeoutMs) {
                stop(Outcome.CLIENT_STALLED);
                response.reset();
            }
        });
    }

    private StoreException wrongLength() {
        return new StoreException(
                StoreErrorKind.CORRUPT, "stored frames are not " + bytesExpected + " bytes long but " + bytes);
    }
}
