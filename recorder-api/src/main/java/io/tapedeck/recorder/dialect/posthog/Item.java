package io.tapedeck.recorder.dialect.posthog;

import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.JsonScanner.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One capture of a body: an event's name and what of it is of use. Read by {@link #read}, member after member, in any
 * order; what has another form than expected is treated as absent. Not thread-safe.
 */
final class Item {
    private static final int ID_CHARS_MAX = 1_000;
    private static final int NAME_CHARS_MAX = 200;
    private static final int TEXT_CHARS_MAX = 8_192;

    private final JsonScanner json;
    private final byte[] body;
    private final SnapshotEvents snapshots;

    String event;
    String uuid;
    String token;
    String distinctId;
    String deviceId;
    String session;
    String window;
    String version;
    String url;
    String recordingStatus;
    String exceptionType;
    String exceptionMessage;
    /** Null if it is not said. */
    Boolean identified;

    boolean hasUserId;
    /** Whether the client had its configuration when it sent this. */
    boolean configured;

    /** As the client says it, ISO text or a number, each null if it does not. */
    String timestamp;

    String sentAt;
    double timeSeconds = Double.NaN;

    /** Parts of the body, or null. */
    ByteBuffer properties;

    ByteBuffer set;
    ByteBuffer exceptions;

    /** What the page saw and did: a JSON array of rrweb events, or null. */
    ByteBuffer snapshot;

    Item(JsonScanner json, byte[] body, SnapshotEvents snapshots) {
        this.json = json;
        this.body = body;
        this.snapshots = snapshots;
    }

    /** Takes the member of the capture that the scanner has gone to. */
    void read() {
        if (json.nameIs("event")) {
            event = Texts.orNull(json, NAME_CHARS_MAX);
        } else if (json.nameIs("uuid")) {
            uuid = Texts.orNull(json, ID_CHARS_MAX);
        } else if (json.nameIs("timestamp")) {
            timestamp = scalar(ID_CHARS_MAX);
        } else if (json.nameIs("sent_at")) {
            sentAt = scalar(ID_CHARS_MAX);
        } else if (json.nameIs("api_key") || json.nameIs("token")) {
            token = Texts.orNull(json, ID_CHARS_MAX);
        } else if (json.nameIs("distinct_id")) {
            distinctId = scalar(ID_CHARS_MAX);
        } else if (json.nameIs("$set")) {
            set = range(Kind.OBJECT);
        } else if (json.nameIs("properties") && json.peek() == Kind.OBJECT) {
            readProperties();
        } else {
            json.skipValue();
        }
    }

    private void readProperties() {
        json.beginObject();
        int from = json.valueTo() - 1;
        while (json.nextMember()) {
            readProperty();
        }
        properties = ByteBuffer.wrap(body, from, json.valueTo() - from);
    }

    private void readProperty() {
        if (json.nameIs("$snapshot_data")) {
            snapshot = snapshots.read();
        } else if (json.nameIs("token")) {
            token = Texts.orNull(json, ID_CHARS_MAX);
        } else if (json.nameIs("distinct_id")) {
            distinctId = scalar(ID_CHARS_MAX);
        } else if (json.nameIs("$device_id")) {
            deviceId = scalar(ID_CHARS_MAX);
        } else if (json.nameIs("$session_id")) {
            session = scalar(ID_CHARS_MAX);
        } else if (json.nameIs("$window_id")) {
            window = scalar(ID_CHARS_MAX);
        } else if (json.nameIs("$lib_version")) {
            version = Texts.orNull(json, NAME_CHARS_MAX);
        } else if (json.nameIs("$is_identified")) {
            identified = truth();
        } else if (json.nameIs("$user_id")) {
            hasUserId = scalar(ID_CHARS_MAX) != null;
        } else if (json.nameIs("$recording_status")) {
            recordingStatus = Texts.orNull(json, NAME_CHARS_MAX);
        } else if (json.nameIs("$autocapture_disabled_server_side")) {
            configured = truth() != null;
        } else if (json.nameIs("$current_url")) {
            url = Texts.orNull(json, TEXT_CHARS_MAX);
        } else if (json.nameIs("$time")) {
            timeSeconds = number();
        } else if (json.nameIs("$set")) {
            set = range(Kind.OBJECT);
        } else {
            readException();
        }
    }

    private void readException() {
        if (json.nameIs("$exception_list")) {
            exceptions = range(Kind.ARRAY);
        } else if (json.nameIs("$exception_type")) {
            exceptionType = Texts.orNull(json, NAME_CHARS_MAX);
        } else if (json.nameIs("$exception_message")) {
            exceptionMessage = Texts.orNull(json, TEXT_CHARS_MAX);
        } else {
            json.skipValue();
        }
    }

    /** A string, or a number as it is written; null if it is anything else, or empty. */
    private String scalar(int charsMax) {
        if (json.peek() != Kind.NUMBER) {
            String text = Texts.orNull(json, charsMax);
            return text == null || text.isEmpty() ? null : text;
        }
        json.skipValue();
        int length = Math.min(charsMax, json.valueTo() - json.valueFrom());
        return new String(body, json.valueFrom(), length, StandardCharsets.US_ASCII);
    }

    private double number() {
        if (json.peek() == Kind.NUMBER) {
            return json.readDouble();
        }
        json.skipValue();
        return Double.NaN;
    }

    private Boolean truth() {
        if (json.peek() == Kind.BOOLEAN) {
            return json.readBoolean();
        }
        json.skipValue();
        return null;
    }

    /** The value's bytes if it is of a kind, else null. */
    private ByteBuffer range(Kind kind) {
        boolean isOfKind = json.peek() == kind;
        json.skipValue();
        return isOfKind ? ByteBuffer.wrap(body, json.valueFrom(), json.valueTo() - json.valueFrom()) : null;
    }
}
