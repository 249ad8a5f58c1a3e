package io.tapedeck.recorder;

import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkAppender;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A store that keeps chunks in a list, and does what a test tells it to. */
final class FakeStore implements ChunkAppender {
    private final List<Chunk> chunks = new CopyOnWriteArrayList<>();
    private final Set<Identity> known = ConcurrentHashMap.newKeySet();
    private volatile Function<Chunk, CompletableFuture<Appended>> behaviour = this::keep;

    @Override
    public CompletableFuture<Appended> append(Chunk chunk) {
        return behaviour.apply(chunk);
    }

    void behave(Function<Chunk, CompletableFuture<Appended>> like) {
        behaviour = like;
    }

    void behave() {
        behaviour = this::keep;
    }

    List<Chunk> chunks() {
        return chunks;
    }

    Chunk last() {
        return chunks.get(chunks.size() - 1);
    }

    private CompletableFuture<Appended> keep(Chunk chunk) {
        if (!known.add(new Identity(chunk.session(), chunk.window(), chunk.id()))) {
            return CompletableFuture.completedFuture(Appended.REPEATED);
        }
        chunks.add(chunk);
        return CompletableFuture.completedFuture(Appended.STORED);
    }

    private record Identity(SessionKey session, WindowId window, ChunkId id) {}
}
