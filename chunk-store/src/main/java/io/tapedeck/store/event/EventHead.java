package io.tapedeck.store.event;

/**
 * The few members of one event that tell what it is, found in one pass that also validates the whole event. Mutable and
 * meant to be used again for the next event; not thread-safe.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class EventHead {
    /** rrweb's event types that the store knows. */
    public static final int FULL_SNAPSHOT = 2;

    public static final int INCREMENTAL = 3;
    public static final int META = 4;
    public static final int CUSTOM = 5;
    public static final int PLUGIN = 6;

    /** Reads one event, such as a stored line (with or without its line feed), from {@code [from, to)}. */
    public void read(byte[] json, int from, int to) {
        throw new UnsupportedOperationException();
    }

    /** rrweb's event type. */
    public int type() {
        throw new UnsupportedOperationException();
    }

    /** {@code data.source} of an incremental event; -1 if there is none. */
    public int source() {
        throw new UnsupportedOperationException();
    }

    /** {@code data.type}, which tells a click from a focus; -1 if there is none. */
    public int interaction() {
        throw new UnsupportedOperationException();
    }

    /** The event's time as recorded, epoch ms, a fraction rounded down. */
    public long timestamp() {
        throw new UnsupportedOperationException();
    }
}
