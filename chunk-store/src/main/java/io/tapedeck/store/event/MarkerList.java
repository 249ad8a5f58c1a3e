package io.tapedeck.store.event;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The markers found so far, within bounds on their number and on their text. What does not fit is left out, and said to
 * be. Not thread-safe.
 *
 * <p>Console lines and requests, of which a page may make any number, get only the greater part of the room, so that
 * they cannot push out the errors and clicks that people look for.
 */
final class MarkerList {
    static final int MARKERS_MAX = 50_000;
    static final int ROUTINE_MARKERS_MAX = 40_000;
    /** Bytes of all data and titles together, as JSON, and those that console lines and requests may use of them. */
    static final int TEXT_BYTES_MAX = 16 * 1024 * 1024;

    static final int ROUTINE_TEXT_BYTES_MAX = 12 * 1024 * 1024;
    static final int TITLE_CHARS_MAX = 300;

    private final List<Marker> markers = new ArrayList<>();
    private long textBytes;
    private boolean truncated;

    /** @param data its text has been bounded and cleaned; null for none */
    void add(long at, String window, Marker.Kind kind, String title, Long durationMs, String level, MarkerData data) {
        String line = JsonText.line(title, TITLE_CHARS_MAX);
        int bytes = JsonText.jsonBytes(line) + (data == null ? 0 : data.bytes());
        boolean routine = (kind == Marker.Kind.CONSOLE && !"error".equals(level)) || kind == Marker.Kind.REQUEST;
        int countMax = routine ? ROUTINE_MARKERS_MAX : MARKERS_MAX;
        int bytesMax = routine ? ROUTINE_TEXT_BYTES_MAX : TEXT_BYTES_MAX;
        if (markers.size() >= countMax || textBytes + bytes > bytesMax) {
            truncated = true;
            return;
        }
        textBytes += bytes;
        markers.add(new Marker(at, window, kind, line, durationMs, level, data == null ? null : data.node()));
    }

    boolean truncated() {
        return truncated;
    }

    List<Marker> byTime() {
        List<Marker> sorted = new ArrayList<>(markers);
        sorted.sort(Comparator.comparingLong(Marker::at));
        return List.copyOf(sorted);
    }
}
