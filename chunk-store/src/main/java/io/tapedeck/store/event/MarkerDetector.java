package io.tapedeck.store.event;

import io.tapedeck.store.EventCounts;
import io.tapedeck.store.WindowId;
import java.util.List;

/**
 * Finds the points of interest of a session from its events: feed it one window after another, each window's events in
 * order, then {@link #finish}. Keeps no events. Not thread-safe.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class MarkerDetector {
    /** The events that follow are this window's. */
    public void beginWindow(WindowId window) {
        throw new UnsupportedOperationException();
    }

    /** The next event of the window: the bytes that {@code head} was read from. Nothing of them is kept. */
    public void event(byte[] json, EventHead head) {
        throw new UnsupportedOperationException();
    }

    public Findings finish() {
        throw new UnsupportedOperationException();
    }

    /**
     * @param markers by time
     * @param truncated whether a bound was reached and markers are left out
     * @param counts over all events, whether or not they have a marker
     * @param activeMs time in which the visitor did something, in any window
     */
    public record Findings(List<Marker> markers, boolean truncated, EventCounts counts, long activeMs) {}
}
