package io.tapedeck.recorder.privacy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What counts as hidden already: nothing but the marks that recorders put in the place of text, and white space. Stateless. */
final class Hidden {
    private static final char BULLET = '•';
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private static final byte[] BULLET_UTF_8 = "•".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NO_BREAK_SPACE_UTF_8 = "\u00a0".getBytes(StandardCharsets.UTF_8);

    private Hidden() {}

    /** Whether a character stays where text is hidden: lines break where they did, and what is hidden stays as it is. */
    static boolean stays(char c) {
        return c == '*' || c == BULLET || Character.isWhitespace(c) || Character.isSpaceChar(c) || c == BYTE_ORDER_MARK;
    }

    /** The text with a star for every character that does not stay. */
    static String stars(String text) {
        StringBuilder masked = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            masked.append(stays(c) ? c : '*');
        }
        return masked.toString();
    }

    /**
     * Whether the JSON string in {@code [from, to)}, quotes included, is hidden. Seldom forms of white space are taken for
     * text: that costs a closer look.
     */
    static boolean isHidden(byte[] json, int from, int to) {
        int end = to - 1;
        int at = from + 1;
        while (at < end) {
            int length = lengthOfHidden(json, at, end);
            if (length == 0) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private static int lengthOfHidden(byte[] json, int at, int end) {
        int c = json[at];
        if (c == '*' || c == ' ') {
            return 1;
        }
        if (c == '\\') {
            return isWhiteSpaceEscape(json, at, end) ? 2 : 0;
        }
        if (startsWith(json, at, end, NO_BREAK_SPACE_UTF_8)) {
            return NO_BREAK_SPACE_UTF_8.length;
        }
        return startsWith(json, at, end, BULLET_UTF_8) ? BULLET_UTF_8.length : 0;
    }

    private static boolean isWhiteSpaceEscape(byte[] json, int at, int end) {
        int escaped = at + 1 < end ? json[at + 1] : 0;
        return escaped == 'n' || escaped == 'r' || escaped == 't';
    }

    private static boolean startsWith(byte[] json, int at, int end, byte[] text) {
        return end - at >= text.length && Arrays.equals(json, at, at + text.length, text, 0, text.length);
    }
}
