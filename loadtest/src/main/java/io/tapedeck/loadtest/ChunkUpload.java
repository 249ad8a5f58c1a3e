package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ChunkCutter.Slice;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.function.Consumer;

/**
 * One chunk on its way, from its first request to its ack or its end: refusals that may pass and lost connections are
 * tried again with the same bytes, after a growing, jittered pause or the one that the server asks for, unless that would
 * be after the patience. Confined to its recorder's thread.
 */
final class ChunkUpload {
    private static final int RETRY_MS_MIN = 200;
    private static final int RETRY_MS_MAX = 5_000;

    private final Recorder recorder;
    private final PlayedWindow window;
    private final int slice;
    private final long dueNanos;
    private final boolean repeat;
    private int rawBytes;
    private Buffer body;
    private int attempts;

    /** Who the upload belongs to. */
    interface Recorder {
        LoadSettings settings();

        Script script();

        Counts counts();

        /** Posts a body; exactly one of the two is called. */
        void post(Buffer body, Consumer<HttpClientResponse> answered, Runnable lost);

        void after(long delayMs, Runnable work);

        /** A number in {@code [0, bound)} by chance. */
        int chance(int bound);

        /** The upload is done with, acked or not. */
        void ended(ChunkUpload upload, boolean acked);
    }

    ChunkUpload(Recorder recorder, PlayedWindow window, int slice, long dueNanos) {
        this(recorder, window, slice, dueNanos, false);
    }

    private ChunkUpload(Recorder recorder, PlayedWindow window, int slice, long dueNanos, boolean repeat) {
        this.recorder = recorder;
        this.window = window;
        this.slice = slice;
        this.dueNanos = dueNanos;
        this.repeat = repeat;
    }

    /** The same bytes once more, though they were acked. */
    ChunkUpload again(long afterMs) {
        ChunkUpload again = new ChunkUpload(recorder, window, slice, System.nanoTime() + afterMs * 1_000_000, true);
        again.body = body;
        again.rawBytes = rawBytes;
        return again;
    }

    /** Ends what waited for a place and is not to be sent any more: that it waited so long is a latency all the same. */
    void leave() {
        if (!repeat) {
            recorder.counts().unsent.increment();
            recorder.counts().ackedAfter((System.nanoTime() - dueNanos) / 1_000);
        }
    }

    /** Whether it sends what was acked before. */
    boolean isRepeat() {
        return repeat;
    }

    void begin() {
        if (body == null) {
            Script.Body made = recorder.script()
                    .body(
                            window,
                            slice,
                            System.currentTimeMillis(),
                            recorder.settings().maskingLevel());
            rawBytes = made.rawBytes();
            body = made.gzip();
            window.markSent(slice);
        }
        send();
    }

    private void send() {
        attempts++;
        recorder.counts().requests.increment();
        recorder.counts().bytesSent.add(body.length());
        recorder.post(body, this::answered, () -> {
            recorder.counts().error("network");
            retry(0);
        });
    }

    private void answered(HttpClientResponse response) {
        int status = response.statusCode();
        if (status == 200) {
            acked();
            return;
        }
        recorder.counts().error(Integer.toString(status));
        if (status == 429 || status >= 500) {
            long askedMs = RetryAfter.millis(response);
            if (askedMs == 0 && (status == 429 || status == 503)) {
                recorder.counts().retryAfterMissing.increment();
            }
            retry(askedMs);
        } else {
            giveUp();
        }
    }

    private void acked() {
        Counts counts = recorder.counts();
        if (repeat) {
            counts.repeats.increment();
        } else {
            Slice range = window.slices().get(slice);
            counts.ackedAfter((System.nanoTime() - dueNanos) / 1_000);
            counts.acked.increment();
            counts.ackedEvents.add(range.to() - range.from());
            counts.bytesRaw.add(rawBytes);
            window.markAcked(slice);
        }
        recorder.ended(this, true);
    }

    private void retry(long askedMs) {
        long backOffMs = Math.min(RETRY_MS_MAX, (long) RETRY_MS_MIN << Math.min(attempts, 10));
        long jitteredMs = backOffMs / 2 + recorder.chance((int) backOffMs);
        long waitMs = Math.max(askedMs, jitteredMs);
        long elapsedMs = (System.nanoTime() - dueNanos) / 1_000_000;
        if (elapsedMs + waitMs > recorder.settings().patience().toMillis()) {
            giveUp();
            return;
        }
        recorder.after(waitMs, this::send);
    }

    private void giveUp() {
        if (!repeat) {
            recorder.counts().givenUp.increment();
            window.markGivenUp(slice);
        }
        recorder.ended(this, false);
    }
}
