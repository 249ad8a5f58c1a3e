package io.tapedeck.server.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.tapedeck.store.ObjectStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An object store whose reads and writes are spans, where what the caller is at is recorded. Otherwise it is the other
 * store, which it owns.
 */
final class TracedObjectStore implements ObjectStore {
    private final ObjectStore store;
    private final Spans spans;

    TracedObjectStore(ObjectStore store, Spans spans) {
        this.store = store;
        this.spans = spans;
    }

    @Override
    public CompletableFuture<Void> put(String key, ByteBuffer body) {
        return spans.call("object store put", SpanKind.CLIENT, () -> store.put(key, body));
    }

    @Override
    public CompletableFuture<Void> put(String key, Path file) {
        return spans.call("object store put", SpanKind.CLIENT, () -> store.put(key, file));
    }

    @Override
    public CompletableFuture<ByteBuffer> get(String key, long offset, int length) {
        return spans.call("object store get", SpanKind.CLIENT, () -> store.get(key, offset, length));
    }

    @Override
    public Flow.Publisher<ByteBuffer> stream(String key, long offset, long length) {
        Flow.Publisher<ByteBuffer> bytes = store.stream(key, offset, length);
        Context parent = spans.current();
        return Spans.isRecording(parent)
                ? subscriber -> bytes.subscribe(new TracedSubscriber(subscriber, parent))
                : bytes;
    }

    @Override
    public CompletableFuture<Long> size(String key) {
        return store.size(key);
    }

    @Override
    public CompletableFuture<Void> delete(String key) {
        return store.delete(key);
    }

    @Override
    public CompletableFuture<List<StoredObject>> list(String prefix, String after, int limit) {
        return store.list(prefix, after, limit);
    }

    @Override
    public CompletableFuture<Void> check() {
        return store.check();
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public String toString() {
        return store.toString();
    }

    /** Passes everything on; the span is from the first request to the end, with the waiting for the subscriber. */
    private final class TracedSubscriber implements Flow.Subscriber<ByteBuffer>, Flow.Subscription {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final Context parent;
        private final AtomicBoolean begun = new AtomicBoolean();
        /** Null until the first request, and if there is none. */
        private volatile Span span;

        private volatile Flow.Subscription upstream;

        TracedSubscriber(Flow.Subscriber<? super ByteBuffer> subscriber, Context parent) {
            this.subscriber = subscriber;
            this.parent = parent;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            subscriber.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            if (begun.compareAndSet(false, true)) {
                span = spans.startCall("object store stream", SpanKind.CLIENT, parent);
            }
            upstream.request(n);
        }

        @Override
        public void cancel() {
            end(null);
            upstream.cancel();
        }

        @Override
        public void onNext(ByteBuffer buffer) {
            subscriber.onNext(buffer);
        }

        @Override
        public void onError(Throwable error) {
            end(error);
            subscriber.onError(error);
        }

        /** The next object of the same stream is opened from here: it is a part of the same work. */
        @Override
        public void onComplete() {
            end(null);
            parent.wrap(subscriber::onComplete).run();
        }

        private void end(Throwable failure) {
            if (span != null) {
                Spans.end(span, failure);
            }
        }
    }
}
