package io.tapedeck.store.event;

import io.tapedeck.store.ChunkId;
import io.tapedeck.store.WindowId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * What one pass over an array of events found: where each is, and what they say in all. Refers to the JSON it was read from,
 * which must not change before {@link #finish}. Not thread-safe.
 */
public final class EventScan {
    private static final int SPANS_AT_FIRST = 64;

    private final EventTally tally = new EventTally();
    private int[] bounds = new int[2 * SPANS_AT_FIRST];
    private int count;
    private long bytes;
    private byte[] json;
    private int from;
    private int to;
    private boolean hasLineBreaks;

    EventScan() {}

    /** How many events there are. */
    public int events() {
        return count;
    }

    /** The array as it came, array-backed. */
    public ByteBuffer array() {
        return ByteBuffer.wrap(json, from, to - from);
    }

    /** Reads the array that is the scanner's next value. */
    void read(JsonScanner scanner, int eventsMax) {
        json = scanner.json();
        from = scanner.valueStart();
        EventHead head = new EventHead();
        scanner.beginArray();
        while (scanner.nextElement()) {
            head.read(scanner);
            if (head.namesWindow()) {
                throw new MalformedEventsException("an event with a member w, which is reserved", head.from());
            }
            if (count == eventsMax) {
                throw new MalformedEventsException("more than " + eventsMax + " events", head.from());
            }
            add(head.from(), head.to());
            tally.add(json, head);
        }
        to = scanner.position();
        hasLineBreaks = scanner.hasLineBreaks();
    }

    /**
     * Copies the events into lines, and hashes them as they came.
     *
     * @param window goes into every line
     * @param receivedAt the server's clock, epoch ms
     * @param arrays gives an array of at least so many bytes for the lines
     * @throws MalformedEventsException if the lines are more bytes than an array can have
     */
    public ScannedEvents finish(WindowId window, long receivedAt, IntFunction<byte[]> arrays) {
        return tally.toScannedEvents(lines(window, arrays), count, ChunkId.ofContent(array()), receivedAt);
    }

    private void add(int eventFrom, int eventTo) {
        if (2 * count == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * count] = eventFrom;
        bounds[2 * count + 1] = eventTo;
        bytes += eventTo - eventFrom;
        count++;
    }

    private ByteBuffer lines(WindowId window, IntFunction<byte[]> arrays) {
        byte[] start = ("{\"w\":\"" + window.value() + "\",").getBytes(StandardCharsets.US_ASCII);
        int lineBytes = lineBytes(start.length);
        byte[] lines = arrays.apply(lineBytes);
        int at = 0;
        for (int i = 0; i < count; i++) {
            System.arraycopy(start, 0, lines, at, start.length);
            at += start.length;
            // The start stands for the event's own opening brace.
            int eventFrom = bounds[2 * i] + 1;
            int length = bounds[2 * i + 1] - eventFrom;
            System.arraycopy(json, eventFrom, lines, at, length);
            if (hasLineBreaks) {
                breaksToSpaces(lines, at, at + length);
            }
            at += length;
            lines[at++] = '\n';
        }
        return ByteBuffer.wrap(lines, 0, lineBytes);
    }

    /** Bytes of all lines: the start replaces one byte of each event, and a line feed is added. */
    private int lineBytes(int startLength) {
        long total = bytes + (long) count * startLength;
        if (total > Integer.MAX_VALUE - 8) {
            throw new MalformedEventsException("too many bytes of events", from);
        }
        return (int) total;
    }

    private static void breaksToSpaces(byte[] lines, int from, int to) {
        for (int i = from; i < to; i++) {
            if (lines[i] == '\n' || lines[i] == '\r') {
                lines[i] = ' ';
            }
        }
    }
}
