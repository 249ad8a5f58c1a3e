package io.tapedeck.store.event;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a page, custom, plugin or click event says, as far as facts and markers need it. Reads only what it keeps and
 * bounds each text it keeps, so it may be given events of any size. Mutable and meant to be used again; not
 * thread-safe.
 *
 * <p>A recording is hostile input: what has another form than expected is treated as absent.
 */
final class EventContent {
    private static final String CONSOLE_PLUGIN = "rrweb/console@1";
    private static final String NETWORK_PLUGIN = "rrweb/network@1";
    private static final String MIXPANEL_NETWORK_PLUGIN = "rrweb/network@1.mp";
    private static final String URL_CHANGED = "$url_changed";
    private static final int NAME_CHARS_MAX = 200;
    private static final int HREF_CHARS_MAX = 8_192;

    private final JsonScanner scanner = new JsonScanner(Integer.MAX_VALUE);
    private final NetworkRequest request = new NetworkRequest();
    private final RecentRequests recent = new RecentRequests();
    private final SentryPayload sentry = new SentryPayload();

    private byte[] json;
    /** A custom event's tag or a plugin event's plugin, or empty. */
    private String name;

    /** What a custom event is; {@link CustomTag#OTHER} for the others. */
    private CustomTag tag = CustomTag.OTHER;

    private String href;
    private int payloadFrom;
    private int payloadTo;

    /** Reads the data of a page, custom or plugin event. */
    void read(byte[] json, EventHead head) {
        this.json = json;
        name = "";
        href = null;
        payloadFrom = -1;
        tag = CustomTag.OTHER;
        if (!enter(head.dataFrom(), head.dataTo())) {
            return;
        }
        while (scanner.nextMember()) {
            if (scanner.nameIs("tag") || scanner.nameIs("plugin")) {
                String text = scanner.stringOrNull(NAME_CHARS_MAX);
                name = text == null ? "" : JsonText.line(text, NAME_CHARS_MAX);
            } else if (scanner.nameIs("href")) {
                href = scanner.stringOrNull(HREF_CHARS_MAX);
            } else {
                boolean payload = scanner.nameIs("payload");
                scanner.skipValue();
                if (payload) {
                    payloadFrom = scanner.valueFrom();
                    payloadTo = scanner.valueTo();
                }
            }
        }
        if (head.type() == EventHead.CUSTOM) {
            tag = meaning();
        }
    }

    private CustomTag meaning() {
        CustomTag named = CustomTag.of(name);
        boolean isPayloadNeeded =
                named == CustomTag.BREADCRUMB || named == CustomTag.SPAN || named == CustomTag.OPTIONS;
        if (isPayloadNeeded) {
            if (!enterPayload()) {
                return CustomTag.SITE;
            }
            sentry.read(scanner, json);
        }
        return switch (named) {
            case BREADCRUMB -> sentry.isBreadcrumb() ? named : CustomTag.SITE;
            case SPAN -> sentry.isSpan() ? named : CustomTag.SITE;
            case OPTIONS -> sentry.isSettings() ? CustomTag.OTHER : CustomTag.SITE;
            case SITE, ERROR, PAGE, OTHER -> named;
        };
    }

    /** The masked address of the page that the event says was gone to; null if it says none. */
    String page(EventHead head) {
        if (head.type() == EventHead.CUSTOM) {
            href = tag == CustomTag.SPAN && sentry.isNavigation() ? sentry.page() : null;
            if (tag == CustomTag.PAGE && enterPayload()) {
                while (scanner.nextMember()) {
                    if (scanner.nameIs("href") || scanner.nameIs("url")) {
                        href = scanner.stringOrNull(HREF_CHARS_MAX);
                    } else {
                        scanner.skipValue();
                    }
                }
            }
        }
        return href == null || href.isBlank() ? null : UrlMask.mask(href);
    }

    /** Whether the address that {@link #page} gives lacks the fragment that the page's own may have. */
    boolean isWithoutFragment(EventHead head) {
        return head.type() == EventHead.CUSTOM && name.equals(URL_CHANGED);
    }

    boolean isError(EventHead head) {
        return head.type() == EventHead.CUSTOM && tag == CustomTag.ERROR;
    }

    /** Whether this is an event of the site's own. */
    boolean isSiteEvent(EventHead head) {
        return head.type() == EventHead.CUSTOM
                && (tag == CustomTag.SITE || (tag == CustomTag.BREADCRUMB && sentry.isOfSite()));
    }

    boolean isConsole(EventHead head) {
        return (head.type() == EventHead.PLUGIN && name.equals(CONSOLE_PLUGIN)) || isConsoleBreadcrumb();
    }

    private boolean isConsoleBreadcrumb() {
        return tag == CustomTag.BREADCRUMB && sentry.isConsole();
    }

    boolean isNetwork(EventHead head) {
        return (head.type() == EventHead.PLUGIN && name.startsWith(NETWORK_PLUGIN))
                || (tag == CustomTag.SPAN && sentry.isRequest());
    }

    /** What an event of the site is called. */
    String name() {
        return tag == CustomTag.BREADCRUMB ? JsonText.line(sentry.name(), NAME_CHARS_MAX) : name;
    }

    /** What an event of the site says in a line. */
    String title() {
        boolean says = tag == CustomTag.BREADCRUMB && sentry.message() != null;
        return says ? name() + ": " + sentry.message() : name();
    }

    /** What a breadcrumb says was written to the console; null if this is none, and the payload has to be asked. */
    List<String> consoleBreadcrumb() {
        return isConsoleBreadcrumb() ? sentry.said() : null;
    }

    byte[] json() {
        return json;
    }

    /** First byte of the payload; -1 if there is none. */
    int payloadFrom() {
        return payloadFrom;
    }

    int payloadTo() {
        return payloadTo;
    }

    /** Enters the payload; false if it is no object. */
    boolean enterPayload() {
        return payloadFrom >= 0 && enter(payloadFrom, payloadTo);
    }

    /** Enters the data of an event, such as a click's; false if it is no object. */
    boolean enterData(byte[] json, EventHead head) {
        this.json = json;
        return enter(head.dataFrom(), head.dataTo());
    }

    /** What {@link #enterPayload} and {@link #enterData} entered. */
    JsonScanner scanner() {
        return scanner;
    }

    /** The level of a console line as one of the five that markers know. */
    static String consoleLevel(String level) {
        if (level == null) {
            return "log";
        }
        return switch (level) {
            case "info", "warn", "error", "debug" -> level;
            case "warning" -> "warn";
            case "assert", "fatal" -> "error";
            default -> "log";
        };
    }

    /** What a console argument says: recorders put strings as JSON strings and anything else as JSON text. */
    static String unquoted(String argument) {
        if (!argument.startsWith("\"")) {
            return argument;
        }
        byte[] json = argument.getBytes(StandardCharsets.UTF_8);
        try {
            JsonScanner scanner = new JsonScanner(1).reset(json, 0, json.length);
            String text = scanner.readString(Integer.MAX_VALUE);
            scanner.end();
            return text;
        } catch (MalformedEventsException e) {
            // Recorders cut long arguments anywhere.
            return argument;
        }
    }

    /** The level that a console event has. */
    String consoleLevel() {
        String level = null;
        if (enterPayload()) {
            // A breadcrumb has its level in the same place.
            while (scanner.nextMember()) {
                if (scanner.nameIs("level")) {
                    level = scanner.stringOrNull(NAME_CHARS_MAX);
                } else {
                    scanner.skipValue();
                }
            }
        }
        return consoleLevel(level);
    }

    /**
     * Calls {@code each} with every request that the page made, of a network event; the object is used again for the next
     * one. What was told of before is left out, and so is what a recorder tells of itself.
     */
    void forEachRequest(Consumer<NetworkRequest> each) {
        if (tag == CustomTag.SPAN) {
            sentry.toRequest(request);
            each.accept(request);
            return;
        }
        if (!enterPayload()) {
            return;
        }
        while (scanner.nextMember()) {
            if (scanner.nameIs("requests") && scanner.peek() == JsonScanner.Kind.ARRAY) {
                scanner.beginArray();
                while (scanner.nextElement()) {
                    if (request.read(scanner) && request.isOfPage() && !isOfMixpanel() && !recent.isRepeated(request)) {
                        each.accept(request);
                    }
                }
            } else {
                scanner.skipValue();
            }
        }
    }

    /** Mixpanel's recorder tells of Mixpanel's own requests. */
    private boolean isOfMixpanel() {
        return name.equals(MIXPANEL_NETWORK_PLUGIN)
                && request.url != null
                && (request.url.contains("/?verbose=1&ip=1&_=") || request.url.contains("/record/?"));
    }

    private boolean enter(int from, int to) {
        scanner.reset(json, from, to);
        if (scanner.peek() != JsonScanner.Kind.OBJECT) {
            return false;
        }
        scanner.beginObject();
        return true;
    }
}
