package io.tapedeck.recorder.privacy;

import io.tapedeck.store.event.EventHead;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.ScanLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Tells which events have to be looked at as a tree, because they may hold what is not kept. Passing over the others is
 * what makes the traffic of well-behaved clients cheap, and leaves it as it was sent. Not thread-safe; used again for each
 * chunk.
 */
final class EventCheck {
    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();
    private static final int SOURCE_MUTATION = 0;
    private static final int SOURCE_INPUT = 5;

    /** Behind a user name. */
    private static final byte[] AT = ascii("@");

    private static final byte[] HEADERS = ascii("eaders\"");
    private static final byte[] BODY = ascii("ody\"");
    private static final byte[] CONSOLE = ascii("console");
    private static final byte[] NETWORK = ascii("network@");
    private static final byte[] SPAN = ascii("resource.");
    private static final byte[] BREADCRUMB = ascii("breadcrumb");
    private static final byte[] ERROR = ascii(PayloadMask.ERROR_TAG);

    private final JsonScanner json = new JsonScanner(DEPTH_MAX);
    private final NodeCheck nodes = new NodeCheck();

    /** @param events a JSON array, array-backed */
    boolean anySuspect(ByteBuffer events, Keeping keeping) {
        byte[] bytes = events.array();
        JsonScanner array = new JsonScanner(DEPTH_MAX);
        array.reset(bytes, events.arrayOffset() + events.position(), events.arrayOffset() + events.limit());
        array.beginArray();
        while (array.nextElement()) {
            array.skipValue();
            if (isSuspect(bytes, array.valueFrom(), array.valueTo(), keeping)) {
                return true;
            }
        }
        return false;
    }

    /** Lets go of the events. */
    void clear() {
        json.clear();
        nodes.clear();
    }

    /** Whether the event in {@code [from, to)} may hold what is not kept. */
    boolean isSuspect(byte[] bytes, int from, int to, Keeping keeping) {
        json.reset(bytes, from, to);
        if (json.peek() != Kind.OBJECT) {
            return false;
        }
        json.beginObject();
        int type = -1;
        int dataFrom = from;
        int dataTo = from;
        while (json.nextMember()) {
            if (json.nameIs("type") && json.peek() == Kind.NUMBER) {
                type = (int) json.readDouble();
            } else if (json.nameIs("data")) {
                json.skipValue();
                dataFrom = json.valueFrom();
                dataTo = json.valueTo();
            } else {
                json.skipValue();
            }
        }
        if (dataFrom == dataTo) {
            return false;
        }
        return switch (type) {
            case EventHead.FULL_SNAPSHOT ->
                keeping.hidesInput() && nodes.shows(bytes, dataFrom, dataTo, keeping.hidesText());
            case EventHead.INCREMENTAL -> keeping.hidesInput() && isIncrementSuspect(bytes, dataFrom, dataTo, keeping);
            case EventHead.META ->
                keeping.hidesQueries() && (hasQuery(bytes, dataFrom, dataTo) || contains(bytes, dataFrom, dataTo, AT));
            case EventHead.CUSTOM, EventHead.PLUGIN -> isPayloadSuspect(bytes, dataFrom, dataTo, keeping);
            default -> false;
        };
    }

    private boolean isIncrementSuspect(byte[] bytes, int from, int to, Keeping keeping) {
        json.reset(bytes, from, to);
        if (json.peek() != Kind.OBJECT) {
            return false;
        }
        json.beginObject();
        int source = -1;
        boolean shown = false;
        boolean checked = false;
        while (json.nextMember()) {
            Kind kind = json.peek();
            if (json.nameIs("source") && kind == Kind.NUMBER) {
                source = (int) json.readDouble();
            } else if (json.nameIs("text") && kind == Kind.STRING) {
                json.skipValue();
                shown = !Hidden.isHidden(bytes, json.valueFrom(), json.valueTo());
            } else if (json.nameIs("isChecked") && kind == Kind.BOOLEAN) {
                checked = json.readBoolean();
            } else {
                json.skipValue();
            }
        }
        return switch (source) {
            case SOURCE_MUTATION -> nodes.shows(bytes, from, to, keeping.hidesText());
            case SOURCE_INPUT -> shown && !checked;
            default -> false;
        };
    }

    private static boolean isPayloadSuspect(byte[] bytes, int from, int to, Keeping keeping) {
        return (keeping.hidesQueries() && (hasQuery(bytes, from, to) || hasUserName(bytes, from, to)))
                || (!keeping.headers() && contains(bytes, from, to, HEADERS))
                || (!keeping.bodies() && contains(bytes, from, to, BODY))
                || (!keeping.console() && contains(bytes, from, to, CONSOLE))
                || (!keeping.network() && (contains(bytes, from, to, NETWORK) || contains(bytes, from, to, SPAN)))
                || (!keeping.errors() && contains(bytes, from, to, ERROR))
                || (keeping.hidesInput() && contains(bytes, from, to, BREADCRUMB));
    }

    /** Whether an address may be in it that has a query or a fragment. */
    private static boolean hasQuery(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '?' || bytes[i] == '#') {
                return true;
            }
        }
        return false;
    }

    /** Whether an address may be in it that has a user name: an at sign between two slashes and the next one. */
    private static boolean hasUserName(byte[] bytes, int from, int to) {
        boolean authority = false;
        for (int i = from + 1; i < to; i++) {
            if (bytes[i] == '/') {
                authority = bytes[i - 1] == '/';
            } else if (bytes[i] == '"') {
                authority = false;
            } else if (authority && bytes[i] == '@') {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(byte[] bytes, int from, int to, byte[] ascii) {
        int last = to - ascii.length;
        for (int i = from; i <= last; i++) {
            if (bytes[i] == ascii[0] && isAt(bytes, i, ascii)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAt(byte[] bytes, int at, byte[] ascii) {
        for (int i = 1; i < ascii.length; i++) {
            if (bytes[at + i] != ascii[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
