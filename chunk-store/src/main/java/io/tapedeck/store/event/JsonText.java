package io.tapedeck.store.event;

/** Text out of JSON strings, and text that is fit to be put into JSON, a database and a page. */
final class JsonText {
    private static final char REPLACEMENT = '\uFFFD';

    private JsonText() {}

    /** The text of the inside of a JSON string that is known to be valid; at most its first {@code charsMax} characters. */
    static String unescape(byte[] json, int from, int to, int charsMax) {
        StringBuilder text = new StringBuilder(Math.min(to - from, Math.min(charsMax, 1_024)));
        int i = from;
        while (i < to && text.length() < charsMax) {
            int c = json[i];
            if (c == '\\') {
                boolean unicode = json[i + 1] == 'u';
                text.append(unicode ? hex(json, i + 2) : escape(json[i + 1]));
                i += unicode ? 6 : 2;
            } else if (c >= 0) {
                text.append((char) c);
                i++;
            } else {
                int length = c >= (byte) 0xF0 ? 4 : c >= (byte) 0xE0 ? 3 : 2;
                text.appendCodePoint(codePoint(json, i, length));
                i += length;
            }
        }
        boolean cutsPair = i < to && text.length() > 0 && Character.isHighSurrogate(text.charAt(text.length() - 1));
        return clip(cutsPair ? text.substring(0, text.length() - 1) : text.toString(), charsMax);
    }

    /** At most the first {@code charsMax} characters, without cutting a surrogate pair. */
    static String clip(String text, int charsMax) {
        if (text.length() <= charsMax) {
            return text;
        }
        boolean cutsPair = charsMax > 0 && Character.isHighSurrogate(text.charAt(charsMax - 1));
        return text.substring(0, cutsPair ? charsMax - 1 : charsMax);
    }

    /**
     * The text with U+FFFD for what UTF-8 cannot say or PostgreSQL does not take: surrogates without their other half,
     * and NUL.
     */
    static String clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isUnfit(text, i)) {
                StringBuilder cleaned = new StringBuilder(text);
                for (int k = i; k < text.length(); k++) {
                    if (isUnfit(text, k)) {
                        cleaned.setCharAt(k, REPLACEMENT);
                    }
                }
                return cleaned.toString();
            }
        }
        return text;
    }

    /** As one line: {@link #clean}, with spaces for control characters, trimmed and clipped. */
    static String line(String text, int charsMax) {
        String cleaned = clean(clip(text, charsMax));
        StringBuilder line = new StringBuilder(cleaned);
        for (int i = 0; i < line.length(); i++) {
            if (Character.isISOControl(line.charAt(i))) {
                line.setCharAt(i, ' ');
            }
        }
        return line.toString().trim();
    }

    /** Bytes of the text inside a JSON string, at most: what is not ASCII may be escaped or not. */
    static int jsonBytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            bytes += jsonBytes(text.charAt(i));
        }
        return bytes;
    }

    /** As much of the beginning of the text as takes at most {@code bytesMax} bytes inside a JSON string. */
    static String clipToJson(String text, int bytesMax) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            bytes += jsonBytes(text.charAt(i));
            if (bytes > bytesMax) {
                return clip(text, i);
            }
        }
        return text;
    }

    private static int jsonBytes(char c) {
        if (c < ' ') {
            return 6;
        }
        if (c == '"' || c == '\\') {
            return 2;
        }
        return c < 0x80 ? 1 : 3;
    }

    private static boolean isUnfit(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
        }
        return c == 0;
    }

    private static char escape(int c) {
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) c;
        };
    }

    private static char hex(byte[] json, int at) {
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            value = value << 4 | Character.digit(json[i], 16);
        }
        return (char) value;
    }

    private static int codePoint(byte[] json, int at, int length) {
        int value = json[at] & (0xFF >>> (length + 1));
        for (int i = at + 1; i < at + length; i++) {
            value = value << 6 | (json[i] & 0x3F);
        }
        return value;
    }
}
