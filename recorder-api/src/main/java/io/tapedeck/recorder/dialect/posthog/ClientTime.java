package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.recorder.dialect.ForeignId;
import io.tapedeck.store.Chunk;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/** Reads the client's clock where a capture shows it, in epoch ms. */
final class ClientTime {
    /** The last instant that a date in JavaScript can be. */
    private static final double TIME_MAX = 8.64e15;

    private static final int UUID_VERSION_AT = 14;
    private static final int UUID_TIME_DIGITS = 13;

    private ClientTime() {}

    /**
     * When a capture was made: what it says itself, else the time in its properties, else the one in its uuid.
     *
     * @return {@link Chunk#NO_TIME} if it says none
     */
    static long of(Item item) {
        long said = parse(item.timestamp);
        if (said != Chunk.NO_TIME) {
            return said;
        }
        long property = plausible(item.timeSeconds * 1_000);
        return property != Chunk.NO_TIME ? property : ofUuid(item.uuid);
    }

    /** ISO 8601 text or milliseconds; {@link Chunk#NO_TIME} if it is neither. */
    static long parse(String text) {
        if (text == null || text.length() > 40) {
            return Chunk.NO_TIME;
        }
        try {
            return text.indexOf('T') > 0
                    ? plausible((double) OffsetDateTime.parse(text).toInstant().toEpochMilli())
                    : plausible(Double.parseDouble(text));
        } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
            return Chunk.NO_TIME;
        }
    }

    /** The uuids that the client makes begin with the time. */
    private static long ofUuid(String uuid) {
        if (!ForeignId.isUuid(uuid) || uuid.charAt(UUID_VERSION_AT) != '7') {
            return Chunk.NO_TIME;
        }
        return Long.parseLong(uuid.substring(0, UUID_TIME_DIGITS).replace("-", ""), 16);
    }

    private static long plausible(double ms) {
        return ms >= 0 && ms <= TIME_MAX ? (long) ms : Chunk.NO_TIME;
    }
}
