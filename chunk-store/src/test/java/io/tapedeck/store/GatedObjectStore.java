package io.tapedeck.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/** A real object store whose puts and deletes fail as planned. */
final class GatedObjectStore implements ObjectStore {
    private final ObjectStore store;
    private final CallGate gate;

    GatedObjectStore(ObjectStore store, CallGate gate) {
        this.store = store;
        this.gate = gate;
    }

    private <T> CompletableFuture<T> plan(String name, Supplier<CompletableFuture<T>> call) {
        try {
            return CompletableFuture.completedFuture(
                    gate.call(name, () -> call.get().get()));
        } catch (StoreException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<Void> put(String key, ByteBuffer body) {
        return plan("put", () -> store.put(key, body));
    }

    @Override
    public CompletableFuture<Void> put(String key, Path file) {
        return plan("put of a file", () -> store.put(key, file));
    }

    @Override
    public CompletableFuture<ByteBuffer> get(String key, long offset, int length) {
        return plan("get", () -> store.get(key, offset, length));
    }

    @Override
    public Flow.Publisher<ByteBuffer> stream(String key, long offset, long length) {
        return store.stream(key, offset, length);
    }

    @Override
    public CompletableFuture<Long> size(String key) {
        return plan("size", () -> store.size(key));
    }

    @Override
    public CompletableFuture<Void> delete(String key) {
        return plan("delete", () -> store.delete(key));
    }

    @Override
    public CompletableFuture<List<StoredObject>> list(String prefix, String after, int limit) {
        return store.list(prefix, after, limit);
    }

    @Override
    public CompletableFuture<Void> check() {
        return plan("check", store::check);
    }

    @Override
    public void close() {
        store.close();
    }
}
