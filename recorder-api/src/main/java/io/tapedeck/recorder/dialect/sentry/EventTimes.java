package io.tapedeck.recorder.dialect.sentry;

import io.tapedeck.http.Problem;
import io.tapedeck.recorder.dialect.Spliced;
import io.tapedeck.recorder.inflate.MemoryBudget;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Puts the times that the SDK has in seconds into milliseconds. Nothing else of an event is changed. */
final class EventTimes {
    private static final ScanLimits LIMITS = ScanLimits.DEFAULT;

    private EventTimes() {}

    /**
     * Finds the times and replaces them.
     *
     * @param events array-backed; not changed
     * @param budget where a copy is reserved
     * @return a copy, or empty if all times are in milliseconds
     */
    static Optional<ByteBuffer> inMs(ByteBuffer events, MemoryBudget budget) {
        int from = events.arrayOffset() + events.position();
        int to = from + events.remaining();
        Spliced spliced = new Spliced(events.array(), from, budget);
        try {
            scan(events.array(), from, to, spliced);
            return spliced.isChanged() ? Optional.of(spliced.finish(to)) : Optional.empty();
        } catch (MalformedEventsException e) {
            throw Problem.malformed("replay_recording: " + e.getMessage());
        }
    }

    private static void scan(byte[] json, int from, int to, Spliced events) {
        JsonScanner scanner = new JsonScanner(LIMITS.depthMax()).reset(json, from, to);
        scanner.beginArray();
        for (int count = 0; scanner.nextElement(); count++) {
            if (count == LIMITS.eventsMax()) {
                throw Problem.malformed("replay_recording: more than " + count + " events");
            }
            scanEvent(scanner, events);
        }
        scanner.end();
    }

    private static void scanEvent(JsonScanner scanner, Spliced events) {
        if (!Values.enter(scanner)) {
            return;
        }
        while (scanner.nextMember()) {
            if (!scanner.nameIs("timestamp") || scanner.peek() != Kind.NUMBER) {
                scanner.skipValue();
                continue;
            }
            double time = scanner.readDouble();
            if (Values.isSeconds(time)) {
                byte[] ms = Long.toString(Values.toMs(time)).getBytes(StandardCharsets.US_ASCII);
                events.replace(scanner.valueFrom(), scanner.valueTo(), ByteBuffer.wrap(ms));
            }
        }
    }
}
