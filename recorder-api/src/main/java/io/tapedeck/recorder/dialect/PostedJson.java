package io.tapedeck.recorder.dialect;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemException;
import io.tapedeck.recorder.inflate.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * The JSON that a body holds: as it is, or in the field {@code data} of a form, there in base64 or not. Browsers' beacons
 * and old versions of SDKs send forms.
 */
public final class PostedJson {
    private static final byte[] FIELD = {'d', 'a', 't', 'a', '='};

    private PostedJson() {}

    /**
     * Finds the JSON.
     *
     * @param body array-backed, decompressed
     * @param budget on which a copy is reserved, if there is one
     * @return array-backed, perhaps the body itself; not yet known to be JSON
     * @throws ProblemException MALFORMED if the body is neither JSON nor such a form
     */
    public static ByteBuffer of(ByteBuffer body, MemoryBudget budget) {
        byte[] bytes = body.array();
        int from = body.arrayOffset() + body.position();
        int to = from + body.remaining();
        if (isJson(bytes, from, to)) {
            return body;
        }
        int field = fieldFrom(bytes, from, to);
        if (field < 0) {
            throw Problem.malformed("the body is neither JSON nor a form with data");
        }
        budget.reserve(to - field);
        byte[] text = new byte[to - field];
        int length = unescape(bytes, field, to, text);
        return isJson(text, 0, length) ? ByteBuffer.wrap(text, 0, length) : unbase64(text, length, budget);
    }

    private static boolean isJson(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
        return at < to && (bytes[at] == '{' || bytes[at] == '[');
    }

    /** Where the field's value begins; -1 if there is no such field. */
    private static int fieldFrom(byte[] bytes, int from, int to) {
        for (int at = from; at <= to - FIELD.length; at++) {
            if ((at == from || bytes[at - 1] == '&') && isField(bytes, at)) {
                return at + FIELD.length;
            }
        }
        return -1;
    }

    private static boolean isField(byte[] bytes, int at) {
        for (int i = 0; i < FIELD.length; i++) {
            if (bytes[at + i] != FIELD[i]) {
                return false;
            }
        }
        return true;
    }

    /** Undoes the escapes up to the field's end. */
    private static int unescape(byte[] bytes, int from, int to, byte[] text) {
        int length = 0;
        for (int at = from; at < to && bytes[at] != '&'; at++) {
            if (bytes[at] != '%') {
                text[length++] = bytes[at] == '+' ? (byte) ' ' : bytes[at];
                continue;
            }
            int high = at + 2 < to ? Character.digit(bytes[at + 1], 16) : -1;
            int low = at + 2 < to ? Character.digit(bytes[at + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw Problem.malformed("the form has a broken escape");
            }
            text[length++] = (byte) (high << 4 | low);
            at += 2;
        }
        return length;
    }

    /** A plus sign that was not escaped became a space. */
    private static ByteBuffer unbase64(byte[] text, int length, MemoryBudget budget) {
        int kept = 0;
        for (int i = 0; i < length; i++) {
            switch (text[i]) {
                case ' ', '-' -> text[kept++] = '+';
                case '_' -> text[kept++] = '/';
                case '=', '\n', '\r' -> {}
                default -> text[kept++] = text[i];
            }
        }
        budget.reserve(kept);
        try {
            return Base64.getDecoder().decode(ByteBuffer.wrap(text, 0, kept));
        } catch (IllegalArgumentException e) {
            throw Problem.malformed("the form's data is neither JSON nor base64");
        }
    }
}
