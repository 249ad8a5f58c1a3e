package io.tapedeck.store;

import java.util.List;

/**
 * What a player gets to know of one session. Immutable.
 *
 * @param behindMs how old the newest acknowledged chunk is that this may not show yet; 0 if healthy
 * @param windows by first event
 * @param frames in play order within a window, windows in the order of {@code windows}
 * @param gaps where a window's sequence numbers are missing
 */
public record Manifest(
        SessionSummary session, long behindMs, List<Window> windows, List<Frame> frames, List<Gap> gaps) {
    /** One window: first and last event time (inclusive), number of events, times of full snapshots. */
    public record Window(WindowId id, long firstAt, long lastAt, long events, List<Long> fullSnapshotTimes) {}

    /**
     * One frame as the player fetches it.
     *
     * @param id opaque, {@code A-Za-z0-9._-}, valid as long as the session's manifest lists it
     * @param events the exact number of lines it yields
     * @param bytes its compressed size; for a frame from which repeated chunks are cut, an upper bound
     */
    public record Frame(
            String id,
            WindowId window,
            long firstAt,
            long lastAt,
            int events,
            int bytes,
            int bytesRaw,
            List<Long> fullSnapshotTimes) {}

    /** Chunks {@code (afterSeq, beforeSeq)} of a window are missing, between the times {@code from} and {@code to}. */
    public record Gap(WindowId window, long afterSeq, long beforeSeq, long from, long to) {}
}
