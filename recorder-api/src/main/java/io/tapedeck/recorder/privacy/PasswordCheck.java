package io.tapedeck.recorder.privacy;

import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Looks for password fields whose value a recorder has not hidden, in snapshots and in nodes added later. Not
 * thread-safe; used again for each chunk.
 *
 * <p>Nearly all chunks have no password field and cost one pass over their bytes; only the others are walked.
 */
final class PasswordCheck {
    private static final int DEPTH_MAX = 4_096;
    /** Characters of a value that are looked at. */
    private static final int VALUE_CHARS_MAX = 256;

    private static final byte[] WORD = {'P', 'A', 'S', 'S', 'W', 'O', 'R', 'D'};
    private static final int UPPER_CASE = 0xdf;
    private static final byte[] MOVES = moves();

    private final JsonScanner json = new JsonScanner(DEPTH_MAX);
    /** For each level of nesting, whether it is an object. */
    private final BitSet objects = new BitSet();

    /** @param events a JSON array, array-backed */
    boolean leaks(ByteBuffer events) {
        byte[] bytes = events.array();
        int from = events.arrayOffset() + events.position();
        int to = events.arrayOffset() + events.limit();
        return mentionsPassword(bytes, from, to) && walk(bytes, from, to);
    }

    /** Lets go of the events. */
    void clear() {
        json.clear();
    }

    /**
     * Searches as Horspool does: the byte under the word's last letter says how far the word can be moved on, which is mostly
     * by its whole length.
     */
    private static boolean mentionsPassword(byte[] bytes, int from, int to) {
        int at = from + WORD.length - 1;
        while (at < to) {
            int last = bytes[at] & UPPER_CASE;
            if (last == WORD[WORD.length - 1] && isWordAt(bytes, at - WORD.length + 1)) {
                return true;
            }
            at += MOVES[last];
        }
        return false;
    }

    private static boolean isWordAt(byte[] bytes, int at) {
        for (int i = 0; i < WORD.length - 1; i++) {
            if ((bytes[at + i] & UPPER_CASE) != WORD[i]) {
                return false;
            }
        }
        return true;
    }

    /** How far a byte's last place in the word, but for its end, is from that end. */
    private static byte[] moves() {
        byte[] moves = new byte[UPPER_CASE + 1];
        Arrays.fill(moves, (byte) WORD.length);
        for (int i = 0; i < WORD.length - 1; i++) {
            moves[WORD[i]] = (byte) (WORD.length - 1 - i);
        }
        return moves;
    }

    /** Nesting costs no stack: hostile input nests as deep as it may. */
    private boolean walk(byte[] bytes, int from, int to) {
        json.reset(bytes, from, to);
        json.beginArray();
        objects.clear(1);
        int depth = 1;
        while (depth > 0) {
            boolean inObject = objects.get(depth);
            if (!(inObject ? json.nextMember() : json.nextElement())) {
                depth--;
                continue;
            }
            Kind kind = json.peek();
            if (kind == Kind.OBJECT && inObject && json.nameIs("attributes")) {
                if (areLeakingAttributes()) {
                    return true;
                }
            } else if (kind == Kind.OBJECT) {
                json.beginObject();
                objects.set(++depth);
            } else if (kind == Kind.ARRAY) {
                json.beginArray();
                objects.clear(++depth);
            } else {
                json.skipValue();
            }
        }
        return false;
    }

    private boolean areLeakingAttributes() {
        boolean password = false;
        boolean shown = false;
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("type") && json.peek() == Kind.STRING) {
                password = json.readString(WORD.length + 1).equalsIgnoreCase("password");
            } else if (json.nameIs("value") && json.peek() == Kind.STRING) {
                shown = !isHidden(json.readString(VALUE_CHARS_MAX));
            } else {
                json.skipValue();
            }
        }
        return password && shown;
    }

    private static boolean isHidden(String value) {
        return value.chars().allMatch(c -> c == '*' || c == '•');
    }
}
