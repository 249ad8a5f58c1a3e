package io.tapedeck.store;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of recordings: {@code recordings/{project}/{yyyyMMdd}/{session}.{part}.{attempt}.ndjson.zst}. The day is that of the
 * session's first receipt, so that all recordings a session ever has begin alike.
 */
public final class RecordingKey {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMMdd");
    private static final Pattern FORM = Pattern.compile(ObjectFolders.RECORDINGS
            + "([A-Za-z0-9_-]{1,70})/[0-9]{8}/([A-Za-z0-9_-]{1,70})\\.[0-9]+\\.[^/]+\\.ndjson\\.zst");

    private RecordingKey() {}

    /** @param attempt makes the key one that was never used */
    public static String of(SessionKey session, long firstReceivedAt, int part, String attempt) {
        return prefix(session, firstReceivedAt) + part + "." + attempt + ".ndjson.zst";
    }

    /** How the keys of all recordings of a session begin. */
    public static String prefix(SessionKey session, long firstReceivedAt) {
        return prefix(session, LocalDate.ofInstant(Instant.ofEpochMilli(firstReceivedAt), ZoneOffset.UTC));
    }

    /** The same for a session that was first received on that day. */
    public static String prefix(SessionKey session, LocalDate day) {
        return prefix(session.project()) + DAY.format(day) + "/" + session.session() + ".";
    }

    /** How the keys of all recordings of a project begin. */
    public static String prefix(String project) {
        return ObjectFolders.RECORDINGS + project + "/";
    }

    /** Whose recording has this key; nothing if it is another object's. */
    public static Optional<SessionKey> session(String key) {
        Matcher parts = FORM.matcher(key);
        return parts.matches() ? Optional.of(new SessionKey(parts.group(1), parts.group(2))) : Optional.empty();
    }
}
