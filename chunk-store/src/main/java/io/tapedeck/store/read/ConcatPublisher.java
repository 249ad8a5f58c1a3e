package io.tapedeck.store.read;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Publishes one part after another to one subscriber, which sees a single stream: what it asked for and did not get from
 * one part is asked of the next. A part is made when its turn comes, and not before anything was asked for.
 */
final class ConcatPublisher implements Flow.Publisher<ByteBuffer> {
    private final List<Supplier<Flow.Publisher<ByteBuffer>>> parts;
    private final Function<Throwable, Throwable> failure;
    private final AtomicBoolean subscribed = new AtomicBoolean();

    /** @param failure turns what a part failed with into what the subscriber is told */
    ConcatPublisher(List<Supplier<Flow.Publisher<ByteBuffer>>> parts, Function<Throwable, Throwable> failure) {
        this.parts = parts;
        this.failure = failure;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        Concatenation concatenation = new Concatenation(subscriber);
        subscriber.onSubscribe(concatenation);
        if (subscribed.compareAndSet(false, true)) {
            concatenation.allow();
        } else {
            concatenation.fail(new IllegalStateException("an event stream has one subscriber"));
        }
    }

    private final class Concatenation implements Flow.Subscription, Flow.Subscriber<ByteBuffer> {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final Iterator<Supplier<Flow.Publisher<ByteBuffer>>> left = parts.iterator();
        /** Ends of parts that are still to be acted on; more than 1 means that somebody is at it already. */
        private final AtomicInteger advances = new AtomicInteger();

        private Flow.Subscription part;
        private long demand;
        /** Whether the subscriber has its subscription, and so may be given something. */
        private boolean allowed;

        private boolean begun;
        private boolean ended;

        Concatenation(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        void allow() {
            synchronized (this) {
                allowed = true;
            }
            begin();
        }

        /** Ends at once where there is nothing to publish; all else waits for demand. */
        private void begin() {
            boolean first;
            synchronized (this) {
                first = allowed && !begun && !ended && (demand > 0 || !left.hasNext());
                begun |= first;
            }
            if (first) {
                advance();
            }
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                fail(new IllegalArgumentException("a request must be for at least one buffer"));
                return;
            }
            Flow.Subscription current;
            synchronized (this) {
                if (ended) {
                    return;
                }
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
                current = part;
            }
            if (current != null) {
                current.request(n);
            } else {
                begin();
            }
        }

        @Override
        public void cancel() {
            Flow.Subscription current;
            synchronized (this) {
                ended = true;
                current = part;
                part = null;
            }
            if (current != null) {
                current.cancel();
            }
        }

        private void advance() {
            if (advances.getAndIncrement() > 0) {
                return;
            }
            do {
                if (left.hasNext() && !isEnded()) {
                    left.next().get().subscribe(this);
                } else if (end()) {
                    subscriber.onComplete();
                }
            } while (advances.decrementAndGet() > 0);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            long asked;
            synchronized (this) {
                part = ended ? null : subscription;
                asked = ended ? 0 : demand;
            }
            if (asked > 0) {
                subscription.request(asked);
            } else if (isEnded()) {
                subscription.cancel();
            }
        }

        @Override
        public void onNext(ByteBuffer buffer) {
            synchronized (this) {
                if (ended) {
                    return;
                }
                if (demand != Long.MAX_VALUE) {
                    demand--;
                }
            }
            subscriber.onNext(buffer);
        }

        @Override
        public void onError(Throwable error) {
            if (end()) {
                subscriber.onError(failure.apply(error));
            }
        }

        @Override
        public void onComplete() {
            synchronized (this) {
                part = null;
            }
            advance();
        }

        void fail(Throwable error) {
            Flow.Subscription current;
            synchronized (this) {
                current = part;
            }
            if (current != null) {
                current.cancel();
            }
            if (end()) {
                subscriber.onError(error);
            }
        }

        private synchronized boolean isEnded() {
            return ended;
        }

        private synchronized boolean end() {
            boolean first = !ended;
            ended = true;
            part = null;
            return first;
        }
    }
}
