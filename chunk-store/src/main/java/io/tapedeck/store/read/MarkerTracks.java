package io.tapedeck.store.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tapedeck.store.BoundedWorkers;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WorkTracer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The markers of sessions, looked for once for all who ask: those of a session that is not settled take a pass through its
 * events, and all its viewers ask at once when it has grown. Thread-safe; no call blocks. What fails is not kept.
 */
final class MarkerTracks implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int QUEUE = 50;
    /** Most markers, of all sessions together, that are kept for the next call. */
    private static final long CACHED_MARKERS_MAX = 100_000;

    private static final Duration CACHED_FOR = Duration.ofMinutes(10);

    private final MarkerReader reader;
    private final BoundedWorkers workers;
    private final Cache<SessionRev, MarkerTrack> cached = Caffeine.newBuilder()
            .maximumWeight(CACHED_MARKERS_MAX)
            .weigher((SessionRev key, MarkerTrack track) -> 1 + track.markers().size())
            .expireAfterAccess(CACHED_FOR)
            .executor(Runnable::run)
            .build();
    /** As many as the workers take. */
    private final Map<SessionRev, CompletableFuture<MarkerTrack>> underWay = new ConcurrentHashMap<>();

    private record SessionRev(SessionKey session, long rev) {}

    MarkerTracks(MarkerReader reader, WorkTracer tracer) {
        this.reader = reader;
        this.workers = new BoundedWorkers("tapedeck-marker", THREADS, QUEUE, tracer);
    }

    /** The future is the caller's own: completing or cancelling it changes nobody else's. */
    CompletableFuture<MarkerTrack> of(SessionView view) {
        SessionRev key = new SessionRev(view.layout().session(), view.layout().rev());
        MarkerTrack known = cached.getIfPresent(key);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        CompletableFuture<MarkerTrack> mine = new CompletableFuture<>();
        CompletableFuture<MarkerTrack> others = underWay.putIfAbsent(key, mine);
        if (others != null) {
            return others.copy();
        }
        workers.submit(() -> reader.read(view)).whenComplete((track, failure) -> {
            if (failure == null) {
                cached.put(key, track);
            }
            underWay.remove(key);
            if (failure == null) {
                mine.complete(track);
            } else {
                mine.completeExceptionally(failure);
            }
        });
        return mine.copy();
    }

    @Override
    public void close() {
        workers.close();
    }
}
