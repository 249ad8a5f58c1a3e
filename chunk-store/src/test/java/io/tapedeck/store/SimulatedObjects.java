package io.tapedeck.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** An object store in memory that has done what it is asked for when a call returns. Used by one thread. */
final class SimulatedObjects implements ObjectStore {
    private final TreeMap<String, byte[]> objects = new TreeMap<>();

    @Override
    public CompletableFuture<Void> put(String key, ByteBuffer body) {
        return create(key, Fixtures.bytes(body));
    }

    @Override
    public CompletableFuture<Void> put(String key, Path file) {
        try {
            return create(key, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CompletableFuture<Void> create(String key, byte[] content) {
        byte[] present = objects.putIfAbsent(key, content);
        return present == null || Arrays.equals(present, content)
                ? CompletableFuture.completedFuture(null)
                : failed(StoreErrorKind.CONFLICT, key);
    }

    @Override
    public CompletableFuture<ByteBuffer> get(String key, long offset, int length) {
        byte[] content = objects.get(key);
        if (content == null || offset + length > content.length) {
            return failed(content == null ? StoreErrorKind.NOT_FOUND : StoreErrorKind.CORRUPT, key);
        }
        return CompletableFuture.completedFuture(
                ByteBuffer.wrap(Arrays.copyOfRange(content, (int) offset, (int) offset + length)));
    }

    @Override
    public Flow.Publisher<ByteBuffer> stream(String key, long offset, long length) {
        return subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
            private boolean ended;

            @Override
            public void request(long n) {
                if (!ended) {
                    ended = true;
                    get(key, offset, (int) length).whenComplete((bytes, failure) -> {
                        if (failure == null) {
                            subscriber.onNext(bytes);
                            subscriber.onComplete();
                        } else {
                            subscriber.onError(failure);
                        }
                    });
                }
            }

            @Override
            public void cancel() {
                ended = true;
            }
        });
    }

    @Override
    public CompletableFuture<Long> size(String key) {
        byte[] content = objects.get(key);
        return content == null
                ? failed(StoreErrorKind.NOT_FOUND, key)
                : CompletableFuture.completedFuture((long) content.length);
    }

    @Override
    public CompletableFuture<Void> delete(String key) {
        objects.remove(key);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<List<StoredObject>> list(String prefix, String after, int limit) {
        return CompletableFuture.completedFuture(objects.tailMap(prefix, true).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .filter(entry -> after == null || entry.getKey().compareTo(after) > 0)
                .limit(limit)
                .map(entry -> new StoredObject(entry.getKey(), entry.getValue().length))
                .toList());
    }

    @Override
    public CompletableFuture<Void> check() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}

    private static <T> CompletableFuture<T> failed(StoreErrorKind kind, String key) {
        return CompletableFuture.failedFuture(new StoreException(kind, key));
    }
}
