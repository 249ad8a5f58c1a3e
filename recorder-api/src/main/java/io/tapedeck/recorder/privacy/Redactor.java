package io.tapedeck.recorder.privacy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Set;

/**
 * Masks events that their recorder should have masked: what is typed, and at level strict all text. Structure, sizes and
 * order stay, so that the recording plays. Thread-safe. One event at a time is held as a tree.
 */
final class Redactor {
    private static final int FULL_SNAPSHOT = 2;
    private static final int INCREMENTAL = 3;
    private static final int SOURCE_MUTATION = 0;
    private static final int SOURCE_INPUT = 5;
    private static final int NODE_TEXT = 3;

    /** Inputs whose value is a label or a state, not something typed. */
    private static final Set<String> NOT_TYPED = Set.of("button", "submit", "reset", "image", "checkbox", "radio");

    /** Attributes that people read. */
    private static final Set<String> TEXT_ATTRIBUTES = Set.of(
            "alt",
            "aria-description",
            "aria-label",
            "aria-roledescription",
            "aria-valuetext",
            "content",
            "label",
            "placeholder",
            "summary",
            "title",
            "value");

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    // Half a surrogate pair can be written as an escape only.
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build())
            .build();

    /**
     * A masked copy of a JSON array of events, array-backed.
     *
     * @throws IOException if the events are nested too deep to be held as a tree
     */
    ByteBuffer redact(ByteBuffer events, MaskingLevel level) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(events.remaining() + 16);
        int from = events.arrayOffset() + events.position();
        try (JsonParser parser = MAPPER.createParser(events.array(), from, events.remaining());
                JsonGenerator generator = MAPPER.createGenerator(out)) {
            parser.nextToken();
            generator.writeStartArray();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                JsonNode event = MAPPER.readTree(parser);
                maskEvent(event, level);
                generator.writeTree(event);
            }
            generator.writeEndArray();
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private static void maskEvent(JsonNode event, MaskingLevel level) {
        JsonNode data = event.path("data");
        int type = event.path("type").asInt(-1);
        if (type == FULL_SNAPSHOT) {
            maskNode(data.path("node"), "", false, level);
        } else if (type == INCREMENTAL && data.path("source").asInt(-1) == SOURCE_MUTATION) {
            maskMutation(data, level);
        } else if (type == INCREMENTAL && data.path("source").asInt(-1) == SOURCE_INPUT) {
            mask(data, "text");
        }
    }

    private static void maskMutation(JsonNode data, MaskingLevel level) {
        for (JsonNode added : data.path("adds")) {
            maskNode(added.path("node"), "", false, level);
        }
        for (JsonNode changed : data.path("attributes")) {
            JsonNode attributes = changed.path("attributes");
            mask(attributes, "value");
            if (level == MaskingLevel.STRICT) {
                TEXT_ATTRIBUTES.forEach(name -> mask(attributes, name));
            }
        }
        if (level == MaskingLevel.STRICT) {
            for (JsonNode changed : data.path("texts")) {
                mask(changed, "value");
            }
        }
    }

    /** @param editable whether the node is inside of an element that people type into */
    private static void maskNode(JsonNode node, String parentTag, boolean editable, MaskingLevel level) {
        if (node.path("type").asInt(-1) == NODE_TEXT) {
            boolean typed = editable || parentTag.equals("textarea");
            boolean style = parentTag.equals("style") || node.path("isStyle").asBoolean();
            if (typed || (level == MaskingLevel.STRICT && !style)) {
                mask(node, "textContent");
            }
            return;
        }
        String tag = node.path("tagName").asText("").toLowerCase(Locale.ROOT);
        JsonNode attributes = node.path("attributes");
        maskControl(tag, attributes);
        if (level == MaskingLevel.STRICT) {
            TEXT_ATTRIBUTES.forEach(name -> mask(attributes, name));
        }
        boolean editableInside = editable
                || (attributes.has("contenteditable")
                        && !attributes.path("contenteditable").asText().equalsIgnoreCase("false"));
        for (JsonNode child : node.path("childNodes")) {
            maskNode(child, tag, editableInside, level);
        }
    }

    private static void maskControl(String tag, JsonNode attributes) {
        boolean control = tag.equals("input") || tag.equals("textarea") || tag.equals("select") || tag.contains("-");
        String type = attributes.path("type").asText("").toLowerCase(Locale.ROOT);
        if (control && !(tag.equals("input") && NOT_TYPED.contains(type))) {
            mask(attributes, "value");
        }
        if (tag.equals("option")) {
            remove(attributes, "selected");
        }
    }

    private static void remove(JsonNode parent, String member) {
        if (parent instanceof ObjectNode object) {
            object.remove(member);
        }
    }

    private static void mask(JsonNode parent, String member) {
        if (parent instanceof ObjectNode object && object.path(member).isTextual()) {
            object.put(member, stars(object.path(member).textValue()));
        }
    }

    /** White space stays, so that lines break where they did. */
    private static String stars(String text) {
        StringBuilder masked = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            masked.append(Character.isWhitespace(c) ? c : '*');
        }
        return masked.toString();
    }
}
