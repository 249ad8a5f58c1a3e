package io.tapedeck.recorder.dialect.sentry;

import io.tapedeck.recorder.dialect.SoundText;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Reads values that sites fill with anything: what has another form than expected is passed over as if it were not there,
 * and what is too long is cut, so that no recording is refused for what is said beside it.
 */
final class Values {
    static final int ID_CHARS_MAX = SessionKey.ID_CHARS_MAX;

    /** The SDK has some times in seconds: later ones are milliseconds. */
    private static final double SECONDS_BELOW = 9_999_999_999.0;

    private Values() {}

    /** Passes over any value; its text if it is a string, a number or a truth value, else null. */
    static String text(JsonScanner json, int charsMax) {
        return switch (json.peek()) {
            case STRING -> SoundText.of(json.readString(charsMax));
            case NUMBER -> number(json);
            case BOOLEAN -> Boolean.toString(json.readBoolean());
            case OBJECT, ARRAY, NULL -> {
                json.skipValue();
                yield null;
            }
        };
    }

    /** Passes over any value; the text of the member {@code name} if it is an object that has one, else null. */
    static String textWithin(JsonScanner json, String name, int charsMax) {
        String text = null;
        if (!enter(json)) {
            return null;
        }
        while (json.nextMember()) {
            if (json.nameIs(name)) {
                text = text(json, charsMax);
            } else {
                json.skipValue();
            }
        }
        return text;
    }

    /** Enters the next value if it is an object, else passes over it. */
    static boolean enter(JsonScanner json) {
        if (json.peek() == Kind.OBJECT) {
            json.beginObject();
            return true;
        }
        json.skipValue();
        return false;
    }

    /** Passes over any value; the number if it is a finite one, else {@code otherwise}. */
    static double number(JsonScanner json, double otherwise) {
        if (json.peek() != Kind.NUMBER) {
            json.skipValue();
            return otherwise;
        }
        double number = json.readDouble();
        return Double.isFinite(number) ? number : otherwise;
    }

    /** Whether a time is one in seconds. What is not after 1970 is no time at all. */
    static boolean isSeconds(double time) {
        return time > 0 && time < SECONDS_BELOW;
    }

    /** A time in seconds as whole milliseconds. */
    static long toMs(double seconds) {
        return Math.round(seconds * 1_000);
    }

    /** An instant as a date says it, epoch ms; {@link Chunk#NO_TIME} if it is none. */
    static long timeOrNone(String date) {
        try {
            return Math.max(0, Instant.parse(date).toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            return Chunk.NO_TIME;
        }
    }

    /** The text, sound and at most so long. */
    static String cut(String text, int charsMax) {
        return SoundText.of(text.length() <= charsMax ? text : text.substring(0, charsMax));
    }

    /** The text if it can be the id of a session, else null. */
    static String idOrNull(String text) {
        return SessionKey.isValidId(text) ? text : null;
    }

    private static String number(JsonScanner json) {
        double number = json.readDouble();
        boolean whole = number == Math.rint(number) && Math.abs(number) < 1L << 53;
        return whole ? Long.toString((long) number) : Double.toString(number);
    }
}
