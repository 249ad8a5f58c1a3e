package io.tapedeck.store.object;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** A range of no bytes: at the first request it makes sure that the object is there, and ends. */
record EmptyPublisher(Supplier<CompletableFuture<Void>> check) implements Flow.Publisher<ByteBuffer> {
    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        AtomicBoolean started = new AtomicBoolean();
        AtomicBoolean ended = new AtomicBoolean();
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                if (n <= 0 && ended.compareAndSet(false, true)) {
                    subscriber.onError(new IllegalArgumentException("a request must be for 1 or more"));
                } else if (started.compareAndSet(false, true)) {
                    Outcomes.of(check.get()).whenComplete((done, error) -> {
                        if (!ended.compareAndSet(false, true)) {
                            return;
                        }
                        if (error == null) {
                            subscriber.onComplete();
                        } else {
                            subscriber.onError(error);
                        }
                    });
                }
            }

            @Override
            public void cancel() {
                ended.set(true);
            }
        });
    }
}
