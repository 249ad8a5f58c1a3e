package io.tapedeck.recorder.privacy;

import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.ScanLimits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * Looks for password fields whose value a recorder has not hidden, in snapshots and in nodes added later. Not
 * thread-safe; used again for each chunk.
 *
 * <p>Nearly all chunks have no password field and cost one pass over their bytes; only the others are walked.
 */
final class PasswordCheck {
    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();
    /** Characters of a value that are looked at. */
    private static final int VALUE_CHARS_MAX = 256;

    private static final byte[] WORD = {'p', 'a', 's', 's', 'w', 'o', 'r', 'd'};
    private static final int W_AT = 4;
    /** The bit that lower-case ASCII letters have and upper-case ones have not. */
    private static final int LOWER_CASE = 0x20;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** A long with the value 1 in each byte; products with it put another value into each byte. */
    private static final long ONES = 0x0101010101010101L;

    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LOWER_CASES = LOWER_CASE * ONES;
    private static final long WS = 'w' * ONES;
    private static final long OS = 'o' * ONES;

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
     * Looks for the word's rarest pair of letters, eight places at a time: where a byte is a w and the next one an o, the two
     * differences from them have no bit.
     */
    private static boolean mentionsPassword(byte[] bytes, int from, int to) {
        int end = to - (WORD.length - W_AT) + 1;
        int at = from + W_AT;
        for (; at + Long.BYTES < to; at += Long.BYTES) {
            long differs = (((long) LONGS.get(bytes, at) | LOWER_CASES) ^ WS)
                    | (((long) LONGS.get(bytes, at + 1) | LOWER_CASES) ^ OS);
            // The high bit of a byte that is zero; the borrow may set that of one above it too, which isWordAt finds
            // out.
            for (long hits = (differs - ONES) & ~differs & HIGH_BITS; hits != 0; hits &= hits - 1) {
                int w = at + (Long.numberOfTrailingZeros(hits) >>> 3);
                if (w < end && isWordAt(bytes, w - W_AT)) {
                    return true;
                }
            }
        }
        for (; at < end; at++) {
            if (isWordAt(bytes, at - W_AT)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWordAt(byte[] bytes, int at) {
        for (int i = 0; i < WORD.length; i++) {
            if ((bytes[at + i] | LOWER_CASE) != WORD[i]) {
                return false;
            }
        }
        return true;
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
