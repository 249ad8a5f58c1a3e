package io.tapedeck.recorder.dialect.mixpanel;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tapedeck.recorder.inflate.MemoryBudget;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import io.tapedeck.store.event.ScanLimits;
import io.tapedeck.store.event.UrlMask;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One analytics event, of which only what matters to a replay is read. Mutable and meant to be used again for the next
 * event; not thread-safe.
 *
 * <p>An event of the site's own becomes rrweb's custom event with the site's properties, without those that the SDK adds:
 *
 * <pre>
 *   {"event":"Paid","properties":{"$browser":"Chrome","time":1795293661.197,"token":"9f86","value":42}}      becomes
 *   {"type":5,"data":{"tag":"Paid","payload":{"value":42}},"timestamp":1795293661197}
 * </pre>
 *
 * A page view becomes a navigation, whose address is masked as all addresses are. The SDK's other events say what the
 * recording shows anyway.
 */
final class TrackedEvent {
    private static final String IDENTIFY = "\"$identify\"";
    private static final String PAGE_VIEW = "\"$mp_web_page_view\"";
    /** What the SDK adds and names as a site might; what else it adds begins with a dollar sign or so. */
    private static final String[] SDK_PROPERTIES = {"token", "time", "distinct_id", "mp_lib", "mp_sent_by_lib_version"};

    private static final int TEXT_CHARS_MAX = 201;
    private static final int URL_CHARS_MAX = 8_192;
    private static final int NUMBER_CHARS_MAX = 40;
    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();
    /** Times before this are in seconds, as the SDK has them; it was 1973 in milliseconds. */
    private static final double SECONDS_MAX = 1e11;
    /** The last instant that a date in JavaScript can be. */
    private static final double TIME_MAX = 8.64e15;

    private static final long NO_TIME = -1;

    private final JsonScanner json = new JsonScanner(DEPTH_MAX);

    private int nameFrom;
    private int nameTo;
    private int propertiesFrom;
    private int propertiesTo;
    private String token;
    private String replay;
    private String insertId;
    private String userId;
    private String version;
    private String url;
    private long timeMs;

    void clear() {
        nameFrom = 0;
        nameTo = 0;
        propertiesFrom = 0;
        propertiesTo = 0;
        token = null;
        replay = null;
        insertId = null;
        userId = null;
        version = null;
        url = null;
        timeMs = NO_TIME;
    }

    /** The event's name is the string in {@code [from, to)} of the batch. */
    void named(int from, int to) {
        nameFrom = from;
        nameTo = to;
    }

    /** Reads the object in {@code [from, to)}, which is valid JSON. */
    void readProperties(byte[] batch, int from, int to) {
        propertiesFrom = from;
        propertiesTo = to;
        json.reset(batch, from, to);
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("token")) {
                token = textOr(token);
            } else if (json.nameIs("$mp_replay_id")) {
                replay = textOr(replay);
            } else if (json.nameIs("$insert_id")) {
                insertId = textOr(insertId);
            } else if (json.nameIs("$user_id")) {
                readUserId(batch);
            } else if (json.nameIs("$lib_version")) {
                version = textOr(version);
            } else if (json.nameIs("$current_url") && json.peek() == Kind.STRING) {
                url = json.readString(URL_CHARS_MAX);
            } else if (json.nameIs("time") && json.peek() == Kind.NUMBER) {
                timeMs = ms(json.readDouble());
            } else {
                json.skipValue();
            }
        }
    }

    String token() {
        return token;
    }

    /** The replay during which it happened; null if it names none. */
    String replay() {
        return replay;
    }

    String insertId() {
        return insertId;
    }

    /** Who the visitor has been identified as, or null. */
    String userId() {
        return userId;
    }

    String version() {
        return version;
    }

    /** Whether it says who the visitor is. */
    boolean identifies(byte[] batch) {
        return nameIs(batch, IDENTIFY);
    }

    /**
     * The event as a JSON array of one rrweb event.
     *
     * @param budget what is returned stays reserved on it
     * @return null if it is of no use in a replay
     */
    ByteBuffer marker(byte[] batch, MemoryBudget budget) {
        if (timeMs == NO_TIME || nameTo - nameFrom <= 2) {
            return null;
        }
        if (nameIs(batch, PAGE_VIEW)) {
            return url == null ? null : navigation(budget);
        }
        return batch[nameFrom + 1] == '$' ? null : ofSite(batch, budget);
    }

    private ByteBuffer navigation(MemoryBudget budget) {
        String href = JsonNodeFactory.instance.textNode(UrlMask.mask(url)).toString();
        byte[] event = ("[{\"type\":5,\"data\":{\"tag\":\"tapedeck.navigation\",\"payload\":{\"href\":" + href
                        + "}},\"timestamp\":" + timeMs + "}]")
                .getBytes(StandardCharsets.UTF_8);
        budget.reserve(event.length);
        return ByteBuffer.wrap(event);
    }

    private ByteBuffer ofSite(byte[] batch, MemoryBudget budget) {
        byte[] before = ascii("[{\"type\":5,\"data\":{\"tag\":");
        byte[] between = ascii(",\"payload\":{");
        byte[] after = ascii("}},\"timestamp\":" + timeMs + "}]");
        int lengthMax =
                before.length + (nameTo - nameFrom) + between.length + (propertiesTo - propertiesFrom) + after.length;
        budget.reserve(lengthMax);
        ByteBuffer event = ByteBuffer.allocate(lengthMax);
        event.put(before).put(batch, nameFrom, nameTo - nameFrom).put(between);
        putSiteProperties(batch, event);
        return event.put(after).flip();
    }

    private void putSiteProperties(byte[] batch, ByteBuffer event) {
        json.reset(batch, propertiesFrom, propertiesTo);
        json.beginObject();
        boolean first = true;
        while (json.nextMember()) {
            int from = json.memberFrom();
            boolean ofSdk = batch[from + 1] == '$' || isSdkProperty();
            json.skipValue();
            if (!ofSdk) {
                if (!first) {
                    event.put((byte) ',');
                }
                event.put(batch, from, json.valueTo() - from);
                first = false;
            }
        }
    }

    private boolean isSdkProperty() {
        for (String name : SDK_PROPERTIES) {
            if (json.nameIs(name)) {
                return true;
            }
        }
        return false;
    }

    private boolean nameIs(byte[] batch, String literal) {
        if (nameTo - nameFrom != literal.length()) {
            return false;
        }
        for (int i = 0; i < literal.length(); i++) {
            if (batch[nameFrom + i] != literal.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String textOr(String otherwise) {
        if (json.peek() == Kind.STRING) {
            return json.readString(TEXT_CHARS_MAX);
        }
        json.skipValue();
        return otherwise;
    }

    /** Sites have numbers for ids as often as strings. */
    private void readUserId(byte[] batch) {
        boolean number = json.peek() == Kind.NUMBER;
        userId = textOr(userId);
        int length = json.valueTo() - json.valueFrom();
        if (number && length <= NUMBER_CHARS_MAX) {
            userId = new String(batch, json.valueFrom(), length, StandardCharsets.US_ASCII);
        }
    }

    private static long ms(double time) {
        double ms = time < SECONDS_MAX ? time * 1_000 : time;
        return ms >= 0 && ms <= TIME_MAX ? Math.round(ms) : NO_TIME;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
