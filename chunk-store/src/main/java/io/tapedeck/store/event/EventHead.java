package io.tapedeck.store.event;

/**
 * The few members of one event that tell what it is, found in one pass that also validates the whole event. Mutable and
 * meant to be used again for the next event; not thread-safe.
 *
 * <p>An event is an object with a whole number {@code type} of 0 to 127, some {@code data}, and a finite number
 * {@code timestamp}. Of members that repeat the last one counts, as in {@code JSON.parse}.
 */
public final class EventHead {
    public static final int FULL_SNAPSHOT = 2;
    public static final int INCREMENTAL = 3;
    public static final int META = 4;
    public static final int CUSTOM = 5;
    public static final int PLUGIN = 6;

    /** {@link #source} of mouse buttons, clicks, focus and touches. */
    static final int MOUSE_INTERACTION = 2;
    /** {@link #interaction} of a click. */
    static final int CLICK = 2;

    private static final int TYPE_MAX = 127;
    private static final int NONE = -1;

    private JsonScanner own;

    private int from;
    private int to;
    private int type;
    private long timestamp;
    private int source;
    private int interaction;
    private int dataFrom;
    private int dataTo;
    private boolean namesWindow;

    /**
     * Reads one event, such as a stored line (with or without its line feed), from {@code [from, to)}.
     *
     * @throws MalformedEventsException if that is not exactly one event
     */
    public void read(byte[] json, int from, int to) {
        if (own == null) {
            // What is stored was checked against the limit of its time; there is no second limit.
            own = new JsonScanner(Integer.MAX_VALUE);
        }
        own.reset(json, from, to);
        read(own);
        own.end();
    }

    /** Reads the scanner's next value. */
    void read(JsonScanner json) {
        type = NONE;
        dataFrom = NONE;
        source = NONE;
        interaction = NONE;
        namesWindow = false;
        boolean timed = false;
        from = json.valueStart();
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("type")) {
                readType(json);
            } else if (json.nameIs("data")) {
                readData(json);
            } else if (json.nameIs("timestamp")) {
                timestamp = json.readFloor();
                timed = true;
            } else {
                namesWindow |= json.nameIs("w");
                json.skipValue();
            }
        }
        to = json.position();
        require(type != NONE, "an event without type");
        require(dataFrom != NONE, "an event without data");
        require(timed, "an event without timestamp");
    }

    /** First byte of the event. */
    public int from() {
        return from;
    }

    /** One past the last byte of the event. */
    public int to() {
        return to;
    }

    /** rrweb's event type. */
    public int type() {
        return type;
    }

    /** {@code data.source}; -1 if there is none. */
    public int source() {
        return source;
    }

    /** {@code data.type}, which tells a click from a focus; -1 if there is none. */
    public int interaction() {
        return interaction;
    }

    /** The event's time as recorded, epoch ms, a fraction rounded down. */
    public long timestamp() {
        return timestamp;
    }

    boolean isIncremental(int wanted) {
        return type == INCREMENTAL && source == wanted;
    }

    boolean isClick() {
        return isIncremental(MOUSE_INTERACTION) && interaction == CLICK;
    }

    int dataFrom() {
        return dataFrom;
    }

    int dataTo() {
        return dataTo;
    }

    /** Whether the event has a member {@code w}, which stored lines have and uploaded events must not. */
    boolean namesWindow() {
        return namesWindow;
    }

    private void readType(JsonScanner json) {
        long value = json.readLong();
        if (value < 0 || value > TYPE_MAX) {
            throw new MalformedEventsException("an event's type is not of 0 to " + TYPE_MAX, json.valueFrom());
        }
        type = (int) value;
    }

    private void readData(JsonScanner json) {
        source = NONE;
        interaction = NONE;
        dataFrom = json.valueStart();
        if (json.peek() == JsonScanner.Kind.OBJECT) {
            json.beginObject();
            while (json.nextMember()) {
                if (json.nameIs("source")) {
                    source = json.intOr(NONE);
                } else if (json.nameIs("type")) {
                    interaction = json.intOr(NONE);
                } else {
                    json.skipValue();
                }
            }
        } else {
            json.skipValue();
        }
        dataTo = json.position();
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw new MalformedEventsException(problem, from);
        }
    }
}
