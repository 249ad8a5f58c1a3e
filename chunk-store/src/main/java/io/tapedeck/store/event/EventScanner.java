package io.tapedeck.store.event;

import io.tapedeck.store.ChunkId;
import io.tapedeck.store.WindowId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
    private static final int SPANS_AT_FIRST = 64;

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
        EventHead head = new EventHead();
        EventTally tally = new EventTally(receivedAt);
        Spans spans = new Spans();
        scanner.beginArray();
        while (scanner.nextElement()) {
            head.read(scanner);
            if (head.namesWindow()) {
                throw new MalformedEventsException("an event with a member w, which is reserved", head.from());
            }
            if (spans.count == limits.eventsMax()) {
                throw new MalformedEventsException("more than " + limits.eventsMax() + " events", head.from());
            }
            spans.add(head.from(), head.to());
            tally.add(json, head);
        }
        scanner.end();
        ByteBuffer lines = lines(json, spans, window, scanner.hasLineBreaks());
        ChunkId contentId = ChunkId.ofContent(ByteBuffer.wrap(json, from, to - from));
        return tally.toScannedEvents(lines, spans.count, contentId);
    }

    private static ByteBuffer lines(byte[] json, Spans spans, WindowId window, boolean hasLineBreaks) {
        byte[] start = ("{\"w\":\"" + window.value() + "\",").getBytes(StandardCharsets.US_ASCII);
        byte[] lines = new byte[spans.bytesWith(start.length)];
        int at = 0;
        for (int i = 0; i < spans.count; i++) {
            System.arraycopy(start, 0, lines, at, start.length);
            at += start.length;
            // The start stands for the event's own opening brace.
            int from = spans.from(i) + 1;
            int length = spans.to(i) - from;
            System.arraycopy(json, from, lines, at, length);
            if (hasLineBreaks) {
                breaksToSpaces(lines, at, at + length);
            }
            at += length;
            lines[at++] = '\n';
        }
        return ByteBuffer.wrap(lines);
    }

    private static void breaksToSpaces(byte[] lines, int from, int to) {
        for (int i = from; i < to; i++) {
            if (lines[i] == '\n' || lines[i] == '\r') {
                lines[i] = ' ';
            }
        }
    }

    /** Where the events are. */
    private static final class Spans {
        private int[] bounds = new int[2 * SPANS_AT_FIRST];
        private int count;
        private long bytes;

        void add(int from, int to) {
            if (2 * count == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * bounds.length);
            }
            bounds[2 * count] = from;
            bounds[2 * count + 1] = to;
            bytes += to - from;
            count++;
        }

        int from(int i) {
            return bounds[2 * i];
        }

        int to(int i) {
            return bounds[2 * i + 1];
        }

        /** Bytes of all lines: the start replaces one byte of each event, and a line feed is added. */
        int bytesWith(int startLength) {
            long total = bytes + (long) count * startLength;
            if (total > Integer.MAX_VALUE - 8) {
                throw new MalformedEventsException("too many bytes of events", from(0));
            }
            return (int) total;
        }
    }
}
