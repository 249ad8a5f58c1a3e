package io.tapedeck.recorder.inflate;

import io.tapedeck.http.Problem;

/**
 * Bytes in a JSON string, each as the character of its number: the way in which browsers put what is compressed into JSON.
 *
 * <pre>
 *   78 9c 00 22     becomes     "x\u009c\u0000\""     or, with U+009C as it is, in UTF-8     "x c2 9c \u0000\""
 * </pre>
 */
final class ByteString {
    private static final int TWO_BYTES_FROM = 0xc2;
    private static final int TWO_BYTES_TO = 0xc3;

    private ByteString() {}

    /**
     * Decodes the string's inside.
     *
     * @param json valid JSON
     * @param into with room for {@code to - from} bytes
     * @return how many bytes there are
     */
    static int decode(byte[] json, int from, int to, byte[] into) {
        int count = 0;
        int at = from;
        while (at < to) {
            int next = json[at] & 0xff;
            if (next == '\\') {
                boolean hex = json[at + 1] == 'u';
                into[count++] = hex ? hex(json, at + 2) : escaped(json[at + 1]);
                at += hex ? 6 : 2;
            } else if (next < 0x80) {
                into[count++] = (byte) next;
                at++;
            } else if (next == TWO_BYTES_FROM || next == TWO_BYTES_TO) {
                into[count++] = (byte) ((next & 3) << 6 | (json[at + 1] & 0x3f));
                at += 2;
            } else {
                throw noByte();
            }
        }
        return count;
    }

    private static byte hex(byte[] json, int at) {
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            value = value << 4 | Character.digit(json[i], 16);
        }
        if (value > 0xff) {
            throw noByte();
        }
        return (byte) value;
    }

    private static byte escaped(byte letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> letter;
        };
    }

    private static RuntimeException noByte() {
        return Problem.malformed("a string that should hold something compressed holds other characters than bytes");
    }
}
