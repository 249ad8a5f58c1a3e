package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionKey;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads keys of recordings: {@code recordings/{project}/{yyyyMMdd}/{session}.{part}.{attempt}.ndjson.zst}. */
final class RecordingKeys {
    private static final Pattern KEY =
            Pattern.compile("recordings/([A-Za-z0-9_-]{1,70})/[0-9]{8}/([A-Za-z0-9_-]{1,70})\\..*");

    private RecordingKeys() {}

    /** Whose recording it is; empty if the key has another form. */
    static Optional<SessionKey> session(String key) {
        Matcher matcher = KEY.matcher(key);
        return matcher.matches() ? Optional.of(new SessionKey(matcher.group(1), matcher.group(2))) : Optional.empty();
    }
}
