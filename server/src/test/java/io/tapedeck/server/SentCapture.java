package io.tapedeck.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.store.Capture;
import io.tapedeck.store.Capture.Request;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A capture and what is known of the page that was recorded. */
record SentCapture(String name, List<Request> requests, Map<String, List<JsonNode>> expected) {
    /** The keys that the captured pages used. */
    static final List<String> KEYS = List.of(
            ServerProcess.KEY,
            "phc_wireTestToken0123456789abcdefABCDEF01234",
            "9f86d081884c7d659a2feaa0c55ad015",
            "0123456789abcdef0123456789abcdef");

    private static final String RRWEB_SESSION = "rrweb-capture";
    /** Times below this are seconds. */
    private static final double SECONDS_MAX = 9_999_999_999.0;

    static SentCapture named(String name) {
        Capture capture = Capture.named(name);
        if (name.equals("rrweb")) {
            return new SentCapture(
                    name,
                    capture.requests().stream().map(SentCapture::withIdentity).toList(),
                    Map.of(RRWEB_SESSION, capture.expected().get("session")));
        }
        Map<String, List<JsonNode>> expected = new HashMap<>();
        capture.expected().forEach((recording, events) -> expected.put(recording, inMilliseconds(events)));
        return new SentCapture(name, capture.requests(), expected);
    }

    /** The plain recorder has no wire format: its page posted to an address of its own, without session or key. */
    private static Request withIdentity(Request request) {
        String url =
                "/ingest/v1/rrweb?key=" + ServerProcess.KEY + "&session=" + RRWEB_SESSION + "&window=w1&user=user-4711";
        return new Request(url, request.headers(), request.body());
    }

    private static List<JsonNode> inMilliseconds(List<JsonNode> events) {
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode event : events) {
            double time = event.path("timestamp").asDouble();
            all.add(time < SECONDS_MAX ? ((ObjectNode) event.deepCopy()).put("timestamp", milliseconds(time)) : event);
        }
        return all;
    }

    /** Of what was written in decimals, half a millisecond up. */
    private static long milliseconds(double seconds) {
        return BigDecimal.valueOf(seconds)
                .movePointRight(3)
                .setScale(0, RoundingMode.HALF_UP)
                .longValueExact();
    }

    String client() {
        return name.contains("-") ? name.substring(0, name.indexOf('-')) : name;
    }

    String user() {
        return name.contains("-v-") ? "u-9" : "user-4711";
    }

    Set<String> sessions() {
        return expected.keySet().stream().map(SentCapture::session).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The tags of the custom events that the page's recorder made. */
    Set<String> customTags() {
        return expected.values().stream()
                .flatMap(List::stream)
                .filter(event -> event.path("type").asInt() == 5)
                .map(event -> event.at("/data/tag").asText())
                .collect(Collectors.toSet());
    }

    /** Kinds of markers that there must be. Of the short captures not all of them. */
    Set<String> kinds() {
        if (name.contains("-v-")) {
            return Set.of("navigation", "click", "console");
        }
        return switch (client()) {
            case "posthog", "sentry" -> Set.of("navigation", "click", "console", "request", "error");
            case "mixpanel" -> Set.of("navigation", "click", "console", "request", "custom");
            default -> Set.of("navigation", "click", "console");
        };
    }

    static String session(String recording) {
        int at = recording.indexOf("__");
        return at < 0 ? recording : recording.substring(0, at);
    }
}
