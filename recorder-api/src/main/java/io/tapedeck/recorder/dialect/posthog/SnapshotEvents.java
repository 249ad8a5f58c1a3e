package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.http.Problem;
import io.tapedeck.recorder.dialect.Spliced;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads {@code $snapshot_data}: rrweb events, the large parts of which are compressed one by one. An event with the
 * member {@code cv} has them so:
 *
 * <pre>
 *   {"type":2, "data":"⟨gzip⟩", "timestamp":…, "cv":"2024-10"}                              a full snapshot
 *   {"type":3, "data":{"source":0, "texts":"⟨gzip⟩", "attributes":"⟨gzip⟩", …}, …, "cv":…}   mutations, style rules
 * </pre>
 *
 * where ⟨gzip⟩ is a string of one character a byte, and unpacked is the JSON of what belongs there. That is put there and
 * {@code cv} left out; everything else stays as the bytes it came in. Which member is packed shows before {@code cv}
 * does, so an event's places are noted first. Not thread-safe.
 */
final class SnapshotEvents {
    private static final String[] PACKED = {"texts", "attributes", "removes", "adds"};
    /** More than an event has, unless it names a member twice. */
    private static final int PLACES_MAX = 8;

    private static final ByteBuffer BRACKET = ascii("[");
    private static final ByteBuffer END = ascii("]");

    private final JsonScanner json;
    private final byte[] body;
    private final Unpacker unpacker;

    private final int[] from = new int[PLACES_MAX];
    private final int[] to = new int[PLACES_MAX];
    private int places;

    /** @param json over {@code body} */
    SnapshotEvents(JsonScanner json, byte[] body, Unpacker unpacker) {
        this.json = json;
        this.body = body;
        this.unpacker = unpacker;
    }

    /**
     * Reads the value that comes next, which is an array of events or, from old versions, one event.
     *
     * @return a JSON array, array-backed; null if there is none, or none in it
     */
    ByteBuffer read() {
        return switch (json.peek()) {
            case ARRAY -> array();
            case OBJECT -> single();
            default -> {
                json.skipValue();
                yield null;
            }
        };
    }

    private ByteBuffer array() {
        json.beginArray();
        Spliced events = new Spliced(body, json.valueTo() - 1, unpacker);
        boolean any = false;
        while (json.nextElement()) {
            any = true;
            if (json.peek() == Kind.OBJECT) {
                event(events);
            } else {
                json.skipValue();
            }
        }
        return any ? events.finish(json.valueTo()) : null;
    }

    /** Brackets are put around it. */
    private ByteBuffer single() {
        json.beginObject();
        int start = json.valueTo() - 1;
        Spliced events = new Spliced(body, start, unpacker);
        events.replace(start, start, BRACKET);
        members(events);
        int end = json.valueTo();
        events.replace(end, end, END);
        return events.finish(end);
    }

    private void event(Spliced events) {
        json.beginObject();
        members(events);
    }

    private void members(Spliced events) {
        places = 0;
        int versionFrom = -1;
        int versionTo = -1;
        boolean versionFirst = false;
        int before = json.valueTo();
        for (boolean first = true; json.nextMember(); first = false) {
            if (versionFirst) {
                // The comma behind it goes with it.
                versionTo = json.memberFrom();
                versionFirst = false;
            }
            if (json.nameIs("cv")) {
                versionFirst = first;
                versionFrom = first ? json.memberFrom() : before;
                json.skipValue();
                versionTo = json.valueTo();
            } else if (json.nameIs("data")) {
                data();
            } else {
                json.skipValue();
            }
            before = json.valueTo();
        }
        if (versionFrom >= 0) {
            unpack(events, versionFrom, versionTo);
        }
    }

    private void data() {
        switch (json.peek()) {
            case STRING -> place();
            case OBJECT -> {
                json.beginObject();
                while (json.nextMember()) {
                    if (isPacked() && json.peek() == Kind.STRING) {
                        place();
                    } else {
                        json.skipValue();
                    }
                }
            }
            default -> json.skipValue();
        }
    }

    private boolean isPacked() {
        for (String name : PACKED) {
            if (json.nameIs(name)) {
                return true;
            }
        }
        return false;
    }

    private void place() {
        json.skipValue();
        if (places == PLACES_MAX) {
            throw Problem.malformed("an event of $snapshot_data repeats its members");
        }
        from[places] = json.valueFrom();
        to[places] = json.valueTo();
        places++;
    }

    private void unpack(Spliced events, int versionFrom, int versionTo) {
        boolean removed = false;
        for (int i = 0; i < places; i++) {
            if (!removed && versionFrom < from[i]) {
                events.remove(versionFrom, versionTo);
                removed = true;
            }
            ByteBuffer plain = unpacker.unpackString(body, from[i], to[i]);
            events.replace(from[i], to[i], plain);
            unpacker.release(plain.capacity());
        }
        if (!removed) {
            events.remove(versionFrom, versionTo);
        }
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
