package io.tapedeck.store.object;

import io.tapedeck.store.StoreException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A range of bytes read from a blocking source on a store's threads, as fast as the subscriber asks and no faster. Each
 * subscription opens a source of its own at its first request and closes it at its end, whichever way it ends.
 */
final class RangePublisher implements Flow.Publisher<ByteBuffer> {
    static final int BUFFER_BYTES_MAX = 256 * 1024;

    /** Opened bytes; used by one thread at a time. */
    interface Source extends Closeable {
        /** Fills the buffer with the bytes from {@code offset}, or throws. */
        void read(long offset, ByteBuffer into) throws IOException;
    }

    /** Finds the object, makes sure that it holds the range, and opens it. */
    interface Opener {
        Source open() throws IOException;
    }

    private final StoreThreads threads;
    private final Opener opener;
    private final long offset;
    private final long length;
    private final Function<Throwable, StoreException> toStoreException;

    RangePublisher(
            StoreThreads threads,
            Opener opener,
            long offset,
            long length,
            Function<Throwable, StoreException> toStoreException) {
        this.threads = threads;
        this.opener = opener;
        this.offset = offset;
        this.length = length;
        this.toStoreException = toStoreException;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Subscription(subscriber));
    }

    private final class Subscription implements Flow.Subscription, Runnable {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final AtomicLong demand = new AtomicLong();
        /** Signals not yet acted on. Who raises it from 0 starts a run; so one run is under way at most. */
        private final AtomicInteger signals = new AtomicInteger();

        private volatile boolean cancelled;
        private volatile boolean illegalRequest;

        // Touched by the run alone.
        private Source source;
        private long position = offset;
        private boolean ended;

        Subscription(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                illegalRequest = true;
            } else {
                demand.accumulateAndGet(n, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
            }
            signal();
        }

        @Override
        public void cancel() {
            cancelled = true;
            signal();
        }

        private void signal() {
            if (signals.getAndIncrement() != 0) {
                return;
            }
            try {
                threads.execute(this);
            } catch (StoreException e) {
                fail(e); // no run is under way and none can start: this thread has the subscription to itself
            }
        }

        @Override
        public void run() {
            int seen = signals.get();
            do {
                act();
                seen = signals.addAndGet(-seen);
            } while (seen != 0);
        }

        private void act() {
            if (ended) {
                return;
            }
            try {
                if (illegalRequest && !cancelled) {
                    end();
                    subscriber.onError(new IllegalArgumentException("a request must be for 1 or more"));
                }
                while (!ended && !cancelled && demand.get() > 0) {
                    advance();
                }
                if (cancelled) {
                    end();
                }
            } catch (Throwable e) {
                fail(toStoreException.apply(e));
            }
        }

        private void advance() throws IOException {
            if (source == null) {
                source = opener.open();
            }
            long left = offset + length - position;
            if (left > 0) {
                ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(left, BUFFER_BYTES_MAX));
                source.read(position, buffer);
                position += buffer.position();
                left -= buffer.position();
                demand.updateAndGet(n -> n == Long.MAX_VALUE ? n : n - 1);
                subscriber.onNext(buffer.flip());
            }
            if (left == 0 && !cancelled) {
                end();
                subscriber.onComplete();
            }
        }

        private void fail(StoreException error) {
            boolean first = !ended;
            end();
            if (first && !cancelled) {
                subscriber.onError(error);
            }
        }

        private void end() {
            ended = true;
            if (source != null) {
                try {
                    source.close();
                } catch (IOException ignored) {
                    // Only ever read from: there is nothing that a failed close could lose.
                }
                source = null;
            }
        }
    }
}
