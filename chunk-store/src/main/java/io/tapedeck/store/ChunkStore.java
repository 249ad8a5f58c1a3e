package io.tapedeck.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.read.StoredSessions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The store: chunks in, sessions and their events out. Thread-safe; no call blocks but {@link #open} and {@link #close}.
 *
 * <p>It uses the object store and the catalog, and closes neither.
 */
public final class ChunkStore implements ChunkAppender, SessionReader, AutoCloseable {
    /** How long {@link #close()} waits for segments under way. */
    public static final Duration CLOSE_WAIT = Duration.ofSeconds(20);

    /** Null if this process takes no chunks. */
    private final ChunkIntake intake;

    private final StoredSessions sessions;
    private final HealthChecks health;

    private ChunkStore(ChunkIntake intake, StoredSessions sessions, HealthChecks health) {
        this.intake = intake;
        this.sessions = sessions;
        this.health = health;
    }

    /**
     * Opens the journal, takes over the node's epoch and starts to flush what the journal still holds.
     *
     * @throws StoreException if the folder is in use by another process, or the disk or the catalog does not work
     */
    public static ChunkStore open(
            StoreSettings settings, ObjectStore objectStore, Catalog catalog, MeterRegistry meters, Clock clock) {
        ChunkIntake intake =
                settings.appends() ? ChunkIntake.open(settings, objectStore, catalog, meters, clock) : null;
        StoredSessions sessions = new StoredSessions(catalog, objectStore, intake == null ? () -> 0 : intake::behindMs);
        HealthChecks health = new HealthChecks(intake == null ? () -> {} : intake::check, objectStore, catalog);
        return new ChunkStore(intake, sessions, health);
    }

    @Override
    public CompletableFuture<Appended> append(Chunk chunk) {
        if (intake == null) {
            throw new IllegalStateException("this process takes no chunks");
        }
        return intake.append(chunk);
    }

    @Override
    public CompletableFuture<SessionPage> sessions(SessionQuery query) {
        return sessions.sessions(query);
    }

    @Override
    public CompletableFuture<Manifest> manifest(SessionKey session) {
        return sessions.manifest(session);
    }

    @Override
    public CompletableFuture<EventStream> events(SessionKey session, WindowId window, Long from, Long to) {
        return sessions.events(session, window, from, to);
    }

    @Override
    public CompletableFuture<EventStream> events(SessionKey session, long rev, List<String> frameIds) {
        return sessions.events(session, rev, frameIds);
    }

    @Override
    public CompletableFuture<MarkerTrack> markers(SessionKey session) {
        return sessions.markers(session);
    }

    /** Whether journal, object store and catalog work; asked anew at most once a second. Never fails. */
    public CompletableFuture<Health> check() {
        return health.check();
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
        if (intake != null) {
            intake.close(wait);
        }
        sessions.close();
        health.close();
    }
}
