package io.tapedeck.playback;

import io.tapedeck.store.EventStream;
import io.tapedeck.store.Manifest;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionPage;
import io.tapedeck.store.SessionProgress;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionReader;
import io.tapedeck.store.SessionSummary;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A store that answers what a test has put in, and remembers what it was asked. */
final class FakeReader implements SessionReader {
    final Map<SessionKey, Manifest> manifests = new ConcurrentHashMap<>();
    final Map<SessionKey, MarkerTrack> tracks = new ConcurrentHashMap<>();
    volatile Function<SessionQuery, SessionPage> list = query -> new SessionPage(List.of(), null);
    volatile Function<EventsCall, EventStream> events;
    volatile EventsCall lastCall;
    final AtomicInteger manifestCalls = new AtomicInteger();
    final AtomicInteger progressCalls = new AtomicInteger();
    /** What looking for progress ends with, unless null. */
    volatile StoreException progressFailure;
    /** What reading a manifest ends with, unless null. */
    volatile StoreException manifestFailure;

    /** Either by range, with rev and frames null, or by frames. */
    record EventsCall(SessionKey session, WindowId window, Long from, Long to, Long rev, List<String> frames) {}

    @Override
    public CompletableFuture<SessionPage> sessions(SessionQuery query) {
        return CompletableFuture.supplyAsync(() -> list.apply(query));
    }

    @Override
    public CompletableFuture<Manifest> manifest(SessionKey session) {
        manifestCalls.incrementAndGet();
        StoreException failure = manifestFailure;
        return failure != null ? CompletableFuture.failedFuture(failure) : find(manifests, session);
    }

    @Override
    public CompletableFuture<Map<SessionKey, SessionProgress>> progress(Collection<SessionKey> sessions) {
        progressCalls.incrementAndGet();
        return CompletableFuture.supplyAsync(() -> {
            if (progressFailure != null) {
                throw progressFailure;
            }
            Map<SessionKey, SessionProgress> found = new HashMap<>();
            for (SessionKey session : sessions) {
                Manifest manifest = manifests.get(session);
                if (manifest != null) {
                    SessionSummary summary = manifest.session();
                    found.put(session, new SessionProgress(summary.rev(), summary.settled()));
                }
            }
            return found;
        });
    }

    @Override
    public CompletableFuture<EventStream> events(SessionKey session, WindowId window, Long from, Long to) {
        return events(new EventsCall(session, window, from, to, null, null));
    }

    @Override
    public CompletableFuture<EventStream> events(SessionKey session, long rev, List<String> frameIds) {
        return events(new EventsCall(session, null, null, null, rev, frameIds));
    }

    private CompletableFuture<EventStream> events(EventsCall call) {
        lastCall = call;
        return find(manifests, call.session).thenApplyAsync(manifest -> events.apply(call));
    }

    @Override
    public CompletableFuture<MarkerTrack> markers(SessionKey session) {
        return find(tracks, session);
    }

    private static <T> CompletableFuture<T> find(Map<SessionKey, T> all, SessionKey session) {
        T found = all.get(session);
        return found != null
                ? CompletableFuture.completedFuture(found)
                : CompletableFuture.failedFuture(new StoreException(StoreErrorKind.NOT_FOUND, "no such session"));
    }
}
