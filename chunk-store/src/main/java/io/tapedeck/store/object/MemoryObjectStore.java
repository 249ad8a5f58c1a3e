package io.tapedeck.store.object;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Objects on the heap, for tests and trials; they are gone when the process is. Thread-safe. Keeps at most the given
 * number of bytes; a put beyond fails with OVER_CAPACITY.
 */
public final class MemoryObjectStore implements ObjectStore {
    private final NavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long bytesMax;
    private final StoreThreads threads = new StoreThreads("memory-objects", 2);

    public MemoryObjectStore(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public CompletableFuture<Void> put(String key, ByteBuffer body) {
        ObjectKeys.require(key);
        ByteBuffer source = body.asReadOnlyBuffer();
        return call("put", key, () -> {
            byte[] content = new byte[source.remaining()];
            source.get(content);
            return create(key, content);
        });
    }

    @Override
    public CompletableFuture<Void> put(String key, Path file) {
        ObjectKeys.require(key);
        return call("put", key, () -> create(key, Files.readAllBytes(file)));
    }

    @Override
    public CompletableFuture<ByteBuffer> get(String key, long offset, int length) {
        ObjectKeys.require(key);
        ObjectKeys.requireRange(offset, length);
        return call("get", key, () -> {
            byte[] content = find(key, offset, length);
            return ByteBuffer.wrap(Arrays.copyOfRange(content, (int) offset, (int) offset + length));
        });
    }

    @Override
    public Flow.Publisher<ByteBuffer> stream(String key, long offset, long length) {
        ObjectKeys.require(key);
        ObjectKeys.requireRange(offset, length);
        return new RangePublisher(
                threads,
                () -> new Content(find(key, offset, length)),
                offset,
                length,
                error -> toStoreException("stream", key, error));
    }

    @Override
    public CompletableFuture<Long> size(String key) {
        ObjectKeys.require(key);
        return call("size", key, () -> (long) find(key, 0, 0).length);
    }

    @Override
    public CompletableFuture<Void> delete(String key) {
        ObjectKeys.require(key);
        return call("delete", key, () -> {
            byte[] content = objects.remove(key);
            bytes.addAndGet(content == null ? 0 : -content.length);
            return null;
        });
    }

    @Override
    public CompletableFuture<List<StoredObject>> list(String prefix, String after, int limit) {
        ObjectKeys.requirePrefix(prefix);
        ObjectKeys.requireListLimit(limit);
        boolean fromPrefix = after == null || after.compareTo(prefix) < 0;
        NavigableMap<String, byte[]> rest = fromPrefix ? objects.tailMap(prefix, true) : objects.tailMap(after, false);
        return call(
                "list",
                prefix,
                () -> rest.entrySet().stream()
                        .takeWhile(entry -> entry.getKey().startsWith(prefix))
                        .limit(limit)
                        .map(entry -> new StoredObject(entry.getKey(), entry.getValue().length))
                        .toList());
    }

    @Override
    public CompletableFuture<Void> check() {
        return Outcomes.of(ObjectStoreProbe.run(this));
    }

    @Override
    public void close() {
        threads.close();
    }

    @Override
    public String toString() {
        return "memory";
    }

    private <T> CompletableFuture<T> call(String operation, String key, Callable<T> work) {
        return threads.call(work, error -> toStoreException(operation, key, error));
    }

    private Void create(String key, byte[] content) {
        if (bytes.addAndGet(content.length) > bytesMax) {
            bytes.addAndGet(-content.length);
            throw new StoreException(StoreErrorKind.OVER_CAPACITY, "more than " + bytesMax + " bytes of objects");
        }
        byte[] present = objects.putIfAbsent(key, content);
        if (present != null) {
            bytes.addAndGet(-content.length);
            if (!Arrays.equals(present, content)) {
                throw new StoreException(StoreErrorKind.CONFLICT, "the key is taken: " + key);
            }
        }
        return null;
    }

    private byte[] find(String key, long offset, long length) {
        byte[] content = objects.get(key);
        if (content == null) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "no object " + key);
        }
        if (content.length < offset + length) {
            throw new StoreException(StoreErrorKind.CORRUPT, key + " ends before the range asked for");
        }
        return content;
    }

    private static StoreException toStoreException(String operation, String key, Throwable error) {
        return error instanceof StoreException known
                ? known
                : new StoreException(StoreErrorKind.UNAVAILABLE, operation + " of " + key + " failed: " + error, error);
    }

    /** An object's bytes, to be streamed. */
    private static final class Content implements RangePublisher.Source {
        private final byte[] bytes;

        Content(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            into.put(bytes, (int) offset, into.remaining());
        }

        @Override
        public void close() {}
    }
}
