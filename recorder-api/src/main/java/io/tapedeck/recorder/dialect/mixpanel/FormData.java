package io.tapedeck.recorder.dialect.mixpanel;

import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.inflate.MemoryBudget;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * The JSON in a body: a form's {@code data=…}, which is JSON or base64 of JSON, percent-encoded, whatever the content type
 * says; or JSON as it is.
 */
final class FormData {
    private static final byte[] NAME = "data=".getBytes(StandardCharsets.US_ASCII);

    private FormData() {}

    /**
     * Decodes the body, which is left as it was.
     *
     * @param budget what is returned stays reserved on it
     * @throws ProblemException MALFORMED
     */
    static ByteBuffer json(ByteBuffer body, MemoryBudget budget) {
        byte[] bytes = body.array();
        int from = body.arrayOffset() + body.position();
        int to = from + body.remaining();
        if (isJson(bytes, from, to)) {
            return body;
        }
        int dataFrom = dataFrom(bytes, from, to);
        int dataTo = endOfValue(bytes, dataFrom, to);
        budget.reserve(dataTo - dataFrom);
        byte[] text = new byte[dataTo - dataFrom];
        int length = percentDecode(bytes, dataFrom, dataTo, text);
        if (isJson(text, 0, length)) {
            plusToSpace(bytes, dataFrom, dataTo, text);
            return ByteBuffer.wrap(text, 0, length);
        }
        return fromBase64(text, length, budget);
    }

    private static boolean isJson(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] > ' ') {
                return bytes[i] == '[' || bytes[i] == '{';
            }
        }
        return false;
    }

    private static int dataFrom(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int end = endOfValue(bytes, at, to);
            if (end - at >= NAME.length && Arrays.equals(bytes, at, at + NAME.length, NAME, 0, NAME.length)) {
                return at + NAME.length;
            }
            at = end + 1;
        }
        throw Said.malformed("the body must be JSON, or a form with data=…");
    }

    private static int endOfValue(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != '&') {
            at++;
        }
        return at;
    }

    private static int percentDecode(byte[] bytes, int from, int to, byte[] into) {
        int count = 0;
        for (int at = from; at < to; at++) {
            if (bytes[at] != '%') {
                into[count++] = bytes[at];
                continue;
            }
            int high = at + 2 < to ? Character.digit(bytes[at + 1], 16) : -1;
            int low = at + 2 < to ? Character.digit(bytes[at + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw Said.malformed("data: a percent sign without two hexadecimal digits");
            }
            into[count++] = (byte) (high << 4 | low);
            at += 2;
        }
        return count;
    }

    /** In JSON a plus sign that was not percent-encoded is a form's space; in base64 it is itself. */
    private static void plusToSpace(byte[] bytes, int from, int to, byte[] decoded) {
        int count = 0;
        for (int at = from; at < to; at++) {
            if (bytes[at] == '+') {
                decoded[count] = ' ';
            }
            at += bytes[at] == '%' ? 2 : 0;
            count++;
        }
    }

    private static ByteBuffer fromBase64(byte[] text, int length, MemoryBudget budget) {
        budget.reserve(length);
        try {
            return Base64.getDecoder().decode(ByteBuffer.wrap(text, 0, length));
        } catch (IllegalArgumentException e) {
            throw Said.malformed("data: neither JSON nor base64");
        }
    }
}
