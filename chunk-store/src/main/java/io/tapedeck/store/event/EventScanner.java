package io.tapedeck.store.event;

import io.tapedeck.store.WindowId;

/** Turns a JSON array of rrweb events into a chunk's lines and facts in one pass. Immutable and thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
public final class EventScanner {
    public EventScanner(ScanLimits limits) {}

    /**
     * Scans the array in {@code [from, to)} of {@code json}, which is only read.
     *
     * @throws MalformedEventsException if it is not valid JSON, is not an array, an event is not what it must be, or a
     *     limit is exceeded
     */
    public ScannedEvents scan(byte[] json, int from, int to, WindowId window, long receivedAt) {
        throw new UnsupportedOperationException();
    }
}
