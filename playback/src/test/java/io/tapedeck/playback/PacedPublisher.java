package io.tapedeck.playback;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Buffers given out on a thread of its own, exactly as many as were asked for; it counts what is done to it. */
final class PacedPublisher implements Flow.Publisher<ByteBuffer> {
    final AtomicLong requested = new AtomicLong();
    final AtomicLong published = new AtomicLong();
    final AtomicBoolean subscribed = new AtomicBoolean();
    final AtomicBoolean cancelled = new AtomicBoolean();

    private final Iterator<ByteBuffer> buffers;
    private final RuntimeException failure;

    private PacedPublisher(Iterator<ByteBuffer> buffers, RuntimeException failure) {
        this.buffers = buffers;
        this.failure = failure;
    }

    /** Ends well after the last buffer. */
    static PacedPublisher of(Iterable<ByteBuffer> buffers) {
        return new PacedPublisher(buffers.iterator(), null);
    }

    /** Fails after the last buffer. */
    static PacedPublisher failing(Iterable<ByteBuffer> buffers, RuntimeException failure) {
        return new PacedPublisher(buffers.iterator(), failure);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        if (!subscribed.compareAndSet(false, true)) {
            throw new IllegalStateException("one subscriber only");
        }
        ExecutorService thread = Executors.newSingleThreadExecutor(Thread::new);
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                requested.addAndGet(count);
                if (!thread.isShutdown()) {
                    thread.execute(() -> publish(subscriber, count, thread));
                }
            }

            @Override
            public void cancel() {
                cancelled.set(true);
                thread.shutdown();
            }
        });
    }

    private void publish(Flow.Subscriber<? super ByteBuffer> subscriber, long count, ExecutorService thread) {
        for (long i = 0; i < count && buffers.hasNext() && !cancelled.get(); i++) {
            published.incrementAndGet();
            subscriber.onNext(buffers.next());
        }
        if (!buffers.hasNext() && !cancelled.get() && !thread.isShutdown()) {
            thread.shutdown();
            if (failure != null) {
                subscriber.onError(failure);
            } else {
                subscriber.onComplete();
            }
        }
    }
}
