package io.tapedeck.recorder.dialect.sentry;

import io.tapedeck.http.Problem;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.MalformedEventsException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a {@code replay_event} says of the recording that it comes with. Immutable by agreement.
 *
 * <p>The SDK has no name for a browser tab, and tabs opened from one another repeat the session's id and the numbers of
 * its parts. What tells them apart is {@code replay_start_timestamp}: it is taken when a page begins to be recorded, just
 * before its first full snapshot, and all that the page sends repeats it. So each page load is a window of its own.
 *
 * @param session the recording's id
 * @param window which page load
 * @param person who, or null
 * @param release the site's own, or null
 * @param tags the site's, and its environment
 */
record ReplayEvent(
        String session, WindowId window, Upload.Person person, String release, SortedMap<String, String> tags) {
    private static final int DEPTH_MAX = 1_000;
    private static final int TEXT_CHARS_MAX = 200;
    private static final String ENVIRONMENT = "environment";

    /** Of a recording that does not say when it began. */
    private static final WindowId UNKNOWN = new WindowId("load");

    static ReplayEvent read(byte[] body, Envelope.Item item) {
        try {
            return read(new JsonScanner(DEPTH_MAX).reset(body, item.from(), item.to()), body);
        } catch (MalformedEventsException e) {
            throw Problem.malformed("replay_event: " + e.getMessage());
        }
    }

    private static ReplayEvent read(JsonScanner json, byte[] body) {
        String session = null;
        WindowId window = UNKNOWN;
        Upload.Person person = null;
        String release = null;
        String environment = null;
        TreeMap<String, String> tags = new TreeMap<>();
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("replay_id")) {
                session = Values.idOrNull(Values.text(json, Values.ID_CHARS_MAX + 1));
            } else if (json.nameIs("replay_start_timestamp")) {
                window = window(Values.number(json, 0));
            } else if (json.nameIs("user")) {
                person = Users.read(json, body);
            } else if (json.nameIs("release")) {
                release = Values.text(json, TEXT_CHARS_MAX);
            } else if (json.nameIs(ENVIRONMENT)) {
                environment = Values.text(json, TEXT_CHARS_MAX);
            } else if (json.nameIs("tags")) {
                readTags(json, tags);
            } else {
                json.skipValue();
            }
        }
        json.end();
        if (session == null) {
            throw Problem.malformed("replay_event: replay_id must be " + SessionKey.ID_FORM);
        }
        if (environment != null) {
            tags.putIfAbsent(ENVIRONMENT, environment);
        }
        return new ReplayEvent(session, window, person, release, tags);
    }

    /** Microseconds, as fine as browsers tell it: two pages must not begin in the same one. */
    private static WindowId window(double startedAt) {
        return Values.isSeconds(startedAt) ? new WindowId("load-" + Math.round(startedAt * 1e6)) : UNKNOWN;
    }

    /** One place is left for the environment. */
    private static void readTags(JsonScanner json, TreeMap<String, String> tags) {
        if (json.peek() != Kind.OBJECT) {
            json.skipValue();
            return;
        }
        json.beginObject();
        while (json.nextMember()) {
            String name = Values.cut(json.name(), TEXT_CHARS_MAX);
            String value = Values.text(json, TEXT_CHARS_MAX);
            if (value != null && !name.isEmpty() && tags.size() < SessionFacts.TAGS_MAX - 1) {
                tags.put(name, value);
            }
        }
    }
}
