package io.tapedeck.store.event;

import java.util.Arrays;

/**
 * A strict reader over JSON text (RFC 8259) in a byte array that its caller drives: enter an object, ask for the next
 * member, read or skip its value. Not thread-safe; meant to be used again by {@link #reset}.
 *
 * <p>Everything that is passed over is validated: grammar, UTF-8, no raw control characters in strings. What RFC 8259
 * allows is let through as it is, lone surrogates as escapes and {@code \u0000} too. Nesting costs no stack, only one
 * bit a level, and tokens cost no memory unless the caller asks for their text.
 *
 * <p>Every method throws {@link MalformedEventsException} when the text is not JSON or the next value is of another
 * kind than asked for; the scanner must then be reset.
 */
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

    private static final byte[] NOTHING = {};

    private final JsonTokens tokens = new JsonTokens();
    private final int depthMax;

    /** One bit for each open container that {@link #skipValue} is inside of: set for an object. */
    private long[] objects = new long[1];

    private int depth;
    /** Just behind an opening bracket: an end may follow, a comma may not. */
    private boolean opened;

    private int nameFrom;
    private int nameTo;
    private boolean nameEscaped;
    private int valueFrom;

    /** @param depthMax how deep arrays and objects may be nested */
    public JsonScanner(int depthMax) {
        this.depthMax = depthMax;
    }

    /** Starts over with the value in {@code [from, to)}. */
    public JsonScanner reset(byte[] json, int from, int to) {
        tokens.reset(json, from, to);
        depth = 0;
        opened = false;
        return this;
    }

    /** Lets go of the text, for scanners that outlive it. */
    public void clear() {
        reset(NOTHING, 0, 0);
    }

    /** What kind of value comes next, by its first byte. */
    public Kind peek() {
        return switch (tokens.nextByte()) {
            case '{' -> Kind.OBJECT;
            case '[' -> Kind.ARRAY;
            case '"' -> Kind.STRING;
            case 't', 'f' -> Kind.BOOLEAN;
            case 'n' -> Kind.NULL;
            default -> Kind.NUMBER;
        };
    }

    /** Goes to the next value's first byte and returns where it is. */
    public int valueStart() {
        tokens.nextByte();
        return tokens.position();
    }

    /** Enters an object; {@link #nextMember} goes on. */
    public void beginObject() {
        open('{', "expected an object");
    }

    /** Goes to the next member's value, which must then be read, entered or skipped; false once the object has ended. */
    public boolean nextMember() {
        if (atEnd('}', "expected a comma or the object's end")) {
            return false;
        }
        name(tokens.nextByte());
        return true;
    }

    /** Whether the member's name, unescaped, is this ASCII text. */
    public boolean nameIs(String ascii) {
        if (nameEscaped) {
            return name().equals(ascii);
        }
        return tokens.isText(nameFrom, nameTo, ascii);
    }

    /** The member's name, unescaped. */
    public String name() {
        return tokens.text(nameFrom, nameTo, nameEscaped, Integer.MAX_VALUE);
    }

    /** The quote with which the member last gone to begins. */
    public int memberFrom() {
        return nameFrom - 1;
    }

    /** Enters an array; {@link #nextElement} goes on. */
    public void beginArray() {
        open('[', "expected an array");
    }

    /** Goes to the next element, which must then be read, entered or skipped; false once the array has ended. */
    public boolean nextElement() {
        return !atEnd(']', "expected a comma or the array's end");
    }

    /** Passes over the next value, validating it; {@link #valueFrom} and {@link #valueTo} tell where it was. */
    public void skipValue() {
        int first = tokens.nextByte();
        int from = tokens.position();
        if (first == '{' || first == '[') {
            skipContainer();
        } else {
            tokens.skipScalar();
        }
        valueFrom = from;
        opened = false;
    }

    /** First byte of the value last read or skipped. */
    public int valueFrom() {
        return valueFrom;
    }

    /** One past the last byte of the value last read or skipped; valid until the scanner goes on. */
    public int valueTo() {
        return tokens.position();
    }

    /** Reads a string, unescaped, of which at most the first {@code charsMax} characters are kept. */
    public String readString(int charsMax) {
        if (tokens.nextByte() != '"') {
            throw malformed("expected a string");
        }
        skipValue();
        return tokens.text(valueFrom + 1, valueTo() - 1, tokens.isEscaped(), charsMax);
    }

    /** Reads a number that is a whole one, written as such, and fits. */
    public long readLong() {
        skipNumber();
        if (!tokens.isWhole()) {
            throw JsonTokens.malformed("expected a whole number", valueFrom);
        }
        return tokens.longFrom(valueFrom);
    }

    /** Reads a number, rounded to the nearest double; may be infinite. */
    public double readDouble() {
        skipNumber();
        return tokens.doubleFrom(valueFrom);
    }

    public boolean readBoolean() {
        int first = tokens.nextByte();
        if (first != 't' && first != 'f') {
            throw malformed("expected true or false");
        }
        skipValue();
        return first == 't';
    }

    /** Nothing but white space may follow. */
    public void end() {
        tokens.end();
    }

    /** Whether the number that was read last was written without fraction and exponent. */
    boolean isWhole() {
        return tokens.isWhole();
    }

    /** The bytes that are being read. */
    byte[] json() {
        return tokens.json();
    }

    /** Where the scanner is: white space, if there is any, is still to come. */
    int position() {
        return tokens.position();
    }

    /** Whether there were line feeds or carriage returns, which JSON has outside of strings only. */
    boolean hasLineBreaks() {
        return tokens.hasLineBreaks();
    }

    /** Reads a number, rounded down; it must fit. */
    long readFloor() {
        skipNumber();
        return tokens.floorFrom(valueFrom);
    }

    /** Passes over any value; the string's text if it is a string, else null. */
    String stringOrNull(int charsMax) {
        if (peek() == Kind.STRING) {
            return readString(charsMax);
        }
        skipValue();
        return null;
    }

    /** Passes over any value; the number if it is one that is finite, else {@code otherwise}. */
    double doubleOr(double otherwise) {
        if (peek() != Kind.NUMBER) {
            skipValue();
            return otherwise;
        }
        double number = readDouble();
        return Double.isFinite(number) ? number : otherwise;
    }

    /** Passes over any value; the number if it is a whole one of at most nine digits, else {@code otherwise}. */
    int intOr(int otherwise) {
        boolean number = peek() == Kind.NUMBER;
        skipValue();
        if (!number || !tokens.isWhole() || valueTo() - valueFrom > 9) {
            return otherwise;
        }
        return (int) tokens.longFrom(valueFrom);
    }

    private void open(int bracket, String problem) {
        if (tokens.nextByte() != bracket) {
            throw malformed(problem);
        }
        deeper(tokens.position());
        tokens.skipByte();
        opened = true;
    }

    /** Whether the container ends here; if not, goes behind the comma that stands before the next member or element. */
    private boolean atEnd(int bracket, String problem) {
        int next = tokens.nextByte();
        if (next == bracket) {
            tokens.skipByte();
            depth--;
            opened = false;
            return true;
        }
        if (opened) {
            opened = false;
        } else if (next == ',') {
            tokens.skipByte();
        } else {
            throw malformed(problem);
        }
        return false;
    }

    private void name(int quote) {
        if (quote != '"') {
            throw malformed("expected a member's name");
        }
        int from = tokens.position() + 1;
        tokens.skipString();
        nameFrom = from;
        nameTo = tokens.position() - 1;
        nameEscaped = tokens.isEscaped();
        if (tokens.nextByte() != ':') {
            throw malformed("expected a colon");
        }
        tokens.skipByte();
    }

    private void deeper(int at) {
        if (depth == depthMax) {
            throw JsonTokens.malformed("nested deeper than " + depthMax, at);
        }
        depth++;
    }

    /** Most of a recording is passed over here: the place is in a local, which no call makes to be stored and loaded again. */
    private void skipContainer() {
        JsonTokens tokens = this.tokens;
        byte[] json = tokens.json();
        int base = depth;
        boolean object = false;
        int at = tokens.position();
        for (; ; ) {
            int first = json[at];
            boolean entered = first == '{' || first == '[';
            if (entered) {
                object = first == '{';
                push(object, at);
                at++;
            } else {
                at = tokens.scalarEnd(at);
            }
            at = tokens.next(at);
            while (json[at] == (object ? '}' : ']')) {
                at++;
                depth--;
                if (depth == base) {
                    tokens.goTo(at);
                    return;
                }
                object = isObject();
                entered = false;
                at = tokens.next(at);
            }
            if (!entered) {
                at = tokens.next(behind(',', at, "expected a comma or an end"));
            }
            if (object) {
                if (json[at] != '"') {
                    throw JsonTokens.malformed("expected a member's name", at);
                }
                at = tokens.next(tokens.stringEnd(at));
                at = tokens.next(behind(':', at, "expected a colon"));
            }
        }
    }

    private int behind(int wanted, int at, String problem) {
        if (tokens.json()[at] != wanted) {
            throw JsonTokens.malformed(problem, at);
        }
        return at + 1;
    }

    private void push(boolean object, int at) {
        deeper(at);
        int word = depth >>> 6;
        if (word >= objects.length) {
            // By more than one word where the caller has entered many containers itself.
            objects = Arrays.copyOf(objects, 2 * word);
        }
        if (object) {
            objects[word] |= 1L << depth;
        } else {
            objects[word] &= ~(1L << depth);
        }
    }

    private boolean isObject() {
        return (objects[depth >>> 6] & 1L << depth) != 0;
    }

    private void skipNumber() {
        int first = tokens.nextByte();
        if (first != '-' && !JsonTokens.isDigit(first)) {
            throw malformed("expected a number");
        }
        skipValue();
    }

    private MalformedEventsException malformed(String problem) {
        return tokens.malformed(problem);
    }
}
