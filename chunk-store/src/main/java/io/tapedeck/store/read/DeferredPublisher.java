package io.tapedeck.store.read;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Publishes the one buffer of a future that is begun when it is first asked for; an empty buffer is left out. */
final class DeferredPublisher implements Flow.Publisher<ByteBuffer> {
    private final Supplier<CompletableFuture<ByteBuffer>> work;

    DeferredPublisher(Supplier<CompletableFuture<ByteBuffer>> work) {
        this.work = work;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Once(subscriber));
    }

    private final class Once implements Flow.Subscription {
        private static final int WAITING = 0;
        private static final int BEGUN = 1;
        private static final int ENDED = 2;

        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final AtomicInteger state = new AtomicInteger(WAITING);

        Once(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                if (state.getAndSet(ENDED) != ENDED) {
                    subscriber.onError(new IllegalArgumentException("a request must be for at least one buffer"));
                }
            } else if (state.compareAndSet(WAITING, BEGUN)) {
                work.get().whenComplete(this::publish);
            }
        }

        private void publish(ByteBuffer buffer, Throwable failure) {
            if (!state.compareAndSet(BEGUN, ENDED)) {
                return;
            }
            if (failure != null) {
                subscriber.onError(failure);
                return;
            }
            if (buffer.hasRemaining()) {
                subscriber.onNext(buffer);
            }
            subscriber.onComplete();
        }

        @Override
        public void cancel() {
            state.set(ENDED);
        }
    }
}
