package io.tapedeck.store.object;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Another store whose calls go wrong as told. Thread-safe. Owns the store within.
 *
 * <p>Calls are counted from 1, those of the chosen operations alone. A test that plants a fault should assert
 * {@link #faults}: a fault that never fired has shown nothing.
 */
public final class FaultyObjectStore implements ObjectStore {
    /** What can be made to fail. */
    public enum Operation {
        PUT,
        GET,
        STREAM,
        SIZE,
        DELETE,
        LIST,
        CHECK
    }

    /** How it goes wrong. */
    public enum Effect {
        /** Fails and does nothing. */
        FAILS,
        /** Does it and fails all the same: the answer got lost on its way. */
        FAILS_AFTER_SUCCESS,
        /** Claims success: a put or delete does nothing, what is read has one bit changed. */
        LIES
    }

    private final ObjectStore store;
    private Set<Operation> operations = EnumSet.allOf(Operation.class);
    private Effect effect = Effect.FAILS;
    private StoreErrorKind kind = StoreErrorKind.UNAVAILABLE;
    private long firstBad = Long.MAX_VALUE;
    private long lastBad = Long.MAX_VALUE;
    private long calls;
    private long faults;

    public FaultyObjectStore(ObjectStore store) {
        this.store = store;
    }

    /** Counts these operations alone, from 1 again. */
    public synchronized FaultyObjectStore on(Operation first, Operation... others) {
        operations = EnumSet.of(first, others);
        calls = 0;
        return this;
    }

    /** What faults look like from now on; at first they are UNAVAILABLE and do nothing. */
    public synchronized FaultyObjectStore with(Effect newEffect, StoreErrorKind newKind) {
        effect = newEffect;
        kind = newKind;
        return this;
    }

    /** The nth call from now goes wrong, and no other. */
    public synchronized FaultyObjectStore breakOnce(long nth) {
        firstBad = calls + nth;
        lastBad = calls + nth;
        return this;
    }

    /** The nth call from now goes wrong, and all that follow. */
    public synchronized FaultyObjectStore breakForEver(long nth) {
        firstBad = calls + nth;
        lastBad = Long.MAX_VALUE;
        return this;
    }

    /** Nothing goes wrong any more. */
    public synchronized FaultyObjectStore heal() {
        firstBad = Long.MAX_VALUE;
        return this;
    }

    /** Calls so far of the chosen operations. */
    public synchronized long calls() {
        return calls;
    }

    /** Calls that were made to go wrong. */
    public synchronized long faults() {
        return faults;
    }

    @Override
    public CompletableFuture<Void> put(String key, ByteBuffer body) {
        return run(Operation.PUT, () -> store.put(key, body), done -> null);
    }

    @Override
    public CompletableFuture<Void> put(String key, Path file) {
        return run(Operation.PUT, () -> store.put(key, file), done -> null);
    }

    @Override
    public CompletableFuture<ByteBuffer> get(String key, long offset, int length) {
        return run(Operation.GET, () -> store.get(key, offset, length), FaultyObjectStore::changed);
    }

    @Override
    public Flow.Publisher<ByteBuffer> stream(String key, long offset, long length) {
        Effect fault = next(Operation.STREAM);
        Flow.Publisher<ByteBuffer> bytes = store.stream(key, offset, length);
        if (fault == null) {
            return bytes;
        }
        return subscriber -> bytes.subscribe(new FaultySubscriber(subscriber, fault, failure(Operation.STREAM)));
    }

    @Override
    public CompletableFuture<Long> size(String key) {
        return run(Operation.SIZE, () -> store.size(key), size -> size + 1);
    }

    @Override
    public CompletableFuture<Void> delete(String key) {
        return run(Operation.DELETE, () -> store.delete(key), done -> null);
    }

    @Override
    public CompletableFuture<List<StoredObject>> list(String prefix, String after, int limit) {
        return run(Operation.LIST, () -> store.list(prefix, after, limit), page -> List.of());
    }

    @Override
    public CompletableFuture<Void> check() {
        return run(Operation.CHECK, store::check, done -> null);
    }

    @Override
    public void close() {
        store.close();
    }

    /** The effect that this call is to have, or null. */
    private synchronized Effect next(Operation operation) {
        if (!operations.contains(operation)) {
            return null;
        }
        calls++;
        if (calls < firstBad || calls > lastBad) {
            return null;
        }
        faults++;
        return effect;
    }

    private synchronized StoreException failure(Operation operation) {
        return new StoreException(kind, "a planted fault of " + operation);
    }

    private <T> CompletableFuture<T> run(
            Operation operation, Supplier<CompletableFuture<T>> call, UnaryOperator<T> lie) {
        Effect fault = next(operation);
        if (fault == null) {
            return call.get();
        }
        return switch (fault) {
            case FAILS -> CompletableFuture.failedFuture(failure(operation));
            case FAILS_AFTER_SUCCESS ->
                Outcomes.of(call.get().thenCompose(value -> CompletableFuture.failedFuture(failure(operation))));
            case LIES ->
                operation == Operation.PUT || operation == Operation.DELETE || operation == Operation.CHECK
                        ? CompletableFuture.completedFuture(null)
                        : call.get().thenApply(lie);
        };
    }

    private static ByteBuffer changed(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            int middle = bytes.position() + bytes.remaining() / 2;
            bytes.put(middle, (byte) (bytes.get(middle) ^ 1));
        }
        return bytes;
    }

    /** Fails in place of the first buffer, or in place of the end, or changes a bit of each buffer. */
    private static final class FaultySubscriber implements Flow.Subscriber<ByteBuffer> {
        private final Flow.Subscriber<? super ByteBuffer> subscriber;
        private final Effect effect;
        private final StoreException failure;
        private Flow.Subscription upstream;
        private boolean failed;

        FaultySubscriber(Flow.Subscriber<? super ByteBuffer> subscriber, Effect effect, StoreException failure) {
            this.subscriber = subscriber;
            this.effect = effect;
            this.failure = failure;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(ByteBuffer buffer) {
            if (effect == Effect.FAILS) {
                upstream.cancel();
                fail();
            } else {
                subscriber.onNext(effect == Effect.LIES ? changed(buffer) : buffer);
            }
        }

        @Override
        public void onError(Throwable error) {
            subscriber.onError(error);
        }

        @Override
        public void onComplete() {
            if (effect == Effect.LIES) {
                subscriber.onComplete();
            } else {
                fail();
            }
        }

        private void fail() {
            if (!failed) {
                failed = true;
                subscriber.onError(failure);
            }
        }
    }
}
