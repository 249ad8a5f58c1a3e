package io.tapedeck.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The store as playback sees it: sessions and their events out. Thread-safe; may be called from event loops. A session
 * that is not settled reads just like one that is. Futures fail with {@link StoreException}: NOT_FOUND for no such
 * session, CONFLICT for frames that are no longer the session's, UNAVAILABLE and the like for an outage.
 */
public interface SessionReader {
    CompletableFuture<SessionPage> sessions(SessionQuery query);

    CompletableFuture<Manifest> manifest(SessionKey session);

    /**
     * How far sessions have come, for those who follow them: one cheap look for all.
     *
     * @return without those that there are not (never were, erased, expired)
     */
    CompletableFuture<Map<SessionKey, SessionProgress>> progress(Collection<SessionKey> sessions);

    /**
     * The events of the frames that cover a range of time, starting at the last full snapshot at or before it.
     *
     * @param window one window, or null for all
     * @param from epoch ms, or null for the start
     * @param to epoch ms, exclusive, or null for the end
     */
    CompletableFuture<EventStream> events(SessionKey session, WindowId window, Long from, Long to);

    /**
     * The events of whole frames, in the order given.
     *
     * @param rev the manifest's; a frame that this or a later manifest still lists is served, others are a CONFLICT
     * @param frameIds 1 to 1,000 ids of that manifest's frames
     */
    CompletableFuture<EventStream> events(SessionKey session, long rev, List<String> frameIds);

    CompletableFuture<MarkerTrack> markers(SessionKey session);
}
