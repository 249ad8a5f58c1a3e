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

    private final HttpServerRequest request;
    private final int bytesMax;
    private final WireBody body;
    private final Promise<WireBody> promise = Promise.promise();
    private final Deadlines idle;
    private final long deadlineNs;
    private Deadlines.Wait wait;
    private boolean anyBytes;

    private BodyReader(HttpServerRequest request, RecorderSettings settings, Deadlines idle, MemoryBudget budget) {
        this.request = request;
        this.bytesMax = settings.wireBytesMax();
        this.body = new WireBody(budget, declaredLength(request));
        this.idle = idle;
        this.deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.bodyMs());
        this.wait = idle.begin(this::look);
    }

    /** For how long bodies are waited for before they are looked at; one whose time is over is cut off when it is looked at. */
    static Deadlines deadlines(Vertx vertx, RecorderSettings settings) {
        return new Deadlines(vertx, Math.min(settings.bodyIdleMs(), settings.bodyMs()));
    }

    /**
     * Reads the body of a paused request.
     *
     * @param idle see {@link #deadlines}
     * @return fails with a {@link io.tapedeck.http.ProblemException} at a bound and with {@link ClientGone} if the
     *     client goes
     */
    static Future<WireBody> read(
            HttpServerRequest request, RecorderSettings settings, Deadlines idle, MemoryBudget budget) {
        if (declaredLength(request) > settings.wireBytesMax()) {
            return Future.failedFuture(tooLarge(settings.wireBytesMax()));
        }
        return new BodyReader(request, settings, idle, budget).start();
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

    /** Whether anything came since it was last looked, so that no wait is begun for each read. */
    private void look() {
        if (!anyBytes || deadlineNs - System.nanoTime() <= 0) {
            fail(tooSlow());
            return;
        }
        anyBytes = false;
        wait = idle.begin(this::look);
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
        wait.end();
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
