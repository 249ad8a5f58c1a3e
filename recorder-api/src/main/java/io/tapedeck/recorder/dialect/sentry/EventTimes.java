package io.tapedeck.recorder.dialect.sentry;

import io.tapedeck.recorder.inflate.MemoryBudget;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
        try {
            List<Splice> splices = find(events.array(), from, to);
            return splices.isEmpty()
                    ? Optional.empty()
                    : Optional.of(spliced(events.array(), from, to, splices, budget));
        } catch (MalformedEventsException e) {
            throw Values.malformed("replay_recording: " + e.getMessage());
        }
    }

    private static List<Splice> find(byte[] json, int from, int to) {
        JsonScanner scanner = new JsonScanner(LIMITS.depthMax()).reset(json, from, to);
        List<Splice> splices = new ArrayList<>();
        scanner.beginArray();
        for (int count = 0; scanner.nextElement(); count++) {
            if (count == LIMITS.eventsMax()) {
                throw Values.malformed("replay_recording: more than " + count + " events");
            }
            findInEvent(scanner, splices);
        }
        scanner.end();
        return splices;
    }

    private static void findInEvent(JsonScanner scanner, List<Splice> splices) {
        if (!Values.enter(scanner)) {
            return;
        }
        while (scanner.nextMember()) {
            if (!scanner.nameIs("timestamp") || scanner.peek() != Kind.NUMBER) {
                scanner.skipValue();
                continue;
            }
            double time = scanner.readDouble();
            if (Values.isSeconds(time) && splices.size() < LIMITS.eventsMax()) {
                String ms = Long.toString(Values.toMs(time));
                splices.add(new Splice(scanner.valueFrom(), scanner.valueTo(), ms));
            }
        }
    }

    private static ByteBuffer spliced(byte[] json, int from, int to, List<Splice> splices, MemoryBudget budget) {
        long size = (long) to - from;
        for (Splice splice : splices) {
            size += (long) splice.text().length() - splice.to() + splice.from();
        }
        budget.reserve(size);
        ByteBuffer copy = ByteBuffer.allocate((int) size);
        int at = from;
        for (Splice splice : splices) {
            copy.put(json, at, splice.from() - at).put(splice.text().getBytes(StandardCharsets.US_ASCII));
            at = splice.to();
        }
        return copy.put(json, at, to - at).flip();
    }

    /** {@code text} instead of {@code [from, to)}. */
    private record Splice(int from, int to, String text) {}
}
