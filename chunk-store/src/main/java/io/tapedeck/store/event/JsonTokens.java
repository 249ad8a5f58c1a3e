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
        position = next(position);
        return json[position];
    }

    /** From {@code at} over white space to the next byte; returns where that is, and goes nowhere. */
    int next(int at) {
        return at < to && json[at] > ' ' ? at : nextBehindWhiteSpace(at);
    }

    /** Goes to a place behind the one reached. */
    void goTo(int at) {
        position = at;
    }

    /** Passes over the byte that {@link #nextByte} returned. */
    void skipByte() {
        position++;
    }

    /** Nothing but white space may follow. */
    void end() {
        position = behindWhiteSpace(position);
        if (position != to) {
            throw malformed("more than one value");
        }
    }

    /** Passes over the string, number or literal that starts here. */
    void skipScalar() {
        position = scalarEnd(position);
    }

    /** Where the string, number or literal ends that starts at {@code from}; goes nowhere. */
    int scalarEnd(int from) {
        return switch (json[from]) {
            case '"' -> stringEnd(from);
            case 't' -> literalEnd(from, TRUE);
            case 'f' -> literalEnd(from, FALSE);
            case 'n' -> literalEnd(from, NULL);
            default -> numberEnd(from);
        };
    }

    /** From the opening quote to behind the closing one. */
    void skipString() {
        position = stringEnd(position);
    }

    /** Behind the closing quote of the string whose opening quote is at {@code from}; goes nowhere. */
    int stringEnd(int from) {
        byte[] bytes = json;
        int end = to;
        int at = from + 1;
        boolean anyEscape = false;
        for (; ; ) {
            at = Utf8.skipPlain(bytes, at, end);
            if (at >= end) {
                throw malformed("a string does not end", end);
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
        escaped = anyEscape;
        return at + 1;
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

    private int nextBehindWhiteSpace(int from) {
        int at = behindWhiteSpace(from);
        if (at == to) {
            throw malformed("unexpected end", at);
        }
        return at;
    }

    private int behindWhiteSpace(int from) {
        int at = from;
        for (; at < to; at++) {
            int c = json[at];
            if (c == '\n' || c == '\r') {
                lineBreaks = true;
            } else if (c != ' ' && c != '\t') {
                break;
            }
        }
        return at;
    }

    private int literalEnd(int from, byte[] literal) {
        int end = from + literal.length;
        if (end > to || !Arrays.equals(json, from, end, literal, 0, literal.length)) {
            throw malformed("expected a value", from);
        }
        return end;
    }

    private int numberEnd(int from) {
        byte[] bytes = json;
        int end = to;
        int at = bytes[from] == '-' ? from + 1 : from;
        whole = true;
        if (at < end && bytes[at] == '0') {
            at++;
        } else {
            at = digitsEnd(at, "expected a value");
        }
        if (at < end && bytes[at] == '.') {
            whole = false;
            at = digitsEnd(at + 1, "expected a digit");
        }
        if (at < end && (bytes[at] | 0x20) == 'e') {
            whole = false;
            at++;
            boolean signed = at < end && (bytes[at] == '+' || bytes[at] == '-');
            at = digitsEnd(signed ? at + 1 : at, "expected a digit");
        }
        return at;
    }

    private int digitsEnd(int from, String problem) {
        byte[] bytes = json;
        int end = to;
        int at = from;
        while (at < end && isDigit(bytes[at])) {
            at++;
        }
        if (at == from) {
            throw malformed(problem, at);
        }
        return at;
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
