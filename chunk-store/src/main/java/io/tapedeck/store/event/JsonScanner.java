package io.tapedeck.store.event;

/**
 * A strict reader over JSON text in a byte array. Not thread-safe; meant to be used again by {@link #reset}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class JsonScanner {
    /** What kind of value comes next. */
    public enum Kind {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        BOOLEAN,
        NULL
    }

    /** @param depthMax how deep arrays and objects may be nested */
    public JsonScanner(int depthMax) {}

    /** Starts over with the value in {@code [from, to)}. */
    public JsonScanner reset(byte[] json, int from, int to) {
        throw new UnsupportedOperationException();
    }

    /** What kind of value comes next, by its first byte. */
    public Kind peek() {
        throw new UnsupportedOperationException();
    }

    /** Enters an object; {@link #nextMember} goes on. */
    public void beginObject() {
        throw new UnsupportedOperationException();
    }

    /** Goes to the next member's value, which must then be read, entered or skipped; false once the object has ended. */
    public boolean nextMember() {
        throw new UnsupportedOperationException();
    }

    /** Whether the member's name, unescaped, is this ASCII text. */
    public boolean nameIs(String ascii) {
        throw new UnsupportedOperationException();
    }

    /** The member's name, unescaped. */
    public String name() {
        throw new UnsupportedOperationException();
    }

    /** Enters an array; {@link #nextElement} goes on. */
    public void beginArray() {
        throw new UnsupportedOperationException();
    }

    /** Goes to the next element, which must then be read, entered or skipped; false once the array has ended. */
    public boolean nextElement() {
        throw new UnsupportedOperationException();
    }

    /** Passes over the next value, validating it; {@link #valueFrom} and {@link #valueTo} tell where it was. */
    public void skipValue() {
        throw new UnsupportedOperationException();
    }

    /** First byte of the value last read or skipped. */
    public int valueFrom() {
        throw new UnsupportedOperationException();
    }

    /** One past the last byte of the value last read or skipped. */
    public int valueTo() {
        throw new UnsupportedOperationException();
    }

    /** Reads a string, unescaped, of which at most the first {@code charsMax} characters are kept. */
    public String readString(int charsMax) {
        throw new UnsupportedOperationException();
    }

    /** Reads a number that is a whole one and fits. */
    public long readLong() {
        throw new UnsupportedOperationException();
    }

    /** Reads a number, rounded to the nearest double; may be infinite. */
    public double readDouble() {
        throw new UnsupportedOperationException();
    }

    public boolean readBoolean() {
        throw new UnsupportedOperationException();
    }

    /** Nothing but white space may follow. */
    public void end() {
        throw new UnsupportedOperationException();
    }
}
