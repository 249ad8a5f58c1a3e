package io.tapedeck.store.event;

import java.nio.charset.StandardCharsets;
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

    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    /** Any number of as many digits is a long. */
    private static final int DIGITS_THAT_FIT = 18;

    private static final double LONG_LIMIT = 0x1p63;

    private final int depthMax;
    /** One bit for each open container that {@link #skipValue} is inside of: set for an object. */
    private long[] objects = new long[1];

    private int depth;

    private byte[] json = {};
    private int position;
    private int to;
    /** Just behind an opening bracket: an end may follow, a comma may not. */
    private boolean opened;

    private int nameFrom;
    private int nameTo;
    private boolean nameEscaped;
    private int valueFrom;
    private boolean lineBreaks;
    /** Of the string last passed over: whether it holds an escape. */
    private boolean escaped;
    /** Of the number last passed over: whether it has neither fraction nor exponent. */
    private boolean whole;

    /** @param depthMax how deep arrays and objects may be nested */
    public JsonScanner(int depthMax) {
        this.depthMax = depthMax;
    }

    /** Starts over with the value in {@code [from, to)}. */
    public JsonScanner reset(byte[] json, int from, int to) {
        if (from < 0 || from > to || to > json.length) {
            throw new IndexOutOfBoundsException("[" + from + ", " + to + ") of " + json.length);
        }
        this.json = json;
        this.position = from;
        this.to = to;
        depth = 0;
        opened = false;
        lineBreaks = false;
        return this;
    }

    /** What kind of value comes next, by its first byte. */
    public Kind peek() {
        return switch (nextByte()) {
            case '{' -> Kind.OBJECT;
            case '[' -> Kind.ARRAY;
            case '"' -> Kind.STRING;
            case 't', 'f' -> Kind.BOOLEAN;
            case 'n' -> Kind.NULL;
            default -> Kind.NUMBER;
        };
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
        name(nextByte());
        return true;
    }

    /** Whether the member's name, unescaped, is this ASCII text. */
    public boolean nameIs(String ascii) {
        if (nameEscaped) {
            return name().equals(ascii);
        }
        int length = nameTo - nameFrom;
        if (length != ascii.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (json[nameFrom + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The member's name, unescaped. */
    public String name() {
        return text(nameFrom, nameTo, nameEscaped, Integer.MAX_VALUE);
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
        int first = nextByte();
        int from = position;
        if (first == '{' || first == '[') {
            skipContainer();
        } else {
            skipScalar(first);
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
        return position;
    }

    /** Reads a string, unescaped, of which at most the first {@code charsMax} characters are kept. */
    public String readString(int charsMax) {
        if (nextByte() != '"') {
            throw malformed("expected a string");
        }
        skipValue();
        return text(valueFrom + 1, position - 1, escaped, charsMax);
    }

    /** Reads a number that is a whole one, written as such, and fits. */
    public long readLong() {
        skipNumber();
        if (!whole) {
            throw malformed("expected a whole number", valueFrom);
        }
        return wholeNumber();
    }

    /** Reads a number, rounded to the nearest double; may be infinite. */
    public double readDouble() {
        skipNumber();
        return Double.parseDouble(numberText());
    }

    public boolean readBoolean() {
        if (peek() != Kind.BOOLEAN) {
            throw malformed("expected true or false");
        }
        skipValue();
        return json[valueFrom] == 't';
    }

    /** Nothing but white space may follow. */
    public void end() {
        skipWhiteSpace();
        if (position != to) {
            throw malformed("more than one value");
        }
    }

    /** Whether the number that was read last was written without fraction and exponent. */
    boolean isWhole() {
        return whole;
    }

    /** Where the scanner is: white space, if there is any, is still to come. */
    int position() {
        return position;
    }

    /** Goes to the next value's first byte and returns where it is. */
    int valueStart() {
        nextByte();
        return position;
    }

    /** Whether there were line feeds or carriage returns, which JSON has outside of strings only. */
    boolean hasLineBreaks() {
        return lineBreaks;
    }

    /** Reads a number, rounded down; it must fit. */
    long readFloor() {
        skipNumber();
        if (whole) {
            return wholeNumber();
        }
        double value = Math.floor(Double.parseDouble(numberText()));
        if (!(value >= -LONG_LIMIT && value < LONG_LIMIT)) {
            throw malformed("a number is too large", valueFrom);
        }
        return (long) value;
    }

    private long wholeNumber() {
        if (json[valueFrom] == '-' || position - valueFrom > DIGITS_THAT_FIT) {
            try {
                return Long.parseLong(numberText());
            } catch (NumberFormatException e) {
                throw malformed("a number is too large", valueFrom);
            }
        }
        long value = 0;
        for (int i = valueFrom; i < position; i++) {
            value = 10 * value + (json[i] - '0');
        }
        return value;
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
        if (!number || !whole || position - valueFrom > 9) {
            return otherwise;
        }
        return Integer.parseInt(numberText());
    }

    private void open(int bracket, String problem) {
        if (nextByte() != bracket) {
            throw malformed(problem);
        }
        deeper();
        position++;
        opened = true;
    }

    /** Whether the container ends here; if not, goes behind the comma that stands before the next member or element. */
    private boolean atEnd(int bracket, String problem) {
        int next = nextByte();
        if (next == bracket) {
            position++;
            depth--;
            opened = false;
            return true;
        }
        if (opened) {
            opened = false;
        } else if (next == ',') {
            position++;
        } else {
            throw malformed(problem);
        }
        return false;
    }

    private void name(int quote) {
        if (quote != '"') {
            throw malformed("expected a member's name");
        }
        int from = position + 1;
        skipString();
        nameFrom = from;
        nameTo = position - 1;
        nameEscaped = escaped;
        if (nextByte() != ':') {
            throw malformed("expected a colon");
        }
        position++;
    }

    private void deeper() {
        if (depth == depthMax) {
            throw malformed("nested deeper than " + depthMax);
        }
        depth++;
    }

    private void skipContainer() {
        int base = depth;
        do {
            int next = nextByte();
            boolean enters = next == '{' || next == '[';
            if (enters) {
                push(next == '{');
            } else {
                skipScalar(next);
            }
            advance(base, enters);
        } while (depth != base);
    }

    /** From behind a value, or from behind an opening bracket, to the next value or to the end of the outermost. */
    private void advance(int base, boolean entered) {
        boolean first = entered;
        while (depth != base) {
            int next = nextByte();
            boolean object = isObject();
            if (next == (object ? '}' : ']')) {
                position++;
                depth--;
                first = false;
                continue;
            }
            if (!first) {
                if (next != ',') {
                    throw malformed("expected a comma or an end");
                }
                position++;
            }
            if (object) {
                if (nextByte() != '"') {
                    throw malformed("expected a member's name");
                }
                skipString();
                if (nextByte() != ':') {
                    throw malformed("expected a colon");
                }
                position++;
            }
            return;
        }
    }

    private void push(boolean object) {
        deeper();
        int word = depth >>> 6;
        if (word == objects.length) {
            objects = Arrays.copyOf(objects, 2 * word);
        }
        if (object) {
            objects[word] |= 1L << depth;
        } else {
            objects[word] &= ~(1L << depth);
        }
        position++;
    }

    private boolean isObject() {
        return (objects[depth >>> 6] & 1L << depth) != 0;
    }

    private void skipScalar(int first) {
        switch (first) {
            case '"' -> skipString();
            case 't' -> skipLiteral(TRUE);
            case 'f' -> skipLiteral(FALSE);
            case 'n' -> skipLiteral(NULL);
            default -> skipDigits(first);
        }
    }

    private void skipLiteral(byte[] literal) {
        int end = position + literal.length;
        if (end > to || !Arrays.equals(json, position, end, literal, 0, literal.length)) {
            throw malformed("expected a value");
        }
        position = end;
    }

    private void skipNumber() {
        int first = nextByte();
        if (first != '-' && !isDigit(first)) {
            throw malformed("expected a number");
        }
        skipValue();
    }

    private void skipDigits(int first) {
        if (first == '-') {
            position++;
        }
        whole = true;
        int leading = position < to ? json[position] : -1;
        if (leading == '0') {
            position++;
        } else {
            digits("expected a value");
        }
        if (position < to && json[position] == '.') {
            position++;
            whole = false;
            digits("expected a digit");
        }
        if (position < to && (json[position] | 0x20) == 'e') {
            position++;
            whole = false;
            if (position < to && (json[position] == '+' || json[position] == '-')) {
                position++;
            }
            digits("expected a digit");
        }
    }

    private void digits(String problem) {
        int from = position;
        while (position < to && isDigit(json[position])) {
            position++;
        }
        if (position == from) {
            throw malformed(problem);
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private String numberText() {
        return new String(json, valueFrom, position - valueFrom, StandardCharsets.US_ASCII);
    }

    /** From the opening quote to behind the closing one. */
    private void skipString() {
        byte[] bytes = json;
        int end = to;
        int at = position + 1;
        boolean anyEscape = false;
        for (; ; ) {
            at = Utf8.skipPlain(bytes, at, end);
            if (at >= end) {
                position = end;
                throw malformed("a string does not end");
            }
            int c = bytes[at];
            if (c == '"') {
                break;
            }
            if (c == '\\') {
                anyEscape = true;
                at = afterEscape(at);
            } else if (c < 0) {
                int next = Utf8.skipMultiByte(bytes, at, end);
                if (next < 0) {
                    throw malformed("not UTF-8", at);
                }
                at = next;
            } else {
                throw malformed("a control character in a string", at);
            }
        }
        position = at + 1;
        escaped = anyEscape;
    }

    private int afterEscape(int at) {
        int c = at + 1 < to ? json[at + 1] : -1;
        switch (c) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return at + 2;
            }
            case 'u' -> {
                for (int i = at + 2; i < at + 6; i++) {
                    if (i >= to || Character.digit(json[i], 16) < 0) {
                        throw malformed("a bad escape in a string", at);
                    }
                }
                return at + 6;
            }
            default -> throw malformed("a bad escape in a string", at);
        }
    }

    /** Goes over white space to the next byte and returns it. */
    private int nextByte() {
        if (position < to) {
            int c = json[position];
            if (c > ' ') {
                return c;
            }
        }
        skipWhiteSpace();
        if (position == to) {
            throw malformed("unexpected end");
        }
        return json[position];
    }

    private void skipWhiteSpace() {
        while (position < to) {
            int c = json[position];
            if (c == '\n' || c == '\r') {
                lineBreaks = true;
            } else if (c != ' ' && c != '\t') {
                return;
            }
            position++;
        }
    }

    /** The text of a string that has been validated. */
    private String text(int from, int end, boolean hasEscapes, int charsMax) {
        if (!hasEscapes && end - from <= charsMax) {
            return new String(json, from, end - from, StandardCharsets.UTF_8);
        }
        return JsonText.unescape(json, from, end, charsMax);
    }

    private MalformedEventsException malformed(String problem) {
        return malformed(problem, position);
    }

    private static MalformedEventsException malformed(String problem, int at) {
        return new MalformedEventsException(problem, at);
    }
}
