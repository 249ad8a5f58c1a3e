package io.tapedeck.store.event;

import io.tapedeck.store.SessionFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * Clicks of all windows that nothing came of in their own window, and when each window was opened: a click that opened
 * another window is not dead. Not thread-safe, bounded.
 */
final class DeadClicks {
    private static final int CLICKS_MAX = 50_000;
    private static final int WINDOWS_MAX = SessionFacts.WINDOWS_MAX;

    private final List<Found> found = new ArrayList<>();
    private final List<Opened> windows = new ArrayList<>();
    /** Those that there was no room for; they are counted without another look. */
    private int beyond;

    private record Found(long at, String window, MarkerData data) {}

    private record Opened(String window, long at) {}

    void add(long at, String window, MarkerData data) {
        if (found.size() < CLICKS_MAX) {
            found.add(new Found(at, window, data));
        } else {
            beyond++;
        }
    }

    /** The first event of a window. */
    void opened(String window, long at) {
        if (windows.size() < WINDOWS_MAX) {
            windows.add(new Opened(window, at));
        }
    }

    /** Adds a marker for each click that is dead and returns how many there are. */
    int finish(MarkerList markers) {
        int dead = beyond;
        for (Found click : found) {
            if (windows.stream().noneMatch(window -> isOpenedBy(click, window))) {
                dead++;
                markers.add(click.at(), click.window(), Marker.Kind.DEAD_CLICK, "Dead click", null, null, click.data());
            }
        }
        return dead;
    }

    private static boolean isOpenedBy(Found click, Opened window) {
        return window.at() >= click.at()
                && ActiveTime.between(click.at(), window.at()) <= Clicks.EFFECT_MS
                && !window.window().equals(click.window());
    }
}
