package io.tapedeck.recorder.dialect.sentry;

import java.util.List;

/** An envelope, as far as it is of use to a recording. Immutable by agreement. */
final class Envelope {
    private final byte[] json;
    private final EnvelopeHeader header;
    private final List<Item> items;

    /**
     * @param json the body that it lies in
     * @param items those of the types below, in order; of the others nothing is kept
     */
    Envelope(byte[] json, EnvelopeHeader header, List<Item> items) {
        this.json = json;
        this.header = header;
        this.items = items;
    }

    /** What items' places are in. */
    byte[] json() {
        return json;
    }

    EnvelopeHeader header() {
        return header;
    }

    /** The items of a type. */
    List<Item> of(Type type) {
        return items.stream().filter(item -> item.type() == type).toList();
    }

    /** An item's payload: {@code [from, to)} of {@link #json}. */
    record Item(Type type, int from, int to) {}

    /** What items say. */
    enum Type {
        /** Who is recorded, and where. */
        REPLAY_EVENT("replay_event"),
        /** The recorded events. */
        REPLAY_RECORDING("replay_recording"),
        /** An error, or a message. */
        EVENT("event"),
        /** What a visitor wrote to the site. */
        FEEDBACK("feedback");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        /** As it stands in an item's header. */
        String text() {
            return text;
        }
    }
}
