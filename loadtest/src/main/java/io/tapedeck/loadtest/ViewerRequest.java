package io.tapedeck.loadtest;

import io.tapedeck.loadtest.PlaybackCounts.Question;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.concurrent.TimeoutException;

/**
 * One question of a viewer, from when it is due to its answer or its end: refusals that may pass and lost connections are
 * tried again as often as the web app does. Confined to its viewer's thread.
 */
final class ViewerRequest<T> {
    private static final int ATTEMPTS_MAX = 4;
    private static final int BACK_OFF_MS = 400;
    private static final long RETRY_AFTER_MS_MAX = 15_000;
    private static final int CROWDED_WAIT_MS = 10;

    private final Vertx vertx;
    private final ViewerLine line;
    private final Question question;
    private final String path;
    private final long bytes;
    private final long dueNanos;
    private final Reader<T> reader;
    private final Promise<Answer<T>> promise = Promise.promise();
    private int attempts;
    private long firstByteNanos;

    /** Takes an answer's body. */
    interface Reader<T> {
        Future<T> read(String coding, Buffer body);
    }

    /** @param firstByteNanos when it began, as of {@link System#nanoTime} */
    record Answer<T>(T content, long firstByteNanos) {}

    /** The session has changed since its manifest. */
    static final class StaleRev extends Exception {
        private static final long serialVersionUID = 1;

        StaleRev() {
            super("409", null, false, false);
        }
    }

    /** The session is not there: not yet, or no longer. Who follows a session may be early. */
    static final class NotThere extends Exception {
        private static final long serialVersionUID = 1;

        NotThere() {
            super("404", null, false, false);
        }
    }

    /** No answer that can be used came. */
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1;

        NoAnswer(String kind) {
            super(kind, null, false, false);
        }
    }

    /** @param bytes about as large as the answer will be */
    ViewerRequest(
            Vertx vertx, ViewerLine line, Question question, String path, long bytes, long dueNanos, Reader<T> reader) {
        this.vertx = vertx;
        this.line = line;
        this.question = question;
        this.path = path;
        this.bytes = bytes;
        this.dueNanos = dueNanos;
        this.reader = reader;
    }

    /** Sends it once there is room for the answer; fails with {@link StaleRev}, {@link NotThere} or {@link NoAnswer}. */
    Future<Answer<T>> begin() {
        if (line.tryOccupy(bytes)) {
            send();
        } else {
            line.counts().delayed.increment();
            vertx.setTimer(CROWDED_WAIT_MS, timer -> occupy());
        }
        return promise.future().onComplete(ended -> line.free(bytes));
    }

    private void occupy() {
        if (line.tryOccupy(bytes)) {
            send();
        } else {
            vertx.setTimer(CROWDED_WAIT_MS, timer -> occupy());
        }
    }

    private void send() {
        attempts++;
        firstByteNanos = 0;
        line.counts().asked(question);
        line.get(path)
                .compose(request -> request.send())
                .compose(response -> {
                    firstByteNanos = System.nanoTime();
                    return response.body().map(body -> new Received(response, body));
                })
                .onSuccess(this::received)
                .onFailure(this::lost);
    }

    private record Received(HttpClientResponse response, Buffer body) {}

    private void received(Received received) {
        HttpClientResponse response = received.response();
        int status = response.statusCode();
        if (status == 200) {
            String coding =
                    response.headers().contains("Content-Encoding") ? response.getHeader("Content-Encoding") : "";
            long endedNanos = System.nanoTime();
            line.counts()
                    .answered(
                            question,
                            (endedNanos - dueNanos) / 1_000,
                            (firstByteNanos - dueNanos) / 1_000,
                            received.body().length());
            reader.read(coding, received.body())
                    .map(content -> new Answer<>(content, firstByteNanos))
                    .onComplete(promise);
            return;
        }
        if (status == 409) {
            line.counts().stale.increment();
            promise.fail(new StaleRev());
            return;
        }
        if (status == 404 && question == Question.LIVE_MANIFEST) {
            promise.fail(new NotThere());
            return;
        }
        if (status == 404 && question.isOfASession()) {
            line.counts().error(question, "404");
            line.counts().givenUp.increment();
            promise.fail(new NotThere());
            return;
        }
        line.counts().error(question, Integer.toString(status));
        long askedMs = RetryAfter.millis(response);
        if (askedMs == 0 && (status == 429 || status == 503)) {
            line.counts().retryAfterMissing.increment();
        }
        if (status == 429 || status >= 500) {
            again(Integer.toString(status), askedMs);
        } else {
            giveUp(Integer.toString(status));
        }
    }

    private void lost(Throwable cause) {
        String kind = cause instanceof TimeoutException ? "timeout" : firstByteNanos > 0 ? "cut" : "network";
        line.counts().error(question, kind);
        again(kind, 0);
    }

    private void again(String kind, long askedMs) {
        if (attempts == ATTEMPTS_MAX) {
            giveUp(kind);
            return;
        }
        long waitMs = askedMs > 0 ? Math.min(askedMs, RETRY_AFTER_MS_MAX) : (long) BACK_OFF_MS << attempts;
        vertx.setTimer(waitMs, timer -> send());
    }

    private void giveUp(String kind) {
        line.counts().givenUp.increment();
        promise.fail(new NoAnswer(kind));
    }
}
