package io.tapedeck.playback;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;

/**
 * Stored zstd frames as gzip or plain NDJSON, made while they flow. For one subscriber.
 *
 * <p>Bytes are decoded only on the executor, a piece of {@value #PIECE_BYTES} bytes at a time and only when the
 * subscriber has asked for more: between pieces no thread is held, so that a slow client costs memory for one stored
 * buffer, one decoding window and one piece, and nothing else. Native memory is freed at the end, at a failure and on
 * cancelling, always on the executor. Frames with a window over 8 MB, a wrong checksum or a missing end fail with
 * CORRUPT.
 */
final class TranscodingPublisher implements Flow.Publisher<ByteBuffer> {
    /** Raw bytes decoded before the result is handed on and other streams get their turn. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final Flow.Publisher<ByteBuffer> frames;
    private final ContentCoding coding;
    private final int gzipLevel;
    private final Executor executor;

    /** @param executor has at most one task of each subscription at a time; if it refuses it, the stream ends as UNAVAILABLE */
    TranscodingPublisher(Flow.Publisher<ByteBuffer> frames, ContentCoding coding, int gzipLevel, Executor executor) {
        if (coding == ContentCoding.ZSTD) {
            throw new IllegalArgumentException("zstd is not transcoded");
        }
        this.frames = frames;
        this.coding = coding;
        this.gzipLevel = gzipLevel;
        this.executor = executor;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        frames.subscribe(new Transcoding(subscriber));
    }

    private OutputStream encoder(ByteArrayOutputStream encoded) throws IOException {
        return coding == ContentCoding.GZIP ? new LevelledGzip(encoded, gzipLevel) : encoded;
    }

    /**
     * Between the publisher of frames and the subscriber. Signals of both sides only set fields and call
     * {@link #schedule}; everything else happens in {@link #run}, which is never run twice at once.
     */
    private final class Transcoding implements Flow.Subscriber<ByteBuffer>, Flow.Subscription, Runnable {
        private final Flow.Subscriber<? super ByteBuffer> downstream;
        /** Holds at most the one buffer that was asked for. */
        private final Queue<ByteBuffer> received = new ConcurrentLinkedQueue<>();

        private final AtomicLong demand = new AtomicLong();
        private final AtomicInteger signals = new AtomicInteger();
        private final byte[] piece = new byte[PIECE_BYTES];
        private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();

        private Flow.Subscription upstream;
        private volatile boolean upstreamDone;
        private volatile Throwable upstreamFailure;
        private volatile boolean cancelled;

        private FrameDecoder decoder;
        private OutputStream encoder;
        private boolean awaitingBuffer;
        private boolean finished;

        Transcoding(Flow.Subscriber<? super ByteBuffer> downstream) {
            this.downstream = downstream;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            downstream.onSubscribe(this);
        }

        @Override
        public void onNext(ByteBuffer buffer) {
            received.add(buffer);
            schedule();
        }

        @Override
        public void onError(Throwable failure) {
            upstreamFailure = failure;
            schedule();
        }

        @Override
        public void onComplete() {
            upstreamDone = true;
            schedule();
        }

        @Override
        public void request(long count) {
            demand.accumulateAndGet(count, (held, more) -> held + more < 0 ? Long.MAX_VALUE : held + more);
            schedule();
        }

        @Override
        public void cancel() {
            cancelled = true;
            upstream.cancel();
            schedule();
        }

        private void schedule() {
            if (signals.getAndIncrement() == 0) {
                submit();
            }
        }

        /** Only called while nobody runs this, or by who does. */
        private void submit() {
            try {
                executor.execute(this);
            } catch (RejectedExecutionException e) {
                fail(new StoreException(StoreErrorKind.UNAVAILABLE, "playback has ended", e));
            }
        }

        @Override
        public void run() {
            int handled = signals.get();
            boolean more;
            try {
                more = !finished && step();
            } catch (IOException | RuntimeException e) {
                fail(e);
                more = false;
            }
            if (!finished && (more || signals.addAndGet(-handled) != 0)) {
                submit();
            }
        }

        /** Does one piece of work; returns whether there may be another one to do already. */
        private boolean step() throws IOException {
            if (cancelled) {
                finish();
                return false;
            }
            if (upstreamFailure != null) {
                fail(upstreamFailure);
                return false;
            }
            if (demand.get() == 0) {
                return false;
            }
            if (decoder == null) {
                decoder = new FrameDecoder();
                encoder = encoder(encoded);
            }
            int length = decoder.read(piece);
            if (length >= 0) {
                encoder.write(piece, 0, length);
                emit(PIECE_BYTES / 4);
                return true;
            }
            return refill();
        }

        /** Gives the decoder the next stored bytes, or ends the stream after the last ones. */
        private boolean refill() throws IOException {
            // Read before looking at the queue: whatever came before the end is then seen.
            boolean done = upstreamDone;
            ByteBuffer next = received.poll();
            if (next != null) {
                awaitingBuffer = false;
                decoder.feed(next);
                return true;
            }
            if (done) {
                decoder.requireWholeFrames();
                encoder.close();
                emit(1);
                finish();
                downstream.onComplete();
                return false;
            }
            if (!awaitingBuffer) {
                awaitingBuffer = true;
                upstream.request(1);
            }
            return false;
        }

        private void emit(int bytesMin) {
            if (encoded.size() >= bytesMin) {
                ByteBuffer buffer = ByteBuffer.wrap(encoded.toByteArray());
                encoded.reset();
                demand.decrementAndGet();
                downstream.onNext(buffer);
            }
        }

        private void fail(Throwable cause) {
            if (finished) {
                return;
            }
            upstream.cancel();
            finish();
            downstream.onError(
                    cause instanceof IOException
                            ? new StoreException(StoreErrorKind.CORRUPT, "stored frames cannot be decoded", cause)
                            : cause);
        }

        private void finish() {
            finished = true;
            received.clear();
            try {
                if (decoder != null) {
                    decoder.close();
                    encoder.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("closing streams in memory", e);
            }
        }
    }

    /** {@link GZIPOutputStream} with a level. */
    private static final class LevelledGzip extends GZIPOutputStream {
        LevelledGzip(OutputStream out, int level) throws IOException {
            super(out, 8 * 1024);
            def.setLevel(level);
        }
    }
}
