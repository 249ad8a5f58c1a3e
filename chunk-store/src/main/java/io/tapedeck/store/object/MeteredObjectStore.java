package io.tapedeck.store.object;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Measures another store, which it owns and otherwise leaves as it is.
 *
 * <ul>
 *   <li>{@code tapedeck.object.store.calls}, a timer: every call once, when it ends, by {@code operation} and
 *       {@code outcome}: {@code ok}, {@code cancelled} (a stream that its reader gave up) or the failure's kind. Alert on
 *       {@code unavailable}, {@code unauthorized} and {@code corrupt}; {@code not_found} and {@code conflict} are answers.
 *   <li>{@code tapedeck.object.store.bytes}, a counter: object bytes moved, by {@code operation}: of puts that succeeded
 *       or repeated, and of all that was read, also by streams that failed later.
 * </ul>
 */
public final class MeteredObjectStore implements ObjectStore {
    private static final String CALLS = "tapedeck.object.store.calls";
    private static final String BYTES = "tapedeck.object.store.bytes";
    private static final String OK = "ok";
    private static final String CANCELLED = "cancelled";

    private final ObjectStore store;
    private final MeterRegistry meters;
    private final Counter putBytes;
    private final Counter getBytes;
    private final Counter streamBytes;

    public MeteredObjectStore(ObjectStore store, MeterRegistry meters) {
        this.store = store;
        this.meters = meters;
        this.putBytes = bytesOf("put");
        this.getBytes = bytesOf("get");
        this.streamBytes = bytesOf("stream");
    }

    @Override
    public CompletableFuture<Void> put(String key, ByteBuffer body) {
        int bytes = body.remaining();
        return counted(putBytes, bytes, timed("put", store.put(key, body)));
    }

    @Override
    public CompletableFuture<Void> put(String key, Path file) {
        long bytes = file.toFile().length();
        return counted(putBytes, bytes, timed("put", store.put(key, file)));
    }

    @Override
    public CompletableFuture<ByteBuffer> get(String key, long offset, int length) {
        return counted(getBytes, length, timed("get", store.get(key, offset, length)));
    }

    @Override
    public Flow.Publisher<ByteBuffer> stream(String key, long offset, long length) {
        Flow.Publisher<ByteBuffer> bytes = store.stream(key, offset, length);
        return subscriber -> bytes.subscribe(new MeteredSubscriber(subscriber));
    }

    @Override
    public CompletableFuture<Long> size(String key) {
        return timed("size", store.size(key));
    }

    @Override
    public CompletableFuture<Void> delete(String key) {
        return timed("delete", store.delete(key));
    }

    @Override
    public CompletableFuture<List<StoredObject>> list(String prefix, String after, int limit) {
        return timed("list", store.list(prefix, after, limit));
    }

    @Override
    public CompletableFuture<Void> check() {
        return timed("check", store.check());
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public String toString() {
        return store.toString();
    }

    private Counter bytesOf(String operation) {
        return Counter.builder(BYTES).tag("operation", operation).register(meters);
    }

    /** Measures before the caller learns of the end; hands on the store's own future and so its bare failure. */
    private <T> CompletableFuture<T> timed(String operation, CompletableFuture<T> call) {
        long start = System.nanoTime();
        return Outcomes.of(call.whenComplete((value, error) -> record(operation, outcomeOf(error), start)));
    }

    private static <T> CompletableFuture<T> counted(Counter counter, long bytes, CompletableFuture<T> call) {
        return Outcomes.of(call.whenComplete((value, error) -> counter.increment(error == null ? (double) bytes : 0)));
    }

    private static String outcomeOf(Throwable error) {
        if (error == null) {
            return OK;
        }
        StoreErrorKind kind =
                Outcomes.unwrap(error) instanceof StoreException known ? known.kind() : StoreErrorKind.UNAVAILABLE;
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private void record(String operation, String outcome, long startNanos) {
        Timer.builder(CALLS)
                .tag("operation", operation)
                .tag("outcome", outcome)
                .register(meters)
                .record(System.nanoTime() - startNanos, TimeUnit.NANOSECONDS);
    }

    /** Passes everything on; a stream's time is from its first request to its end. */
    private final class MeteredSubscriber implements Flow.Subscriber<ByteBuffer>, Flow.Subscription {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final AtomicBoolean started = new AtomicBoolean();
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile long startNanos;
        private volatile Flow.Subscription upstream;

        MeteredSubscriber(Flow.Subscriber<? super ByteBuffer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            subscriber.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            if (started.compareAndSet(false, true)) {
                startNanos = System.nanoTime();
            }
            upstream.request(n);
        }

        @Override
        public void cancel() {
            end(CANCELLED);
            upstream.cancel();
        }

        @Override
        public void onNext(ByteBuffer buffer) {
            streamBytes.increment(buffer.remaining());
            subscriber.onNext(buffer);
        }

        @Override
        public void onError(Throwable error) {
            end(outcomeOf(error));
            subscriber.onError(error);
        }

        @Override
        public void onComplete() {
            end(OK);
            subscriber.onComplete();
        }

        private void end(String outcome) {
            if (started.get() && ended.compareAndSet(false, true)) {
                record("stream", outcome, startNanos);
            }
        }
    }
}
