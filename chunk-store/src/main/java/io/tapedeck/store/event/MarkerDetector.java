package io.tapedeck.store.event;

import io.tapedeck.store.EventCounts;
import io.tapedeck.store.WindowId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the points of interest of a session from its events: feed it one window after another, each window's events in
 * order, then {@link #finish}. Keeps no events, only markers, of which there are at most 50,000 with at most 16 MB of
 * text. Not thread-safe.
 */
public final class MarkerDetector {
    private static final int MOUSE_MOVE = 1;
    private static final int MUTATION = 0;
    private static final int SCROLL = 3;
    private static final int RESIZE = 4;
    private static final int INPUT = 5;
    private static final int TOUCH_MOVE = 6;
    private static final int MEDIA = 7;
    private static final int STYLE_RULE = 8;
    private static final int CANVAS = 9;
    private static final int DRAG = 12;
    private static final int STYLE_DECLARATION = 13;
    private static final int SELECTION = 14;
    private static final int ADOPTED_STYLES = 15;

    private static final int MOUSE_DOWN = 1;
    private static final int TOUCH_START = 7;
    private static final int NO_NODE = -1;

    private static final int ARGS_MAX = 50;
    private static final int TRACE_LINES_MAX = 20;
    private static final int TEXT_CHARS_MAX = 8_192;
    private static final int ARGS_BYTES_MAX = 6_000;
    private static final int TRACE_BYTES_MAX = 1_900;
    private static final int NAME_BYTES_MAX = 200;
    private static final int MESSAGE_BYTES_MAX = 2_500;
    private static final int STACK_BYTES_MAX = 5_000;
    private static final int URL_BYTES_MAX = 7_000;
    private static final long REQUEST_AGE_MS_MAX = 24L * 60 * 60 * 1_000;

    private final EventContent content = new EventContent();
    private final MarkerList markers = new MarkerList();
    private final ActiveTime active = new ActiveTime();
    private final DeadClicks dead = new DeadClicks();

    private String window;
    private Clicks clicks;
    private boolean opened;
    private String page;

    private int clickCount;
    private int rageClicks;
    private int errors;
    private int consoleErrors;
    private int failedRequests;
    private int navigations;
    private int customEvents;

    /** The events that follow are this window's. Each window is begun once. */
    public void beginWindow(WindowId next) {
        beginWindow(next, null);
    }

    /**
     * The events that follow are this window's. Each window is begun once.
     *
     * @param pageBefore the page that the window is on already, as {@link #page} says it; null if that is not known
     */
    public void beginWindow(WindowId next, String pageBefore) {
        endWindow();
        window = next.value();
        clicks = new Clicks(window, markers, dead);
        opened = false;
        page = pageBefore;
        active.beginWindow(window);
    }

    /** The next event of the window: the bytes that {@code head} was read from. Nothing of them is kept. */
    public void event(byte[] json, EventHead head) {
        if (window == null) {
            throw new IllegalStateException("an event before the first window");
        }
        long at = head.timestamp();
        if (!opened) {
            dead.opened(window, at);
            opened = true;
        }
        clicks.seen(at);
        active.seen(at, isByVisitor(head));
        switch (head.type()) {
            case EventHead.INCREMENTAL -> incremental(json, head);
            case EventHead.META, EventHead.CUSTOM, EventHead.PLUGIN -> {
                content.read(json, head);
                withContent(head);
            }
            default -> {}
        }
    }

    /** The page that the marker says was gone to, if it is about that. */
    public static Optional<String> page(Marker marker) {
        if (marker.kind() != Marker.Kind.NAVIGATION || marker.data() == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(marker.data().path("href").textValue());
    }

    /** Ends the last window. The detector is of no further use. */
    public Findings finish() {
        endWindow();
        int deadClicks = dead.finish(markers);
        long activeMs = active.finish(markers);
        EventCounts counts = new EventCounts(
                clickCount, rageClicks, deadClicks, errors, consoleErrors, failedRequests, navigations, customEvents);
        return new Findings(markers.byTime(), markers.truncated(), counts, activeMs);
    }

    private void endWindow() {
        if (window != null) {
            clicks.finish();
            clickCount += clicks.clicks();
            rageClicks += clicks.rageClicks();
            window = null;
        }
    }

    private static boolean isByVisitor(EventHead head) {
        if (head.type() != EventHead.INCREMENTAL) {
            return head.type() == EventHead.META;
        }
        return switch (head.source()) {
            case MOUSE_MOVE, EventHead.MOUSE_INTERACTION, SCROLL, INPUT, TOUCH_MOVE, MEDIA, DRAG, SELECTION -> true;
            default -> false;
        };
    }

    private void incremental(byte[] json, EventHead head) {
        long at = head.timestamp();
        switch (head.source()) {
            case EventHead.MOUSE_INTERACTION -> {
                if (head.isClick()) {
                    click(json, head);
                } else if (head.interaction() == MOUSE_DOWN || head.interaction() == TOUCH_START) {
                    clicks.press(at);
                }
            }
            case INPUT -> {
                clicks.effect(at);
                clicks.input(nodeId(json, head));
            }
            case MUTATION, SCROLL, RESIZE, MEDIA, STYLE_RULE, CANVAS, STYLE_DECLARATION, SELECTION, ADOPTED_STYLES ->
                clicks.effect(at);
            default -> {}
        }
    }

    private void click(byte[] json, EventHead head) {
        double x = Double.NaN;
        double y = Double.NaN;
        int nodeId = NO_NODE;
        if (content.enterData(json, head)) {
            JsonScanner data = content.scanner();
            while (data.nextMember()) {
                if (data.nameIs("x")) {
                    x = data.doubleOr(Double.NaN);
                } else if (data.nameIs("y")) {
                    y = data.doubleOr(Double.NaN);
                } else if (data.nameIs("id")) {
                    nodeId = data.intOr(NO_NODE);
                } else {
                    data.skipValue();
                }
            }
        }
        clicks.click(head.timestamp(), x, y, nodeId);
    }

    private int nodeId(byte[] json, EventHead head) {
        int nodeId = NO_NODE;
        if (content.enterData(json, head)) {
            JsonScanner data = content.scanner();
            while (data.nextMember()) {
                if (data.nameIs("id")) {
                    nodeId = data.intOr(NO_NODE);
                } else {
                    data.skipValue();
                }
            }
        }
        return nodeId;
    }

    private void withContent(EventHead head) {
        String next = content.page(head);
        if (next != null) {
            navigation(head, next);
        } else if (content.isError(head)) {
            error(head);
        } else if (content.isSiteEvent(head)) {
            siteEvent(head);
        } else if (content.isConsole(head)) {
            console(head);
        } else if (content.isNetwork(head)) {
            content.forEachRequest(request -> request(head, request));
        }
    }

    private void navigation(EventHead head, String next) {
        if (next.equals(page) || (content.isWithoutFragment(head) && page != null && page.startsWith(next + "#"))) {
            return;
        }
        page = next;
        clicks.page(head.timestamp());
        navigations++;
        MarkerData data = new MarkerData().put("href", next, URL_BYTES_MAX);
        markers.add(head.timestamp(), window, Marker.Kind.NAVIGATION, next, null, null, data);
    }

    private void error(EventHead head) {
        String name = null;
        String message = null;
        String stack = null;
        if (content.enterPayload()) {
            JsonScanner payload = content.scanner();
            while (payload.nextMember()) {
                if (payload.nameIs("name")) {
                    name = payload.stringOrNull(TEXT_CHARS_MAX);
                } else if (payload.nameIs("message")) {
                    message = payload.stringOrNull(TEXT_CHARS_MAX);
                } else if (payload.nameIs("stack")) {
                    stack = payload.stringOrNull(TEXT_CHARS_MAX);
                } else {
                    payload.skipValue();
                }
            }
        }
        errors++;
        MarkerData data = new MarkerData()
                .put("name", name, NAME_BYTES_MAX)
                .put("message", message, MESSAGE_BYTES_MAX)
                .put("stack", stack, STACK_BYTES_MAX);
        String kind = name == null || name.isBlank() ? "Error" : name;
        String title = message == null || message.isBlank() ? kind : kind + ": " + message;
        markers.add(head.timestamp(), window, Marker.Kind.ERROR, title, null, null, data);
    }

    private void siteEvent(EventHead head) {
        customEvents++;
        MarkerData data = new MarkerData().put("tag", content.name(), URL_BYTES_MAX);
        if (content.payloadFrom() >= 0) {
            data.putJson("payload", content.json(), content.payloadFrom(), content.payloadTo());
        }
        markers.add(head.timestamp(), window, Marker.Kind.CUSTOM, content.title(), null, null, data);
    }

    private void console(EventHead head) {
        List<String> breadcrumb = content.consoleBreadcrumb();
        String level = null;
        List<String> args = List.of();
        List<String> trace = List.of();
        if (content.enterPayload()) {
            JsonScanner payload = content.scanner();
            while (payload.nextMember()) {
                if (payload.nameIs("level")) {
                    level = payload.stringOrNull(NAME_BYTES_MAX);
                } else if (payload.nameIs("payload")) {
                    args = strings(payload, ARGS_MAX);
                } else if (payload.nameIs("trace")) {
                    trace = strings(payload, TRACE_LINES_MAX);
                } else {
                    payload.skipValue();
                }
            }
        }
        String known = EventContent.consoleLevel(level);
        consoleErrors += known.equals("error") ? 1 : 0;
        List<String> said = breadcrumb != null
                ? breadcrumb
                : args.stream().map(EventContent::unquoted).toList();
        MarkerData data = new MarkerData().put("args", said, ARGS_BYTES_MAX).put("trace", trace, TRACE_BYTES_MAX);
        markers.add(head.timestamp(), window, Marker.Kind.CONSOLE, String.join(" ", said), null, known, data);
    }

    private static List<String> strings(JsonScanner json, int countMax) {
        List<String> strings = new ArrayList<>();
        if (json.peek() != JsonScanner.Kind.ARRAY) {
            json.skipValue();
            return strings;
        }
        json.beginArray();
        while (json.nextElement()) {
            if (strings.size() == countMax) {
                json.skipValue();
                continue;
            }
            String text = json.stringOrNull(TEXT_CHARS_MAX);
            if (text != null) {
                strings.add(text);
            }
        }
        return strings;
    }

    private void request(EventHead head, NetworkRequest request) {
        long at = startOf(request, head.timestamp());
        clicks.effect(at);
        String url = request.url == null ? "" : UrlMask.mask(request.url);
        String method = request.method == null ? "GET" : request.method;
        failedRequests += request.failed() ? 1 : 0;
        MarkerData data = new MarkerData()
                .put("method", method, NAME_BYTES_MAX)
                .put("url", url, URL_BYTES_MAX)
                .put("status", request.status < 0 ? Double.NaN : request.status)
                .put("durationMs", request.durationMs);
        String status = request.status < 0 ? "" : request.status == 0 ? " failed" : " " + request.status;
        boolean timed = request.durationMs >= 0 && request.durationMs < REQUEST_AGE_MS_MAX;
        markers.add(
                at,
                window,
                request.failed() ? Marker.Kind.FAILED_REQUEST : Marker.Kind.REQUEST,
                method + " " + UrlMask.withoutOrigin(url) + status,
                timed ? Math.round(request.durationMs) : null,
                null,
                data);
    }

    /** When the request began, if what the recorder says of it can be. */
    private static long startOf(NetworkRequest request, long toldAt) {
        boolean said = request.startedAt > 0 && request.startedAt < Long.MAX_VALUE;
        long startedAt = said ? (long) request.startedAt : toldAt;
        return ActiveTime.between(startedAt, toldAt) <= REQUEST_AGE_MS_MAX ? startedAt : toldAt;
    }

    /**
     * What was found.
     *
     * @param markers by time
     * @param truncated whether a bound was reached and markers are left out
     * @param counts over all events, whether or not they have a marker
     * @param activeMs time in which the visitor did something, in any window
     */
    public record Findings(List<Marker> markers, boolean truncated, EventCounts counts, long activeMs) {}
}
