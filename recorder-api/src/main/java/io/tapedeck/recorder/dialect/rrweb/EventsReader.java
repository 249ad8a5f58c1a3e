package io.tapedeck.recorder.dialect.rrweb;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.dialect.JsonBuilder;
import io.tapedeck.recorder.inflate.Unpacker;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.event.ScanLimits;
import java.nio.ByteBuffer;

/**
 * Finds the events in a body, and unpacks those that rrweb's packer has packed. Not thread-safe; for one body.
 *
 * <pre>
 *   {"events":["x\u009c…", {…}]}      becomes      [{…},{…}]
 *
 *   "x\u009c…" is a zlib stream, a byte a character, of   {"type":3,"data":{…},"timestamp":1795295427160,"v":"v1"}
 *                                     of which stays   {"type":3,"data":{…},"timestamp":1795295427160}
 * </pre>
 *
 * Whatever is not packed is not looked into, and stays where it is if nothing is.
 */
final class EventsReader {
    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();
    private static final int PACKED_MAX = ScanLimits.DEFAULT.eventsMax();

    private final Unpacker unpacker;
    private final JsonScanner json = new JsonScanner(DEPTH_MAX);
    private final JsonScanner unpacked = new JsonScanner(DEPTH_MAX);
    private final JsonBuilder splice;
    private ByteBuffer events;

    EventsReader(Unpacker unpacker) {
        this.unpacker = unpacker;
        this.splice = new JsonBuilder(unpacker);
    }

    /**
     * The events as a JSON array.
     *
     * @throws ProblemException MALFORMED; TOO_LARGE or OVER_CAPACITY at a bound
     */
    ByteBuffer read(ByteBuffer body) {
        byte[] bytes = body.array();
        int from = body.arrayOffset() + body.position();
        json.reset(bytes, from, from + body.remaining());
        try {
            switch (json.peek()) {
                case ARRAY -> readEvents(bytes);
                case OBJECT -> readEnvelope(bytes);
                default -> throw Problem.malformed("the body must be a JSON array of events, or have one: events");
            }
            json.end();
        } catch (MalformedEventsException e) {
            throw Problem.malformed("the body: " + e.getMessage());
        }
        if (events == null) {
            throw Problem.malformed("events is missing");
        }
        return events;
    }

    private void readEnvelope(byte[] bytes) {
        json.beginObject();
        while (json.nextMember()) {
            if (!json.nameIs("events")) {
                json.skipValue();
            } else if (events != null || json.peek() != Kind.ARRAY) {
                throw Problem.malformed("events must be an array, once");
            } else {
                readEvents(bytes);
            }
        }
    }

    private void readEvents(byte[] bytes) {
        int from = json.valueStart();
        int to = from + 1;
        int packed = 0;
        json.beginArray();
        while (json.nextElement()) {
            boolean isPacked = json.peek() == Kind.STRING;
            json.skipValue();
            if (isPacked) {
                if (packed == 0) {
                    splice.append(bytes, from, to);
                }
                if (++packed > PACKED_MAX) {
                    throw Problem.malformed("more than " + PACKED_MAX + " events");
                }
                separate();
                appendUnpacked(bytes);
            } else if (packed > 0) {
                separate();
                splice.append(bytes, json.valueFrom(), json.valueTo());
            }
            to = json.valueTo();
        }
        events = packed == 0
                ? ByteBuffer.wrap(bytes, from, json.valueTo() - from)
                : splice.append(']').toBuffer();
    }

    private void separate() {
        if (splice.length() > 1) {
            splice.append(',');
        }
    }

    private void appendUnpacked(byte[] bytes) {
        ByteBuffer event = unpacker.unpackString(bytes, json.valueFrom(), json.valueTo());
        try {
            appendWithoutVersion(event.array(), event.arrayOffset() + event.position(), event.remaining());
        } catch (MalformedEventsException e) {
            throw Problem.malformed("a packed event: " + e.getMessage());
        } finally {
            unpacker.release(event.capacity());
        }
    }

    /** The packer's own member {@code v} goes. */
    private void appendWithoutVersion(byte[] bytes, int from, int length) {
        unpacked.reset(bytes, from, from + length);
        unpacked.beginObject();
        splice.append('{');
        boolean first = true;
        while (unpacked.nextMember()) {
            int memberFrom = unpacked.memberFrom();
            boolean isVersion = unpacked.nameIs("v");
            unpacked.skipValue();
            if (!isVersion) {
                if (!first) {
                    splice.append(',');
                }
                splice.append(bytes, memberFrom, unpacked.valueTo());
                first = false;
            }
        }
        unpacked.end();
        splice.append('}');
    }
}
