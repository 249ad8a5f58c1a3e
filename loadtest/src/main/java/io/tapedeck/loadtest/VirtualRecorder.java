package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ChunkCutter.Slice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * One visitor's browser: plays the recording again and again, each time as a new session, and sends each chunk when its
 * time has come, whether or not those before it were answered (an open model: a slow server does not slow the load
 * down). A chunk's latency counts from when it was due. All state is confined to the verticle's thread.
 */
final class VirtualRecorder extends VerticleBase {
    private static final int RETRY_MS_MIN = 200;
    private static final int RETRY_MS_MAX = 5_000;
    private static final int REQUEST_TIMEOUT_MS = 30_000;
    private static final int CROWDED_WAIT_MS = 10;

    private final LoadSettings settings;
    private final Recording recording;
    private final List<Slice> slices;
    private final HttpClient client;
    private final Counts counts;
    /** Shared by all recorders: bounds the requests in flight, and so the memory. */
    private final Semaphore inFlight;

    private final Consumer<PlayedSession> sessions;
    private final Random random;
    private final Promise<Void> finished = Promise.promise();
    private final long startDelayMs;
    private boolean stopping;
    private int open;

    VirtualRecorder(
            LoadSettings settings,
            Recording recording,
            List<Slice> slices,
            HttpClient client,
            Counts counts,
            Semaphore inFlight,
            Consumer<PlayedSession> sessions,
            int number) {
        this.settings = settings;
        this.recording = recording;
        this.slices = slices;
        this.client = client;
        this.counts = counts;
        this.inFlight = inFlight;
        this.sessions = sessions;
        this.random = new Random(System.nanoTime() + number);
        this.startDelayMs =
                1 + (long) (ChunkCutter.CHUNK_MS / settings.speed() * number / Math.max(1, settings.recorders()));
    }

    @Override
    public Future<?> start() {
        vertx.setTimer(startDelayMs, timer -> beginSession());
        return Future.succeededFuture();
    }

    /** Sends nothing new from now on; the future is for the answers still awaited. */
    Future<Void> finish() {
        context.runOnContext(now -> {
            stopping = true;
            completeIfIdle();
        });
        return finished.future();
    }

    private void beginSession() {
        if (stopping) {
            return;
        }
        long now = System.currentTimeMillis();
        long durationMs = recording.durationMs();
        // Played faster than recorded, the last event still is not in the future when it is sent.
        long aheadMs = Math.max(0, durationMs - (long) (durationMs / settings.speed()));
        PlayedSession played = new PlayedSession(recording, slices, newId("s"), newId("w"), now - aheadMs);
        sessions.accept(played);
        scheduleSlice(played, 0, System.nanoTime());
    }

    private String newId(String kind) {
        return "load-" + kind + "-" + Long.toHexString(random.nextLong()) + Long.toHexString(System.nanoTime());
    }

    private void scheduleSlice(PlayedSession played, int slice, long startNanos) {
        if (slice == slices.size()) {
            vertx.setTimer(1, timer -> beginSession());
            return;
        }
        long dueNanos = startNanos + (long) (slices.get(slice).sendAfterMs() * 1_000_000 / settings.speed());
        at(dueNanos, () -> {
            if (!stopping) {
                begin(new Upload(played, slice, dueNanos));
                scheduleSlice(played, slice + 1, startNanos);
            }
        });
    }

    private void at(long nanos, Runnable work) {
        long delayMs = (nanos - System.nanoTime()) / 1_000_000;
        vertx.setTimer(Math.max(1, delayMs), timer -> work.run());
    }

    private void begin(Upload upload) {
        if (!inFlight.tryAcquire()) {
            upload.countDelay();
            vertx.setTimer(CROWDED_WAIT_MS, timer -> {
                if (!stopping) {
                    begin(upload);
                }
            });
            return;
        }
        open++;
        upload.prepare();
        upload.send();
    }

    private void end() {
        open--;
        inFlight.release();
        completeIfIdle();
    }

    private void completeIfIdle() {
        if (stopping && open == 0) {
            finished.tryComplete();
        }
    }

    private static Buffer gzip(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(out.toByteArray());
    }

    /** One chunk on its way, from its first request to its ack or its end. */
    private final class Upload {
        private final PlayedSession played;
        private final int slice;
        private final long dueNanos;
        private int rawBytes;
        private Buffer body;
        private int attempts;
        private boolean repeating;
        private boolean delayed;

        Upload(PlayedSession played, int slice, long dueNanos) {
            this.played = played;
            this.slice = slice;
            this.dueNanos = dueNanos;
        }

        void countDelay() {
            if (!delayed) {
                delayed = true;
                counts.delayed.increment();
            }
        }

        void prepare() {
            byte[] json = played.envelope(slice, System.currentTimeMillis(), settings.maskingLevel());
            rawBytes = json.length;
            body = gzip(json);
            played.markSent(slice);
        }

        void send() {
            attempts++;
            counts.requests.increment();
            counts.bytesSent.add(body.length());
            RequestOptions request = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setHost(settings.target().getHost())
                    .setPort(settings.port())
                    .setSsl(settings.tls())
                    .setURI(settings.basePath() + "/ingest/v1/chunks?key=" + settings.key())
                    .setTimeout(REQUEST_TIMEOUT_MS)
                    .putHeader("Content-Type", "text/plain")
                    .putHeader("Content-Encoding", "gzip");
            client.request(request)
                    .compose(opened -> opened.send(body))
                    .compose(response -> response.end().map(response))
                    .onSuccess(this::answered)
                    .onFailure(error -> {
                        counts.error("network");
                        retry(0);
                    });
        }

        private void answered(HttpClientResponse response) {
            int status = response.statusCode();
            if (status == 200) {
                acked();
                return;
            }
            counts.error(Integer.toString(status));
            if (status == 429 || status >= 500) {
                retry(retryAfterMs(response));
            } else {
                giveUp();
            }
        }

        private void acked() {
            if (!repeating) {
                counts.ackedAfter((System.nanoTime() - dueNanos) / 1_000);
                counts.acked.increment();
                counts.ackedEvents.add(
                        slices.get(slice).to() - slices.get(slice).from());
                counts.bytesRaw.add(rawBytes);
                played.markAcked(slice);
                if (random.nextDouble() < settings.repeatShare()) {
                    repeating = true;
                    counts.repeats.increment();
                    send();
                    return;
                }
            }
            end();
        }

        private void retry(long askedMs) {
            long elapsedMs = (System.nanoTime() - dueNanos) / 1_000_000;
            if (elapsedMs > settings.patience().toMillis()) {
                giveUp();
                return;
            }
            long backOffMs = Math.min(RETRY_MS_MAX, (long) RETRY_MS_MIN << Math.min(attempts, 10));
            long jitteredMs = backOffMs / 2 + random.nextInt((int) backOffMs);
            vertx.setTimer(Math.max(askedMs, jitteredMs), timer -> send());
        }

        private void giveUp() {
            if (!repeating) {
                counts.givenUp.increment();
            }
            end();
        }

        private long retryAfterMs(HttpClientResponse response) {
            String seconds = response.getHeader("Retry-After");
            return seconds != null && seconds.matches("\\d{1,5}") ? Long.parseLong(seconds) * 1_000 : 0;
        }
    }
}
