package io.tapedeck.store.event;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a breadcrumb or a span of Sentry's recorder says. Mutable and meant to be used again.
 *
 * <pre>
 *   breadcrumb  {"timestamp": s, "type", "category", "message", "level", "data": {"arguments": […]}}
 *   span        {"op", "description", "startTimestamp": s, "endTimestamp": s, "data": {"method", "statusCode"}}
 * </pre>
 *
 * <p>Of breadcrumbs, {@code console} is a console line, and a category that is none of Sentry's own is an event of the site.
 * Clicks are recorded as such besides, and of a navigation a span tells the whole address. Slow clicks and the like are
 * Sentry's own finding, where this store has its own. Of spans, requests that the page made and navigations count; what the
 * browser fetches for the page does if that failed, and how fast something was does not.
 */
final class SentryPayload {
    private static final Set<String> OWN_CATEGORIES = Set.of("console", "navigation", "fetch", "xhr");
    private static final List<String> OWN_PREFIXES = List.of("ui.", "sentry.", "replay.");
    private static final int TEXT_CHARS_MAX = 8_192;
    private static final int NAME_CHARS_MAX = 200;
    private static final int ARGS_MAX = 20;
    private static final double MS = 1_000;

    private String category;
    private String op;
    private String message;
    private String level;
    private String description;
    private double at;
    private double from;
    private double to;
    private String method;
    private double status;
    private final List<String> args = new ArrayList<>();
    private boolean settings;

    /**
     * Reads the members of the payload that was entered.
     *
     * @param bytes what {@code json} reads
     */
    void read(JsonScanner json, byte[] bytes) {
        clear();
        while (json.nextMember()) {
            if (json.nameIs("category")) {
                category = json.stringOrNull(NAME_CHARS_MAX);
            } else if (json.nameIs("op")) {
                op = json.stringOrNull(NAME_CHARS_MAX);
            } else if (json.nameIs("message")) {
                message = json.stringOrNull(TEXT_CHARS_MAX);
            } else if (json.nameIs("level")) {
                level = json.stringOrNull(NAME_CHARS_MAX);
            } else if (json.nameIs("description")) {
                description = json.stringOrNull(TEXT_CHARS_MAX);
            } else if (json.nameIs("timestamp")) {
                at = json.doubleOr(Double.NaN);
            } else if (json.nameIs("startTimestamp")) {
                from = json.doubleOr(Double.NaN);
            } else if (json.nameIs("endTimestamp")) {
                to = json.doubleOr(Double.NaN);
            } else if (json.nameIs("data") && json.peek() == JsonScanner.Kind.OBJECT) {
                readData(json, bytes);
            } else {
                settings |= json.nameIs("sessionSampleRate");
                json.skipValue();
            }
        }
    }

    private void clear() {
        category = null;
        op = null;
        message = null;
        level = null;
        description = null;
        at = Double.NaN;
        from = Double.NaN;
        to = Double.NaN;
        method = null;
        status = Double.NaN;
        args.clear();
        settings = false;
    }

    private void readData(JsonScanner json, byte[] bytes) {
        json.beginObject();
        while (json.nextMember()) {
            if (json.nameIs("method")) {
                method = json.stringOrNull(NAME_CHARS_MAX);
            } else if (json.nameIs("statusCode")) {
                status = json.doubleOr(Double.NaN);
            } else if (json.nameIs("arguments") && json.peek() == JsonScanner.Kind.ARRAY) {
                readArguments(json, bytes);
            } else {
                json.skipValue();
            }
        }
    }

    /** Texts stand as they are, anything else as JSON. */
    private void readArguments(JsonScanner json, byte[] bytes) {
        json.beginArray();
        while (json.nextElement()) {
            if (args.size() < ARGS_MAX && json.peek() == JsonScanner.Kind.STRING) {
                args.add(json.readString(TEXT_CHARS_MAX));
                continue;
            }
            json.skipValue();
            if (args.size() < ARGS_MAX) {
                int length = Math.min(json.valueTo() - json.valueFrom(), TEXT_CHARS_MAX);
                args.add(new String(bytes, json.valueFrom(), length, StandardCharsets.UTF_8));
            }
        }
    }

    /** Whether it has the form of a breadcrumb. */
    boolean isBreadcrumb() {
        return !Double.isNaN(at) && (category != null || message != null);
    }

    boolean isSpan() {
        return op != null && !Double.isNaN(from);
    }

    /** Whether it has the form of the recorder's settings. */
    boolean isSettings() {
        return settings;
    }

    boolean isConsole() {
        return isBreadcrumb() && "console".equals(category);
    }

    /** Whether it is a breadcrumb that the site itself left. */
    boolean isOfSite() {
        return isBreadcrumb()
                && (category == null
                        || (!OWN_CATEGORIES.contains(category)
                                && OWN_PREFIXES.stream().noneMatch(category::startsWith)));
    }

    boolean isRequest() {
        boolean failed = op != null && op.startsWith("resource.") && status >= NetworkRequest.HTTP_ERROR_FROM;
        return isSpan() && (failed || op.equals("resource.fetch") || op.equals("resource.xhr"));
    }

    boolean isNavigation() {
        return isSpan() && op.startsWith("navigation.");
    }

    /** What a breadcrumb of the site is called. */
    String name() {
        return category == null || category.isBlank() ? "breadcrumb" : category;
    }

    String message() {
        return message;
    }

    String level() {
        return level;
    }

    /** What was said to the console: the arguments, or where there are none the whole message. */
    List<String> said() {
        if (!args.isEmpty() || message == null) {
            return List.copyOf(args);
        }
        return List.of(message);
    }

    /** The address of a navigation. */
    String page() {
        return description;
    }

    void toRequest(NetworkRequest request) {
        request.set(description, method, Double.isNaN(status) ? -1 : (int) status, from * MS, (to - from) * MS);
    }
}
