package io.tapedeck.recorder.privacy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.store.event.EventHead;
import io.tapedeck.store.event.UrlMask;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Takes out of what clients record beside the page what a project does not keep: requests' headers and bodies, the values
 * of queries, console messages, requests or errors as a whole. Knows the forms of PostHog, Mixpanel, Sentry and plain
 * rrweb. Not thread-safe.
 */
final class PayloadMask {
    /** What dialects make of an error is tagged so, as what Tapedeck's own recorder says of one is. */
    static final String ERROR_TAG = "tapedeck.error";

    /** In the selectors by which Sentry names elements. */
    private static final Pattern READABLE_IN_SELECTOR = Pattern.compile("\\[(alt|aria-label|title)=\"([^\"]*)\"]");

    private final Keeping keeping;
    private final EventMask nodes;
    private boolean changed;

    PayloadMask(Keeping keeping) {
        this.keeping = keeping;
        this.nodes = new EventMask(keeping.level());
    }

    /** Whether the event as a whole is not kept. */
    boolean drops(JsonNode event) {
        JsonNode data = event.path("data");
        return switch (event.path("type").asInt(-1)) {
            case EventHead.PLUGIN -> dropsPlugin(data.path("plugin").asText(""));
            case EventHead.CUSTOM -> dropsCustom(data.path("tag").asText(""), data.path("payload"));
            default -> false;
        };
    }

    /** Masks the event in place; whether there was anything to mask. */
    boolean mask(JsonNode event) {
        changed = false;
        JsonNode data = event.path("data");
        switch (event.path("type").asInt(-1)) {
            case EventHead.META -> maskUrl(data, "href");
            case EventHead.PLUGIN -> data.path("payload").path("requests").forEach(this::maskRequest);
            case EventHead.CUSTOM -> maskCustom(data.path("tag").asText(""), data.path("payload"));
            default -> {
                // Nothing of the kind in it.
            }
        }
        return changed;
    }

    private boolean dropsPlugin(String plugin) {
        return (!keeping.console() && plugin.startsWith("rrweb/console@"))
                || (!keeping.network() && plugin.startsWith("rrweb/network@"));
    }

    private boolean dropsCustom(String tag, JsonNode payload) {
        boolean console =
                tag.equals("breadcrumb") && payload.path("category").asText("").equals("console");
        return (!keeping.console() && console)
                || (!keeping.network() && isRequest(tag, payload))
                || (!keeping.errors() && tag.equals(ERROR_TAG));
    }

    private static boolean isRequest(String tag, JsonNode payload) {
        return tag.equals("performanceSpan") && payload.path("op").asText("").startsWith("resource.");
    }

    private void maskRequest(JsonNode request) {
        maskUrl(request, "name");
        maskUrl(request, "url");
        if (!keeping.headers()) {
            remove(request, "requestHeaders");
            remove(request, "responseHeaders");
        }
        if (!keeping.bodies()) {
            remove(request, "requestBody");
            remove(request, "responseBody");
        }
    }

    private void maskCustom(String tag, JsonNode payload) {
        maskUrl(payload, "href");
        JsonNode data = payload.path("data");
        if (tag.equals("performanceSpan")) {
            maskSpan(payload, data);
        } else if (tag.equals("breadcrumb")) {
            List.of("url", "from", "to").forEach(name -> maskUrl(data, name));
            maskNamedNode(payload, data.path("node"));
        }
    }

    private void maskSpan(JsonNode payload, JsonNode data) {
        String op = payload.path("op").asText("");
        if (op.startsWith("resource.") || op.startsWith("navigation.")) {
            maskUrl(payload, "description");
            maskUrl(data, "previous");
        }
        for (String side : List.of("request", "response")) {
            JsonNode part = data.path(side);
            if (!keeping.headers()) {
                remove(part, "headers");
            }
            if (!keeping.bodies()) {
                remove(part, "body");
            }
        }
    }

    /** The element that a breadcrumb is about. */
    private void maskNamedNode(JsonNode payload, JsonNode node) {
        if (!keeping.hidesInput()) {
            return;
        }
        String tag = node.path("tagName").asText("").toLowerCase(Locale.ROOT);
        changed |= nodes.maskElement(tag, node.path("attributes"));
        if (keeping.hidesText() || tag.equals("textarea")) {
            replace(node, "textContent", Hidden.stars(node.path("textContent").asText("")));
        }
        if (keeping.hidesText() && payload.path("category").asText("").startsWith("ui.")) {
            replace(
                    payload,
                    "message",
                    READABLE_IN_SELECTOR
                            .matcher(payload.path("message").asText(""))
                            .replaceAll(found -> "[" + found.group(1) + "=\"***\"]"));
        }
    }

    private void maskUrl(JsonNode parent, String member) {
        String url = parent.path(member).asText("");
        if (keeping.hidesQueries() && !url.regionMatches(true, 0, "data:", 0, 5)) {
            replace(parent, member, UrlMask.mask(url));
        }
    }

    private void replace(JsonNode parent, String member, String text) {
        if (parent instanceof ObjectNode object
                && object.path(member).isTextual()
                && !object.path(member).textValue().equals(text)) {
            object.put(member, text);
            changed = true;
        }
    }

    private void remove(JsonNode parent, String member) {
        if (parent instanceof ObjectNode object && object.remove(member) != null) {
            changed = true;
        }
    }
}
