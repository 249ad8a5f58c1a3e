package io.tapedeck.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The store: chunks in, sessions and their events out. Thread-safe; no call blocks but {@link #open} and {@link #close}.
 *
 * <p>It uses the object store and the catalog, and closes neither.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ChunkStore implements ChunkAppender, SessionReader, AutoCloseable {
    /** How long {@link #close()} waits for segments under way. */
    public static final Duration CLOSE_WAIT = Duration.ofSeconds(20);

    private ChunkStore() {}

    /**
     * Opens the journal, takes over the node's epoch and starts to flush what the journal still holds.
     *
     * @throws StoreException if the folder is in use by another process, or the disk or the catalog does not work
     */
    public static ChunkStore open(
            StoreSettings settings, ObjectStore objectStore, Catalog catalog, MeterRegistry meters, Clock clock) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Appended> append(Chunk chunk) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<SessionPage> sessions(SessionQuery query) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Manifest> manifest(SessionKey session) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<EventStream> events(SessionKey session, WindowId window, Long from, Long to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<EventStream> events(SessionKey session, long rev, List<String> frameIds) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<MarkerTrack> markers(SessionKey session) {
        throw new UnsupportedOperationException();
    }

    /** Whether journal, object store and catalog work; asked anew at most once a second. */
    public CompletableFuture<Health> check() {
        throw new UnsupportedOperationException();
    }

    /** {@link #close(Duration)} with {@link #CLOSE_WAIT}. */
    @Override
    public void close() {
        close(CLOSE_WAIT);
    }

    /**
     * Stops accepting, seals and flushes, and waits for that at most {@code wait}; what is not flushed by then stays in
     * the journal for the next start.
     */
    public void close(Duration wait) {
        throw new UnsupportedOperationException();
    }
}
