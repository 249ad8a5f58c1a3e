package io.tapedeck.recorder.dialect.posthog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.event.JsonScanner;
import io.tapedeck.store.event.ScanLimits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes a custom rrweb event, of the form that Tapedeck's own recorder has for it, of a capture that says something about
 * the session: a page that was gone to, an error, an event of the site's own.
 */
final class CaptureMarker {
    private static final int DEPTH_MAX = ScanLimits.DEFAULT.depthMax();
    private static final int PAYLOAD_BYTES_MAX = 32 << 10;
    private static final int NAME_CHARS_MAX = 200;

    /** What the client adds to the properties of every event, besides names that begin with a dollar sign. */
    private static final Set<String> ADDED = Set.of(
            "token",
            "distinct_id",
            "utm_source",
            "utm_medium",
            "utm_campaign",
            "utm_content",
            "utm_term",
            "gad_source",
            "mc_cid",
            "gclid",
            "gclsrc",
            "dclid",
            "gbraid",
            "wbraid",
            "fbclid",
            "msclkid",
            "twclid",
            "li_fat_id",
            "igshid",
            "ttclid",
            "rdt_cid",
            "epik",
            "qclid",
            "sccid",
            "oppref",
            "bfcid",
            "irclid",
            "_kx");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private CaptureMarker() {}

    /**
     * Makes the event.
     *
     * @return a JSON array with one event; null if the capture is none of these, or has no time
     */
    static ByteBuffer of(Item item) {
        long at = ClientTime.of(item);
        if (at == Chunk.NO_TIME || item.event == null || item.event.isBlank()) {
            return null;
        }
        return switch (item.event) {
            case "$pageview" -> navigation(item, at);
            case "$exception" -> event("tapedeck.error", json(error(item)), at);
            default -> item.event.startsWith("$") ? null : event(item.event, ownProperties(item.properties), at);
        };
    }

    /** While it records, the client puts the same into the recording. */
    private static ByteBuffer navigation(Item item, long at) {
        boolean isRecorded = "active".equals(item.recordingStatus) || "sampled".equals(item.recordingStatus);
        return isRecorded || item.url == null ? null : event("tapedeck.navigation", json(Map.of("href", item.url)), at);
    }

    private static Map<String, String> error(Item item) {
        ExceptionText text = new ExceptionText();
        if (item.exceptions != null) {
            text.read(item.exceptions);
        }
        Map<String, String> error = new TreeMap<>();
        put(error, "name", text.name() == null ? item.exceptionType : text.name());
        put(error, "message", text.message() == null ? item.exceptionMessage : text.message());
        put(error, "stack", text.stack());
        return error;
    }

    private static void put(Map<String, String> map, String name, String value) {
        if (value != null) {
            map.put(name, value);
        }
    }

    /** As an object, the properties that the site gave: as far as they fit. */
    private static byte[] ownProperties(ByteBuffer properties) {
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        object.write('{');
        if (properties != null) {
            int from = properties.arrayOffset() + properties.position();
            JsonScanner json =
                    new JsonScanner(DEPTH_MAX).reset(properties.array(), from, from + properties.remaining());
            json.beginObject();
            while (json.nextMember()) {
                ownProperty(json, properties.array(), object);
            }
        }
        object.write('}');
        return object.toByteArray();
    }

    private static void ownProperty(JsonScanner json, byte[] body, ByteArrayOutputStream object) {
        int nameFrom = json.memberFrom();
        boolean isAdded = body[nameFrom + 1] == '$' || isAdded(json);
        json.skipValue();
        int length = json.valueTo() - nameFrom;
        if (!isAdded && object.size() + length < PAYLOAD_BYTES_MAX) {
            if (object.size() > 1) {
                object.write(',');
            }
            object.write(body, nameFrom, length);
        }
    }

    private static boolean isAdded(JsonScanner json) {
        for (String name : ADDED) {
            if (json.nameIs(name)) {
                return true;
            }
        }
        return false;
    }

    private static ByteBuffer event(String tag, byte[] payload, long at) {
        ByteArrayOutputStream event = new ByteArrayOutputStream(payload.length + NAME_CHARS_MAX);
        event.writeBytes(ascii("[{\"type\":5,\"data\":{\"tag\":"));
        event.writeBytes(json(tag));
        event.writeBytes(ascii(",\"payload\":"));
        event.writeBytes(payload);
        event.writeBytes(ascii("},\"timestamp\":" + at + "}]"));
        return ByteBuffer.wrap(event.toByteArray());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] json(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError("sound texts can be written", e);
        }
    }
}
