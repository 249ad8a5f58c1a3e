package io.tapedeck.recorder;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.recorder.inflate.MemoryBudget;
import io.tapedeck.recorder.inflate.WireBody;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;

/**
 * Reads one request's body, counting while it comes, and stops at every bound: its length, the memory there is, the time
 * it may take. Lives on the request's event loop.
 */
final class BodyReader {
    /** After an early answer this much is still read and dropped, so that the client gets to see the answer. */
    private static final long DRAIN_BYTES_MAX = 32L << 20;

    private static final long DRAIN_MS = 10_000;

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final int bytesMax;
    private final WireBody body;
    private final Promise<WireBody> promise = Promise.promise();
    private final long idleMs;
    private final long deadlineNs;
    private long timer;
    private boolean anyBytes;

    private BodyReader(Vertx vertx, HttpServerRequest request, RecorderSettings settings, MemoryBudget budget) {
        this.vertx = vertx;
        this.request = request;
        this.bytesMax = settings.wireBytesMax();
        this.body = new WireBody(budget, declaredLength(request));
        this.idleMs = settings.bodyIdleMs();
        this.deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.bodyMs());
        this.timer = vertx.setTimer(waitMs(), id -> onTimer());
    }

    /**
     * Reads the body of a paused request.
     *
     * @return fails with a {@link io.tapedeck.http.ProblemException} at a bound and with {@link ClientGone} if the
     *     client goes
     */
    static Future<WireBody> read(
            Vertx vertx, HttpServerRequest request, RecorderSettings settings, MemoryBudget budget) {
        if (declaredLength(request) > settings.wireBytesMax()) {
            return Future.failedFuture(tooLarge(settings.wireBytesMax()));
        }
        return new BodyReader(vertx, request, settings, budget).start();
    }

    /** Drops what is left of a body that was answered early; a client that does not stop loses its connection. */
    static void drain(Vertx vertx, HttpServerRequest request) {
        if (request.isEnded()) {
            return;
        }
        long[] dropped = {0};
        long timer = vertx.setTimer(DRAIN_MS, id -> cut(request));
        request.exceptionHandler(gone -> vertx.cancelTimer(timer));
        request.endHandler(end -> vertx.cancelTimer(timer));
        request.handler(buffer -> {
            dropped[0] += buffer.length();
            if (dropped[0] > DRAIN_BYTES_MAX) {
                vertx.cancelTimer(timer);
                cut(request);
            }
        });
        request.resume();
    }

    /** HTTP/2 shares a connection among requests: there only this one is cut. */
    private static void cut(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset();
        } else {
            request.connection().close();
        }
    }

    private Future<WireBody> start() {
        request.exceptionHandler(gone -> fail(new ClientGone()));
        request.endHandler(end -> succeed());
        request.handler(this::append);
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        request.resume();
        return promise.future();
    }

    private void append(Buffer buffer) {
        anyBytes = true;
        if ((long) body.length() + buffer.length() > bytesMax) {
            fail(tooLarge(bytesMax));
            return;
        }
        try {
            body.append(buffer);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** The timer looks at whether anything came since it last looked, so that no timer is set for each read. */
    private void onTimer() {
        if (!anyBytes || deadlineNs - System.nanoTime() <= 0) {
            fail(tooSlow());
            return;
        }
        anyBytes = false;
        timer = vertx.setTimer(waitMs(), id -> onTimer());
    }

    /** Until it must be looked whether the body is too slow. */
    private long waitMs() {
        long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime()) + 1;
        return Math.max(1, Math.min(idleMs, leftMs));
    }

    private void succeed() {
        stop();
        promise.tryComplete(body);
    }

    private void fail(Throwable cause) {
        stop();
        promise.tryFail(cause);
    }

    private void stop() {
        if (!request.isEnded()) {
            // One that has ended can't be paused over HTTP/2.
            request.pause();
        }
        request.handler(null);
        request.endHandler(null);
        request.exceptionHandler(null);
        vertx.cancelTimer(timer);
    }

    private static long declaredLength(HttpServerRequest request) {
        String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return declared == null ? -1 : Long.parseLong(declared);
    }

    private static RuntimeException tooLarge(int bytesMax) {
        return Problem.of(ProblemCode.TOO_LARGE, "the body is larger than " + bytesMax + " bytes")
                .asException();
    }

    private static RuntimeException tooSlow() {
        return Problem.of(ProblemCode.REQUEST_TIMEOUT, "the body came too slowly")
                .asException();
    }

    /** The client closed its connection before its body was complete: there is nobody to answer. */
    static final class ClientGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ClientGone() {
            super("the client went away", null, false, false);
        }
    }
}
