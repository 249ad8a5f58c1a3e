package io.tapedeck.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * Where segments and recordings are kept: immutable objects under keys such as {@code segments/20261121/22/a.seg}.
 *
 * <p>Every method may be called from any thread, returns at once and completes its future on a thread of the store's
 * own, which must not be blocked; it fails with a {@link StoreException} and with nothing else. What was put is visible
 * to every reader from the moment the put completes (read after write), whole or not at all. Calls are not retried
 * beyond what the technology's own client does for one call: retries live in the callers.
 *
 * <p>Keys have 1 to 512 characters of {@code A-Za-z0-9/._-}; the parts between slashes have 1 to 255 characters and do
 * not start with a dot. Another key, a negative range or a limit out of bounds is the caller's bug and throws an
 * IllegalArgumentException at once. No key may be another one's folder ({@code a} beside {@code a/b}): a store that
 * cannot hold both refuses the second with CONFLICT.
 */
public interface ObjectStore extends AutoCloseable {
    /**
     * Creates an object. The store only reads {@code body}, whose position and content must not change until the
     * future completes.
     *
     * @return fails with CONFLICT if the key exists with other content; putting the same content again succeeds (a
     *     repeated put after an unknown outcome is harmless). After UNAVAILABLE or TIMEOUT the object may or may not
     *     exist.
     */
    CompletableFuture<Void> put(String key, ByteBuffer body);

    /** The same from a file, which is streamed and must not change until the future completes. */
    CompletableFuture<Void> put(String key, Path file);

    /**
     * Reads the bytes {@code [offset, offset + length)}; the caller owns the result.
     *
     * @return fails with NOT_FOUND if there is no such object, CORRUPT if it is shorter than that
     */
    CompletableFuture<ByteBuffer> get(String key, long offset, int length);

    /**
     * Streams the bytes {@code [offset, offset + length)} to one subscriber with back-pressure, in buffers of at most
     * 256 KB that the subscriber owns. Nothing is read before the first request, and what was requested is not exceeded;
     * signals come on threads of the store's own, which the subscriber must not block. A subscriber may rest as long as it
     * likes between requests. Ends with NOT_FOUND, or CORRUPT if the object is shorter, as {@code onError}; cancelling
     * releases everything.
     */
    Flow.Publisher<ByteBuffer> stream(String key, long offset, long length);

    /** @return the object's size in bytes; fails with NOT_FOUND if there is none */
    CompletableFuture<Long> size(String key);

    /** Removes an object for good, all versions of it where the store keeps versions. No such object: succeeds. */
    CompletableFuture<Void> delete(String key);

    /**
     * Lists keys that start with {@code prefix} (the start of a key, cut anywhere, or empty) and come after
     * {@code after} in byte order (null: from the first).
     *
     * @return at most {@code limit} entries (1 to 1,000) in byte order; fewer than {@code limit} only at the end
     */
    CompletableFuture<List<StoredObject>> list(String prefix, String after, int limit);

    /** Does a real write, read and delete under {@code probe/}; fails as they would. */
    CompletableFuture<Void> check();

    /** Waits for calls under way for at most a few seconds, then releases what the store holds. Never throws. */
    @Override
    void close();

    /** A listed object: its key and its size in bytes, which for a store that encrypts is that of what is stored. */
    record StoredObject(String key, long bytes) {}
}
