package io.tapedeck.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The chunks of the recent past, each with the future of its first copy's durability. Thread-safe.
 *
 * <p>It spares the store most repeated uploads. It is no guarantee: a chunk it has forgotten is stored again, and readers
 * and settling see to it that it counts once.
 */
final class RecentChunks {
    private static final long CHUNKS_MAX = 200_000;
    private static final Duration KNOWN_FOR = Duration.ofHours(1);

    private final Cache<Key, CompletableFuture<Void>> cache = Caffeine.newBuilder()
            .maximumSize(CHUNKS_MAX)
            .expireAfterWrite(KNOWN_FOR)
            .executor(Runnable::run)
            .build();

    private record Key(SessionKey session, WindowId window, ChunkId id) {
        static Key of(Chunk chunk) {
            return new Key(chunk.session(), chunk.window(), chunk.id());
        }
    }

    /**
     * Registers a chunk unless it is known.
     *
     * @return the first copy's future, or null if this is the first copy
     */
    CompletableFuture<Void> putIfAbsent(Chunk chunk, CompletableFuture<Void> durable) {
        return cache.asMap().putIfAbsent(Key.of(chunk), durable);
    }

    /** The first copy was not stored: the next one is the first. */
    void forget(Chunk chunk, CompletableFuture<Void> durable) {
        cache.asMap().remove(Key.of(chunk), durable);
    }
}
