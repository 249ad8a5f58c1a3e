package io.tapedeck.store.event;

import io.tapedeck.store.WindowId;

/**
 * Turns a JSON array of rrweb events into a chunk's lines and facts. Immutable and thread-safe; keeps nothing of what it
 * scans.
 *
 * <p>One pass validates the text, finds where each event begins and ends, and counts; the events are then copied
 * verbatim into a buffer of exactly the size needed. An event such as
 *
 * <pre>
 *   { "type": 3, "data": {…},
 *     "timestamp": 1794116402999 }
 * </pre>
 *
 * becomes the line
 *
 * <pre>
 *   {"w":"tab-1", "type": 3, "data": {…},     "timestamp": 1794116402999 }⏎
 * </pre>
 *
 * JSON has raw line breaks only outside of strings, where a space says the same. That member {@code w} is the store's
 * own: an event that brings one is refused.
 *
 * <p>Times are stored as they came, however absurd. The facts made of them are clamped to what the receipt makes
 * plausible (see {@link EventTally}).
 */
public final class EventScanner {
    private final ScanLimits limits;

    public EventScanner(ScanLimits limits) {
        this.limits = limits;
    }

    /**
     * Scans the array in {@code [from, to)} of {@code json}, which is only read.
     *
     * @param window goes into every line
     * @param receivedAt the server's clock, epoch ms
     * @throws MalformedEventsException if it is not valid JSON, is not an array, an event is not what it must be, or a
     *     limit is exceeded
     */
    public ScannedEvents scan(byte[] json, int from, int to, WindowId window, long receivedAt) {
        JsonScanner scanner = new JsonScanner(limits.depthMax()).reset(json, from, to);
        EventScan scan = read(scanner);
        scanner.end();
        return scan.finish(window, receivedAt, byte[]::new);
    }

    /**
     * Reads the array that is the scanner's next value, for who finds events among other things: what it found is to be
     * finished before the JSON changes.
     *
     * @throws MalformedEventsException as {@link #scan}
     */
    public EventScan read(JsonScanner json) {
        EventScan scan = new EventScan();
        scan.read(json, limits.eventsMax());
        return scan;
    }
}
