package io.tapedeck.store.read;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Publishes buffers that are made one after another, each when it is asked for; an empty buffer is left out. It ends with
 * the last one, which need not be asked for.
 */
final class PulledPublisher implements Flow.Publisher<ByteBuffer> {
    private final Supplier<CompletableFuture<ByteBuffer>> next;
    private final BooleanSupplier isOver;

    /**
     * @param next called again only once the one before is done
     * @param isOver asked when a buffer is done: whether it was the last one
     */
    PulledPublisher(Supplier<CompletableFuture<ByteBuffer>> next, BooleanSupplier isOver) {
        this.next = next;
        this.isOver = isOver;
    }

    /** Publishes one buffer. */
    static PulledPublisher once(Supplier<CompletableFuture<ByteBuffer>> work) {
        return new PulledPublisher(work, () -> true);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Pull(subscriber));
    }

    private final class Pull implements Flow.Subscription {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private long demand;
        /** Whether a buffer is being made or given out. */
        private boolean busy;

        private boolean ended;

        Pull(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                if (end()) {
                    subscriber.onError(new IllegalArgumentException("a request must be for at least one buffer"));
                }
                return;
            }
            synchronized (this) {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
            pull();
        }

        private void pull() {
            synchronized (this) {
                if (busy || ended || demand == 0) {
                    return;
                }
                busy = true;
            }
            next.get().whenComplete(this::publish);
        }

        private void publish(ByteBuffer buffer, Throwable failure) {
            if (failure != null) {
                if (end()) {
                    subscriber.onError(failure);
                }
                return;
            }
            if (isWanted(buffer)) {
                subscriber.onNext(buffer);
            }
            if (isOver.getAsBoolean()) {
                if (end()) {
                    subscriber.onComplete();
                }
                return;
            }
            synchronized (this) {
                busy = false;
            }
            pull();
        }

        private synchronized boolean isWanted(ByteBuffer buffer) {
            if (ended || !buffer.hasRemaining()) {
                return false;
            }
            demand--;
            return true;
        }

        private synchronized boolean end() {
            boolean first = !ended;
            ended = true;
            return first;
        }

        @Override
        public void cancel() {
            end();
        }
    }
}
