package io.tapedeck.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.ChunkIntake.Machine;
import io.tapedeck.store.journal.NodeFolder;
import io.tapedeck.store.read.StoredSessions;
import io.tapedeck.store.upkeep.Upkeep;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The store: chunks in, sessions and their events out. Thread-safe; no call blocks but {@link #open} and {@link #close}.
 *
 * <p>It uses the object store and the catalogs, and closes none of them.
 */
public final class ChunkStore implements ChunkAppender, SessionReader, AutoCloseable {
    /** How long {@link #close()} waits for segments under way. */
    public static final Duration CLOSE_WAIT = Duration.ofSeconds(20);

    /** Null if this process needs no folder. */
    private final NodeFolder folder;
    /** Null if this process takes no chunks. */
    private final ChunkIntake intake;
    /** Null if this process leaves upkeep to others. */
    private final Upkeep upkeep;

    private final StoredSessions sessions;
    private final HealthChecks health;

    private ChunkStore(
            StoreSettings settings,
            ObjectStore objectStore,
            Catalogs catalogs,
            NodeFolder folder,
            WorkTracer tracer,
            MeterRegistry meters,
            Clock clock) {
        Catalog catalog = catalogs.catalog();
        this.folder = folder;
        this.upkeep = settings.keepsUp()
                ? new Upkeep(
                        catalogs,
                        objectStore,
                        settings.objectStoreId(),
                        folder.node(),
                        folder.temporary(),
                        settings.upkeep(),
                        tracer,
                        meters,
                        clock)
                : null;
        this.intake =
                settings.appends() ? intake(settings, objectStore, catalogs, folder, tracer, meters, clock) : null;
        this.sessions =
                new StoredSessions(catalog, objectStore, intake == null ? () -> 0 : intake::behindMs, tracer, meters);
        this.health = new HealthChecks(intake == null ? () -> {} : intake::check, objectStore, catalog, meters);
    }

    /**
     * Opens the journal, takes over the node's epoch and starts to flush what the journal still holds.
     *
     * @throws StoreException if the folder is in use by another process, or the disk or the catalog does not work
     */
    public static ChunkStore open(
            StoreSettings settings, ObjectStore objectStore, Catalogs catalogs, MeterRegistry meters, Clock clock) {
        return open(settings, objectStore, catalogs, WorkTracer.NONE, meters, clock);
    }

    /** The same, followed by a tracer. */
    public static ChunkStore open(
            StoreSettings settings,
            ObjectStore objectStore,
            Catalogs catalogs,
            WorkTracer tracer,
            MeterRegistry meters,
            Clock clock) {
        boolean needsFolder = settings.appends() || settings.keepsUp();
        NodeFolder folder = needsFolder ? NodeFolder.open(settings.folder()) : null;
        try {
            ChunkStore store = new ChunkStore(settings, objectStore, catalogs, folder, tracer, meters, clock);
            if (store.upkeep != null) {
                store.upkeep.start();
            }
            return store;
        } catch (RuntimeException e) {
            if (folder != null) {
                folder.close();
            }
            throw e;
        }
    }

    private static ChunkIntake intake(
            StoreSettings settings,
            ObjectStore objectStore,
            Catalogs catalogs,
            NodeFolder folder,
            WorkTracer tracer,
            MeterRegistry meters,
            Clock clock) {
        Machine machine = Machine.real(settings, folder, tracer, meters);
        ChunkIntake intake =
                ChunkIntake.open(settings, objectStore, catalogs.catalog(), folder.node(), machine, meters, clock);
        intake.watch(catalogs.erasures());
        return intake;
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
    public CompletableFuture<Map<SessionKey, SessionProgress>> progress(Collection<SessionKey> keys) {
        return sessions.progress(keys);
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

    /** The id of the node that this process is; none if it needs no folder. */
    public Optional<String> node() {
        return Optional.ofNullable(folder).map(NodeFolder::node);
    }

    /** Bytes in this process's journal; null if it takes no chunks. */
    public Long journalBytes() {
        return intake == null ? null : intake.journalBytes();
    }

    /** Whether journal, object store and catalog work; asked anew at most once a second. Never fails. */
    public CompletableFuture<Health> check() {
        return health.check();
    }

    /** Tells that an erasure was requested, so that this process learns of it at once and not within seconds. Short. */
    public void erasureRequested() {
        if (intake != null) {
            intake.wakeErasing();
        }
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
        if (upkeep != null) {
            upkeep.close();
        }
        if (intake != null) {
            intake.close(wait);
        }
        sessions.close();
        health.close();
        if (folder != null) {
            folder.close();
        }
    }

    Upkeep upkeep() {
        return upkeep;
    }
}
