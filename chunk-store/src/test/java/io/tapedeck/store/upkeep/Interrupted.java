package io.tapedeck.store.upkeep;

import io.tapedeck.store.ObjectStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** An object store during whose first put of a file something else happens. */
record Interrupted(ObjectStore store, Callable<?> meanwhile) implements ObjectStore {
    @Override
    public CompletableFuture<Void> put(String key, ByteBuffer body) {
        return store.put(key, body);
    }

    @Override
    public CompletableFuture<Void> put(String key, Path file) {
        try {
            meanwhile.call();
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
        return store.put(key, file);
    }

    @Override
    public CompletableFuture<ByteBuffer> get(String key, long offset, int length) {
        return store.get(key, offset, length);
    }

    @Override
    public Flow.Publisher<ByteBuffer> stream(String key, long offset, long length) {
        return store.stream(key, offset, length);
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
}
