package io.tapedeck.recorder.dialect.sentry;

import io.tapedeck.store.Chunk;
import io.tapedeck.store.event.JsonScanner;

/**
 * An envelope's first line. Immutable.
 *
 * @param key the public key of the dsn, or null
 * @param eventId as it stands there, or null
 * @param sentAt the client's clock, epoch ms, or {@link Chunk#NO_TIME}
 * @param version the SDK's, or null
 * @param replay the recording that goes on meanwhile, or null
 */
record EnvelopeHeader(String key, String eventId, long sentAt, String version, String replay) {
    private static final int DSN_CHARS_MAX = 2_048;
    private static final int TIME_CHARS_MAX = 64;

    /** Reads the scanner's next value, which must be an object. */
    static EnvelopeHeader read(JsonScanner json) {
        String key = null;
        String eventId = null;
        long sentAt = Chunk.NO_TIME;
        String version = null;
        String replay = null;
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("dsn")) {
                key = keyOf(Values.text(json, DSN_CHARS_MAX));
            } else if (json.nameIs("event_id")) {
                eventId = Values.text(json, Values.ID_CHARS_MAX + 1);
            } else if (json.nameIs("sent_at")) {
                sentAt = readTime(json);
            } else if (json.nameIs("sdk")) {
                version = Values.textWithin(json, "version", Values.ID_CHARS_MAX);
            } else if (json.nameIs("trace")) {
                replay = Values.textWithin(json, "replay_id", Values.ID_CHARS_MAX + 1);
            } else {
                json.skipValue();
            }
        }
        return new EnvelopeHeader(key, eventId, sentAt, version, replay);
    }

    /** The recorder's name for sessions. */
    String sdk() {
        return "sentry/" + (version == null || version.isEmpty() ? "unknown" : version);
    }

    /** From {@code https://key@host/project}, where a secret may follow the key. */
    private static String keyOf(String dsn) {
        int from = dsn == null ? -1 : dsn.indexOf("://");
        int to = from < 0 ? -1 : dsn.indexOf('@', from);
        if (to < 0) {
            return null;
        }
        String user = dsn.substring(from + 3, to);
        String key = user.contains(":") ? user.substring(0, user.indexOf(':')) : user;
        return key.isEmpty() ? null : key;
    }

    /** It only helps to judge the client's clock. */
    private static long readTime(JsonScanner json) {
        String date = Values.text(json, TIME_CHARS_MAX);
        return date == null ? Chunk.NO_TIME : Values.timeOrNone(date);
    }
}
