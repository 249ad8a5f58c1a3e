package io.tapedeck.store.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The place a {@link JsonScanner} has reached in its text, and the way over one token from there: white space, a
 * string, a number, a literal. Knows nothing of nesting. Not thread-safe; belongs to one scanner.
 *
 * <p>What is passed over is validated, and costs no memory; asking for its text does.
 */
final class JsonTokens {
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    /** Any number of as many digits is a long. */
    private static final int DIGITS_THAT_FIT = 18;

    private static final double LONG_LIMIT = 0x1p63;

    private byte[] json = {};
    private int position;
    private int to;
    private boolean lineBreaks;
    private boolean escaped;
    private boolean whole;

    /** Starts over at {@code from}; nothing at or behind {@code to} is looked at. */
    void reset(byte[] json, int from, int to) {
        if (from < 0 || from > to || to > json.length) {
            throw new IndexOutOfBoundsException("[" + from + ", " + to + ") of " + json.length);
        }
        this.json = json;
        this.position = from;
        this.to = to;
        lineBreaks = false;
    }

    byte[] json() {
        return json;
    }

    int position() {
        return position;
    }

    /** Whether there were line feeds or carriage returns in the white space. */
    boolean hasLineBreaks() {
        return lineBreaks;
    }

    /** Whether the string that was passed over last holds an escape. */
    boolean isEscaped() {
        return escaped;
    }

    /** Whether the number that was passed over last has neither fraction nor exponent. */
    boolean isWhole() {
        return whole;
    }

    /** Goes over white space to the next byte and returns it. */
    int nextByte() {
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

    /** Passes over the byte that {@link #nextByte} returned. */
    void skipByte() {
        position++;
    }

    /** Nothing but white space may follow. */
    void end() {
        skipWhiteSpace();
        if (position != to) {
            throw malformed("more than one value");
        }
    }

    /** Passes over the string, number or literal that starts here, with this byte. */
    void skipScalar(int first) {
        switch (first) {
            case '"' -> skipString();
            case 't' -> skipLiteral(TRUE);
            case 'f' -> skipLiteral(FALSE);
            case 'n' -> skipLiteral(NULL);
            default -> skipNumber(first);
        }
    }

    /** From the opening quote to behind the closing one. */
    void skipString() {
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

    /** Whether the bytes in {@code [from, end)} are this ASCII text. */
    boolean isText(int from, int end, String ascii) {
        int length = end - from;
        if (length != ascii.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (json[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The text, of at most {@code charsMax} characters, of a string that has been passed over, between its quotes. */
    String text(int from, int end, boolean hasEscapes, int charsMax) {
        if (!hasEscapes && end - from <= charsMax) {
            return new String(json, from, end - from, StandardCharsets.UTF_8);
        }
        return JsonText.unescape(json, from, end, charsMax);
    }

    /** The whole number that starts at {@code from} and has just been passed over. */
    long longFrom(int from) {
        if (json[from] == '-' || position - from > DIGITS_THAT_FIT) {
            try {
                return Long.parseLong(numberText(from));
            } catch (NumberFormatException e) {
                throw malformed("a number is too large", from);
            }
        }
        long value = 0;
        for (int i = from; i < position; i++) {
            value = 10 * value + (json[i] - '0');
        }
        return value;
    }

    /** The number that starts at {@code from} and has just been passed over, rounded down; it must fit. */
    long floorFrom(int from) {
        if (whole) {
            return longFrom(from);
        }
        double value = Math.floor(doubleFrom(from));
        if (!(value >= -LONG_LIMIT && value < LONG_LIMIT)) {
            throw malformed("a number is too large", from);
        }
        return (long) value;
    }

    /** The number that starts at {@code from} and has just been passed over, rounded to the nearest double. */
    double doubleFrom(int from) {
        return Double.parseDouble(numberText(from));
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    MalformedEventsException malformed(String problem) {
        return malformed(problem, position);
    }

    static MalformedEventsException malformed(String problem, int at) {
        return new MalformedEventsException(problem, at);
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

    private void skipLiteral(byte[] literal) {
        int end = position + literal.length;
        if (end > to || !Arrays.equals(json, position, end, literal, 0, literal.length)) {
            throw malformed("expected a value");
        }
        position = end;
    }

    private void skipNumber(int first) {
        if (first == '-') {
            position++;
        }
        whole = true;
        int leading = position < to ? json[position] : -1;
        if (leading == '0') {
            position++;
        } else {
            skipDigits("expected a value");
        }
        if (position < to && json[position] == '.') {
            position++;
            whole = false;
            skipDigits("expected a digit");
        }
        if (position < to && (json[position] | 0x20) == 'e') {
            position++;
            whole = false;
            if (position < to && (json[position] == '+' || json[position] == '-')) {
                position++;
            }
            skipDigits("expected a digit");
        }
    }

    private void skipDigits(String problem) {
        int from = position;
        while (position < to && isDigit(json[position])) {
            position++;
        }
        if (position == from) {
            throw malformed(problem);
        }
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

    private String numberText(int from) {
        return new String(json, from, position - from, StandardCharsets.US_ASCII);
    }
}
