package io.tapedeck.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Keys of segments: {@code segments/{yyyyMMdd}/{HH}/{node}-{epoch}-{counter}-{attempt}.seg}, by the hour of their making. */
public final class SegmentKey {
    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("yyyyMMdd/HH").withZone(ZoneOffset.UTC);

    private SegmentKey() {}

    /**
     * Makes a key.
     *
     * @param madeAt in milliseconds since 1970
     * @param attempt makes the key one that was never used
     */
    public static String of(long madeAt, String node, long epoch, long counter, String attempt) {
        return ObjectFolders.SEGMENTS + HOUR.format(Instant.ofEpochMilli(madeAt)) + "/" + node + "-" + epoch + "-"
                + counter + "-" + attempt + ".seg";
    }

    /** The key of a segment that no journal fed, so that it has neither epoch nor counter. */
    public static String of(long madeAt, String maker, String attempt) {
        return of(madeAt, maker, 0, 0, attempt);
    }

    /** Whether {@link #of(long, String, String)} made this key for that maker. */
    public static boolean isMadeBy(String maker, String key) {
        return key.startsWith(ObjectFolders.SEGMENTS) && key.contains("/" + maker + "-0-0-");
    }
}
