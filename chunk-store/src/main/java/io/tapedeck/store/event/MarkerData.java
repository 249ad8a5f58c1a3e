package io.tapedeck.store.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/**
 * Builds a marker's data within {@value #BYTES_MAX} bytes of JSON. Not thread-safe. Text is cleaned of what cannot be
 * written, and cut when the room is used up.
 */
final class MarkerData {
    static final int BYTES_MAX = 8 * 1024;

    /** Deeper payloads are left out of markers: nobody reads them, and they cost their readers stack. */
    private static final int DEPTH_MAX = 64;
    /** Quotes, colon, comma and a short name. */
    private static final int MEMBER_BYTES = 32;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .build());

    private final ObjectNode node = JsonNodeFactory.instance.objectNode();
    private int bytes;

    /** Puts text if there is any, at most {@code bytesMax} bytes of it and never more than there is room for. */
    MarkerData put(String name, String text, int bytesMax) {
        if (text != null) {
            String kept = fit(text, bytesMax);
            node.put(name, kept);
            bytes += MEMBER_BYTES + JsonText.jsonBytes(kept);
        }
        return this;
    }

    /** Puts texts until {@code bytesMax} bytes are used. */
    MarkerData put(String name, List<String> texts, int bytesMax) {
        ArrayNode array = node.putArray(name);
        bytes += MEMBER_BYTES;
        int limit = Math.min(BYTES_MAX, bytes + bytesMax);
        for (String text : texts) {
            if (bytes >= limit) {
                break;
            }
            String kept = fit(text, limit - bytes);
            array.add(kept);
            // Quotes and comma.
            bytes += JsonText.jsonBytes(kept) + 3;
        }
        return this;
    }

    /** Puts a number, a whole one without a fraction; nothing if it is NaN or infinite. */
    MarkerData put(String name, double number) {
        if (Double.isFinite(number)) {
            if (number == Math.rint(number) && Math.abs(number) < 1L << 53) {
                node.put(name, (long) number);
            } else {
                node.put(name, number);
            }
            bytes += MEMBER_BYTES;
        }
        return this;
    }

    /** Puts the JSON value in {@code [from, to)}; leaves it out if there is no room for it. */
    MarkerData putJson(String name, byte[] json, int from, int to) {
        if (to - from > BYTES_MAX) {
            return this;
        }
        try {
            JsonNode value = clean(MAPPER.readTree(json, from, to - from));
            int size = MAPPER.writeValueAsBytes(value).length;
            if (bytes + MEMBER_BYTES + size <= BYTES_MAX) {
                node.set(name, value);
                bytes += MEMBER_BYTES + size;
            }
        } catch (IOException e) {
            // Nested too deep, or a number that no reader takes: the event itself is stored all the same.
            node.remove(name);
        }
        return this;
    }

    ObjectNode node() {
        return node;
    }

    /** Bytes as JSON, roughly, and never fewer than it has. */
    int bytes() {
        return bytes;
    }

    private String fit(String text, int bytesMax) {
        int room = Math.max(0, Math.min(bytesMax, BYTES_MAX - bytes - MEMBER_BYTES));
        return JsonText.clipToJson(JsonText.clean(text), room);
    }

    private static JsonNode clean(JsonNode value) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        if (value.isTextual()) {
            return make.textNode(JsonText.clean(value.textValue()));
        }
        if (value.isArray()) {
            ArrayNode array = make.arrayNode(value.size());
            value.forEach(element -> array.add(clean(element)));
            return array;
        }
        if (value.isObject()) {
            ObjectNode object = make.objectNode();
            value.properties().forEach(member -> object.set(JsonText.clean(member.getKey()), clean(member.getValue())));
            return object;
        }
        return value;
    }
}
