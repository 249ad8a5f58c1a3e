package io.tapedeck.store.read;

import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.BoundedWorkers;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.EventStream;
import io.tapedeck.store.Manifest;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionPage;
import io.tapedeck.store.SessionProgress;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionReader;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.WorkTracer;
import io.tapedeck.store.merge.MergeMeters;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Reads sessions from what the catalog says and the object store holds. Thread-safe; no call blocks.
 *
 * <p>What an answer is made of is decided in one look into the catalog, which all who ask for a session at the same time
 * share. Settling may replace its objects while the answer is on its way; they stay readable for the grace, and only an
 * answer slower than that ends with CONFLICT.
 */
public final class StoredSessions implements SessionReader, AutoCloseable {
    private static final int CATALOG_THREADS = 8;
    private static final int CATALOG_QUEUE = 1_000;
    private static final int FRAME_THREADS = 2;
    private static final int FRAME_QUEUE = 200;
    private static final int OVERLAP_THREADS = 2;
    private static final int OVERLAP_QUEUE = 200;
    private static final int FRAME_IDS_MAX = 1_000;
    /** Objects that were replaced under a call's hands make it plan anew; twice in a row happens to nobody. */
    private static final Set<StoreErrorKind> REPLACED = Set.of(StoreErrorKind.NOT_FOUND, StoreErrorKind.CONFLICT);

    private final Catalog catalog;
    private final LongSupplier behindMs;
    private final BoundedWorkers lookups;
    private final BoundedWorkers frameWorkers;
    private final BoundedWorkers overlapWorkers;
    private final SharedLookups<SessionKey, SessionView> views = new SharedLookups<>(this::look);
    private final FrameReader frames;
    private final Overlaps overlaps;
    private final MarkerTracks markers;

    /** @param behindMs how long the oldest chunk waits that the catalog does not know yet */
    public StoredSessions(Catalog catalog, ObjectStore objectStore, LongSupplier behindMs, MeterRegistry registry) {
        this(catalog, objectStore, behindMs, WorkTracer.NONE, registry);
    }

    /** The same, followed by a tracer. */
    public StoredSessions(
            Catalog catalog,
            ObjectStore objectStore,
            LongSupplier behindMs,
            WorkTracer tracer,
            MeterRegistry registry) {
        this.catalog = catalog;
        this.behindMs = behindMs;
        this.lookups = new BoundedWorkers("tapedeck-lookup", CATALOG_THREADS, CATALOG_QUEUE, tracer);
        this.frameWorkers = new BoundedWorkers("tapedeck-frame", FRAME_THREADS, FRAME_QUEUE, tracer);
        this.overlapWorkers = new BoundedWorkers("tapedeck-overlap", OVERLAP_THREADS, OVERLAP_QUEUE, tracer);
        MergeMeters meters = new MergeMeters(registry);
        this.frames = new FrameReader(objectStore, frameWorkers, meters);
        this.overlaps = new Overlaps(frames, meters);
        this.markers = new MarkerTracks(new MarkerReader(frames), tracer);
    }

    @Override
    public CompletableFuture<SessionPage> sessions(SessionQuery query) {
        return lookups.submit(() -> catalog.sessions(query));
    }

    @Override
    public CompletableFuture<Manifest> manifest(SessionKey session) {
        // Asked before looking: what becomes visible in between may only make the answer better.
        long behind = behindMs.getAsLong();
        return answer(view(session).thenApply(view -> view.manifest(behind)));
    }

    @Override
    public CompletableFuture<Map<SessionKey, SessionProgress>> progress(Collection<SessionKey> sessions) {
        List<SessionKey> asked = List.copyOf(sessions);
        return lookups.submit(() -> catalog.progress(asked));
    }

    @Override
    public CompletableFuture<EventStream> events(SessionKey session, WindowId window, Long from, Long to) {
        return answer(view(session)
                .thenApply(view ->
                        frames.streamInOrder(view.layout().rev(), FrameSelection.range(view, window, from, to))));
    }

    @Override
    public CompletableFuture<EventStream> events(SessionKey session, long rev, List<String> frameIds) {
        if (frameIds.isEmpty() || frameIds.size() > FRAME_IDS_MAX) {
            throw new IllegalArgumentException("1 to " + FRAME_IDS_MAX + " frames can be asked for");
        }
        return answer(view(session)
                .thenApply(view -> frames.stream(view.layout().rev(), FrameSelection.named(view, frameIds))));
    }

    @Override
    public CompletableFuture<MarkerTrack> markers(SessionKey session) {
        return answer(again(() -> view(session).thenCompose(markers::of)));
    }

    /** Once more if objects were replaced meanwhile. */
    private static <T> CompletableFuture<T> again(Supplier<CompletableFuture<T>> call) {
        return call.get()
                .exceptionallyCompose(
                        failure -> REPLACED.contains(StoreException.of(failure).kind())
                                ? call.get()
                                : CompletableFuture.failedFuture(failure));
    }

    /** Fails with a {@link StoreException} and nothing else. */
    private static <T> CompletableFuture<T> answer(CompletableFuture<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        work.whenComplete((value, failure) -> {
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(StoreException.of(failure));
            }
        });
        return answer;
    }

    private CompletableFuture<SessionView> view(SessionKey session) {
        return views.get(session);
    }

    private CompletableFuture<SessionView> look(SessionKey session) {
        return lookups.submit(() -> layout(session))
                .thenCompose(layout -> Overlaps.arePossible(layout)
                        ? again(() -> overlapping(session))
                        : CompletableFuture.completedFuture(SessionView.of(layout, Map.of())));
    }

    private CompletableFuture<SessionView> overlapping(SessionKey session) {
        return overlapWorkers.submit(() -> {
            SessionLayout layout = layout(session);
            return SessionView.of(layout, overlaps.in(layout));
        });
    }

    private SessionLayout layout(SessionKey session) {
        return catalog.layout(session)
                .orElseThrow(() -> new StoreException(StoreErrorKind.NOT_FOUND, "there is no such session"));
    }

    @Override
    public void close() {
        lookups.close();
        frameWorkers.close();
        markers.close();
        overlapWorkers.close();
    }
}
