package io.tapedeck.recorder.privacy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.event.EventHead;
import java.util.Locale;

/**
 * Masks what a page shows in one event after the other: what is typed, and at level strict all text. Structure, sizes and
 * order stay, so that the recording plays. Not thread-safe.
 */
final class EventMask {
    private static final int SOURCE_MUTATION = 0;
    private static final int SOURCE_INPUT = 5;
    private static final int NODE_TEXT = 3;

    private final boolean strict;
    private boolean changed;

    EventMask(MaskingLevel level) {
        this.strict = level == MaskingLevel.STRICT;
    }

    /** Masks the event in place; whether there was anything to mask. */
    boolean mask(JsonNode event) {
        changed = false;
        JsonNode data = event.path("data");
        int type = event.path("type").asInt(-1);
        if (type == EventHead.FULL_SNAPSHOT) {
            maskNode(data.path("node"), "", false);
        } else if (type == EventHead.INCREMENTAL && data.path("source").asInt(-1) == SOURCE_MUTATION) {
            maskMutation(data);
        } else if (type == EventHead.INCREMENTAL && data.path("source").asInt(-1) == SOURCE_INPUT) {
            maskInput(data);
        }
        return changed;
    }

    /** The text of a box that was ticked is its name on the form; what was chosen in a list is told by the options too. */
    private void maskInput(JsonNode data) {
        if (!data.path("isChecked").asBoolean(false)) {
            maskText(data, "text");
            if (changed) {
                remove(data, "selectedOptionIds");
            }
        }
    }

    private void maskMutation(JsonNode data) {
        for (JsonNode added : data.path("adds")) {
            maskNode(added.path("node"), "", false);
        }
        for (JsonNode changes : data.path("attributes")) {
            maskText(changes.path("attributes"), "value");
            maskReadable(changes.path("attributes"));
        }
        if (strict) {
            for (JsonNode text : data.path("texts")) {
                maskText(text, "value");
            }
        }
    }

    /** @param editable whether the node is inside of an element that people type into */
    private void maskNode(JsonNode node, String parentTag, boolean editable) {
        if (node.path("type").asInt(-1) == NODE_TEXT) {
            boolean typed = editable || parentTag.equals("textarea");
            boolean code = parentTag.equals("style")
                    || parentTag.equals("script")
                    || node.path("isStyle").asBoolean();
            if (typed || (strict && !code)) {
                maskText(node, "textContent");
            }
            return;
        }
        String tag = node.path("tagName").asText("").toLowerCase(Locale.ROOT);
        JsonNode attributes = node.path("attributes");
        maskControl(tag, attributes);
        boolean editableInside = editable
                || (attributes.has("contenteditable")
                        && !attributes.path("contenteditable").asText().equalsIgnoreCase("false"));
        for (JsonNode child : node.path("childNodes")) {
            maskNode(child, tag, editableInside);
        }
    }

    /** Masks an element's attributes in place; whether there was anything to mask. */
    boolean maskElement(String tag, JsonNode attributes) {
        changed = false;
        maskControl(tag, attributes);
        return changed;
    }

    private void maskControl(String tag, JsonNode attributes) {
        String type = attributes.path("type").asText("").toLowerCase(Locale.ROOT);
        if (Controls.isTypedInto(tag, type)) {
            maskText(attributes, "value");
        }
        if (tag.equals("option")) {
            remove(attributes, "selected");
        }
        maskReadable(attributes);
    }

    private void maskReadable(JsonNode attributes) {
        if (strict) {
            Controls.TEXT_ATTRIBUTES.forEach(name -> maskText(attributes, name));
        }
    }

    private void remove(JsonNode parent, String member) {
        if (parent instanceof ObjectNode object && object.remove(member) != null) {
            changed = true;
        }
    }

    private void maskText(JsonNode parent, String member) {
        if (parent instanceof ObjectNode object && object.path(member).isTextual()) {
            String text = object.path(member).textValue();
            String masked = Hidden.stars(text);
            if (!masked.equals(text)) {
                object.put(member, masked);
                changed = true;
            }
        }
    }
}
