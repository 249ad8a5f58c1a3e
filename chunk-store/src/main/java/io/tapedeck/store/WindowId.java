package io.tapedeck.store;

/**
 * One browser tab of a session, as its recorder names it. Unique within its session only. Immutable.
 *
 * @param value 1 to 70 characters of {@code A-Za-z0-9_-}
 */
public record WindowId(String value) implements Comparable<WindowId> {
    /** @throws IllegalArgumentException if the value has another form */
    public WindowId {
        Ids.require("window", value);
    }

    @Override
    public int compareTo(WindowId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
