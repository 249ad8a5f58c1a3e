package io.tapedeck.store;

import java.util.concurrent.CompletableFuture;

/** The store as the gateway sees it: events in. Thread-safe; may be called from event loops. */
public interface ChunkAppender {
    /**
     * Stores a chunk. A chunk whose (session, window, id) is known is not stored again: its future completes when the
     * first copy is durable.
     *
     * @return completes once the chunk is durable, as far as the configured acknowledgement asks: journaled (fsync), or
     *     stored (in a committed segment). Fails with OVER_CAPACITY, UNAVAILABLE or ERASED; then the chunk must not be
     *     acknowledged, though a later upload of it may find that it was kept.
     */
    CompletableFuture<Appended> append(Chunk chunk);

    /** What became of a chunk. */
    enum Appended {
        STORED,
        REPEATED
    }
}
