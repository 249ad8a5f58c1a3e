package io.tapedeck.recorder.dialect.sentry;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import io.tapedeck.http.ProblemException;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.MalformedEventsException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes an envelope apart:
 *
 * <pre>
 * {"event_id":"…","sent_at":"…"}⏎               the envelope's header
 * {"type":"replay_event"}⏎                      an item's header without length:
 * {…}⏎                                          its payload ends with the line
 * {"type":"replay_recording","length":52652}⏎   with length:
 * {"segment_id":0}⏎x\x9c…⏎                      its payload is so many bytes, line feeds or not
 * </pre>
 *
 * Lines may end with CR LF, the last line feed may be missing, empty lines between items are passed over. Payloads of
 * items that are of no use here are passed over unread. Not thread-safe.
 */
final class EnvelopeReader {
    /** The SDK puts one or two things into an envelope. */
    static final int ITEMS_MAX = 100;

    private static final int DEPTH_MAX = 64;
    private static final int TYPE_CHARS_MAX = 40;
    private static final int TO_THE_LINES_END = -1;

    private final JsonScanner json = new JsonScanner(DEPTH_MAX);
    private byte[] body;
    private int at;
    private int to;

    /**
     * @param from array-backed
     * @throws ProblemException MALFORMED
     */
    Envelope read(ByteBuffer from) {
        body = from.array();
        at = from.arrayOffset() + from.position();
        to = at + from.remaining();
        try {
            EnvelopeHeader header = header();
            List<Envelope.Item> items = new ArrayList<>();
            for (int count = 0; nextItem(); count++) {
                require(count < ITEMS_MAX, "an envelope may have at most " + ITEMS_MAX + " items");
                item(items);
            }
            return new Envelope(body, header, items);
        } catch (MalformedEventsException e) {
            throw Problem.malformed("the envelope: " + e.getMessage());
        }
    }

    private EnvelopeHeader header() {
        int end = lineEnd();
        json.reset(body, at, end);
        require(json.peek() == Kind.OBJECT, "an envelope begins with a JSON object");
        EnvelopeHeader header = EnvelopeHeader.read(json);
        json.end();
        at = Math.min(to, end + 1);
        return header;
    }

    /** Goes over empty lines; false at the end. */
    private boolean nextItem() {
        while (at < to && (body[at] == '\n' || body[at] == '\r')) {
            at++;
        }
        return at < to;
    }

    private void item(List<Envelope.Item> items) {
        int end = lineEnd();
        String type = null;
        long length = TO_THE_LINES_END;
        json.reset(body, at, end);
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("type")) {
                type = Values.text(json, TYPE_CHARS_MAX);
            } else if (json.nameIs("length") && json.peek() != Kind.NULL) {
                length = json.readLong();
                require(length >= 0, "an item's length must not be negative");
            } else {
                json.skipValue();
            }
        }
        json.end();
        require(type != null, "an item's type is missing");
        at = Math.min(to, end + 1);
        int from = at;
        int payloadTo = payloadTo(length);
        for (Envelope.Type known : Envelope.Type.values()) {
            if (known.text().equals(type)) {
                items.add(new Envelope.Item(known, from, payloadTo));
            }
        }
    }

    /** Goes behind the payload that begins here, and its line feed; returns where the payload ends. */
    private int payloadTo(long length) {
        if (length == TO_THE_LINES_END) {
            int end = lineEnd();
            at = Math.min(to, end + 1);
            return end;
        }
        require(length <= to - at, "an item is longer than what is left of the envelope");
        int end = at + (int) length;
        at = end;
        if (at < to && body[at] == '\r') {
            at++;
        }
        require(at == to || body[at] == '\n', "an item's payload is longer than its length");
        return end;
    }

    private int lineEnd() {
        int end = at;
        while (end < to && body[end] != '\n') {
            end++;
        }
        return end;
    }

    private static void require(boolean condition, String detail) {
        if (!condition) {
            throw Problem.of(ProblemCode.MALFORMED, detail).asException();
        }
    }
}
