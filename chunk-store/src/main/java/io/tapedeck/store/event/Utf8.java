package io.tapedeck.store.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Fast ways over UTF-8 bytes inside a JSON string. */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** A long with the value 1 in each byte; products with it put another value into each byte. */
    private static final long ONES = 0x0101010101010101L;

    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long SPACES = ' ' * ONES;

    private Utf8() {}

    /**
     * Passes over plain ASCII: returns the first place in {@code [at, end)} with a quote, a backslash, a control
     * character or a byte of a longer character; {@code end} if there is none.
     */
    static int skipPlain(byte[] bytes, int at, int end) {
        int i = at;
        // Eight bytes at a time: subtracting sets the high bit of a byte that is zero, or less than a space. The
        // borrow may touch bytes above a true hit, never below it, and only the lowest hit is used.
        for (int last = end - Long.BYTES; i <= last; i += Long.BYTES) {
            long word = (long) LONGS.get(bytes, i);
            long quote = word ^ QUOTES;
            long backslash = word ^ BACKSLASHES;
            long hits =
                    (word | ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((word - SPACES) & ~word))
                            & HIGH_BITS;
            if (hits != 0) {
                return i + (Long.numberOfTrailingZeros(hits) >>> 3);
            }
        }
        while (i < end && bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\') {
            i++;
        }
        return i;
    }

    /**
     * Passes over a run of characters of two to four bytes.
     *
     * @return the place behind it, or -1 if the bytes are not well-formed UTF-8
     */
    static int skipMultiByte(byte[] bytes, int at, int end) {
        int i = at;
        do {
            int length = length(bytes, i, end);
            if (length < 0) {
                return -1;
            }
            i += length;
        } while (i < end && bytes[i] < 0);
        return i;
    }

    /** Length of the well-formed character of several bytes at {@code i}, or -1 (Unicode, table 3-7). */
    private static int length(byte[] bytes, int i, int end) {
        int first = bytes[i] & 0xFF;
        if (first < 0xC2 || first > 0xF4) {
            return -1;
        }
        int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (end - i < length) {
            return -1;
        }
        int second = bytes[i + 1] & 0xFF;
        int lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < lowest || second > highest) {
            return -1;
        }
        for (int k = 2; k < length; k++) {
            if ((bytes[i + k] & 0xC0) != 0x80) {
                return -1;
            }
        }
        return length;
    }
}
