package io.tapedeck.store.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.store.Capture;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.Marker.Kind;
import io.tapedeck.store.event.MarkerDetector.Findings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of the events that other recorders made of a real visit, and of those that only they make. */
class SdkMarkersTest {
    private static final long AT = 1_795_293_800_000L;
    /** Sentry gives the times of spans in seconds. */
    private static final double SECONDS_MAX = 9_999_999_999d;

    private static final String INDEX = "http://app.localhost:7100/production/index.html";
    private static final String FORM = "http://app.localhost:7100/production/form.html#profile";

    @Test
    void posthog_ofARealVisit_hasEachThingOnce() {
        Findings found = detect(events("posthog", 0));

        assertThat(kinds(found))
                .containsOnly(
                        entry(Kind.NAVIGATION, 2),
                        entry(Kind.CLICK, 20),
                        entry(Kind.RAGE_CLICK, 1),
                        entry(Kind.CONSOLE, 21),
                        entry(Kind.REQUEST, 8),
                        entry(Kind.FAILED_REQUEST, 1));
        assertThat(found.counts().consoleErrors()).isEqualTo(10);
        assertThat(titles(found, Kind.FAILED_REQUEST)).containsExactly("GET /api/flaky 503");
        assertCountedAlike("posthog", found);
    }

    @Test
    void mixpanel_ofARealVisit_hasEachThingOnceAndNothingOfItsOwn() {
        Findings found = detect(events("mixpanel", 1));

        assertThat(kinds(found))
                .containsOnly(
                        entry(Kind.NAVIGATION, 2),
                        entry(Kind.CLICK, 20),
                        entry(Kind.RAGE_CLICK, 1),
                        entry(Kind.CONSOLE, 21),
                        entry(Kind.REQUEST, 7),
                        entry(Kind.FAILED_REQUEST, 1),
                        entry(Kind.IDLE, 1));
        assertThat(titles(found, Kind.REQUEST)).noneMatch(title -> title.contains("/track/?"));
        assertThat(kinds(detect(events("mixpanel", 0))))
                .containsOnly(entry(Kind.NAVIGATION, 1), entry(Kind.REQUEST, 1));
    }

    @Test
    void mixpanel_requests_beginWhenTheyBegan() {
        Marker flaky = detect(events("mixpanel", 1)).markers().stream()
                .filter(marker -> marker.kind() == Kind.FAILED_REQUEST)
                .findFirst()
                .orElseThrow();

        assertThat(flaky.at()).isEqualTo(1_795_293_654_017L + 5_225);
        assertThat(flaky.durationMs()).isEqualTo(6);
    }

    @Test
    void sentry_ofARealVisit_hasEachThingOnce() {
        Findings found = detect(events("sentry", 0));

        assertThat(kinds(found))
                .containsOnly(
                        entry(Kind.NAVIGATION, 6),
                        entry(Kind.CLICK, 13),
                        entry(Kind.CONSOLE, 15),
                        entry(Kind.REQUEST, 8),
                        entry(Kind.FAILED_REQUEST, 1),
                        entry(Kind.CUSTOM, 1),
                        entry(Kind.IDLE, 1));
        assertThat(found.counts().consoleErrors()).isEqualTo(2);
        assertThat(titles(found, Kind.NAVIGATION).get(0)).startsWith(INDEX);
        assertThat(titles(found, Kind.NAVIGATION).subList(1, 6))
                .containsExactly(
                        "http://app.localhost:7100/production/tables.html",
                        "http://app.localhost:7100/production/checkout.html",
                        FORM,
                        "http://app.localhost:7100/production/user_management.html",
                        FORM);
        assertThat(titles(found, Kind.CUSTOM)).containsExactly("auth: login jane@example.com");
        assertThat(titles(found, Kind.FAILED_REQUEST)).containsExactly("GET /api/flaky 503");
        assertThat(titles(found, Kind.CONSOLE))
                .contains("acme app ready on /production/index.html")
                .anyMatch(title -> title.startsWith("boot complete {\"build\":\"2026.11.3\""));
        assertThat(scan(events("sentry", 0)).customEvents()).containsExactly("auth");
        assertCountedAlike("sentry", found);
    }

    @Test
    void rrweb_ofARealVisit_isAsBefore() {
        Findings found = detect(events("rrweb", 0));

        assertThat(kinds(found))
                .containsOnly(
                        entry(Kind.NAVIGATION, 4),
                        entry(Kind.CLICK, 19),
                        entry(Kind.RAGE_CLICK, 1),
                        entry(Kind.DEAD_CLICK, 6),
                        entry(Kind.CONSOLE, 19),
                        entry(Kind.CUSTOM, 1));
        assertThat(titles(found, Kind.CUSTOM)).containsExactly("identify");
    }

    @Test
    void tagsOfRecorders_areNoEventsOfTheSite() {
        for (String tag : List.of(
                "$posthog_config",
                "window hidden",
                "window visible",
                "browser offline",
                "sessionIdle",
                "sessionNoLongerIdle",
                "tapedeck.x")) {
            assertThat(detect(List.of(custom(tag, "{}"))).counts().customEvents())
                    .as(tag)
                    .isZero();
        }
    }

    @Test
    void tagsThatASiteMayChooseToo_areItsOwnUnlessThePayloadIsTheRecorders() {
        for (String tag : List.of("breadcrumb", "performanceSpan", "options", "checkout")) {
            assertThat(detect(List.of(custom(tag, "{\"plan\":\"pro\"}")))
                            .counts()
                            .customEvents())
                    .as(tag)
                    .isEqualTo(1);
        }
    }

    @Test
    void aChangedAddressOfPosthog_isANavigation() {
        Findings found = detect(List.of(
                custom("$pageview", "{\"href\":\"https://a.example/one\"}"),
                custom("$url_changed", "{\"href\":\"https://a.example/two\"}"),
                custom("$url_changed", "{\"href\":\"https://a.example/two\"}")));

        assertThat(titles(found, Kind.NAVIGATION)).containsExactly("https://a.example/one", "https://a.example/two");
    }

    @Test
    void aRequestThatIsToldOfAsTimingAndAsFetch_isOne() {
        Findings found = detect(List.of(
                network("{\"name\":\"/api\",\"initiatorType\":\"fetch\",\"timestamp\":" + AT + "}"),
                network(
                        "{\"name\":\"/api\",\"initiatorType\":\"fetch\",\"method\":\"GET\",\"status\":200,\"timestamp\":"
                                + (AT + 3) + "}"),
                network(
                        "{\"name\":\"/api\",\"initiatorType\":\"fetch\",\"method\":\"GET\",\"status\":200,\"timestamp\":"
                                + (AT + 9) + "}")));

        assertThat(titles(found, Kind.REQUEST)).hasSize(2);
    }

    @Test
    void whatTheBrowserFetchesForThePage_isARequestOnlyIfItFailed() {
        Findings found = detect(List.of(
                network("{\"name\":\"/a.js\",\"initiatorType\":\"script\",\"responseStatus\":200}"),
                network("{\"name\":\"/b.js\",\"initiatorType\":\"script\",\"responseStatus\":404}")));

        assertThat(kinds(found)).containsOnly(entry(Kind.FAILED_REQUEST, 1));
    }

    @Test
    void slowClicksOfSentry_areNotCountedBesideThisStoresOwn() {
        Findings found = detect(List.of(
                custom("breadcrumb", "{\"timestamp\":1795293800.1,\"category\":\"ui.slowClickDetected\"}"),
                custom("breadcrumb", "{\"timestamp\":1795293800.1,\"category\":\"ui.multiClick\"}")));

        assertThat(found.markers()).isEmpty();
    }

    /** What is counted of each chunk when it comes, and over the whole session when it is settled. */
    private static void assertCountedAlike(String capture, Findings found) {
        EventCounts scanned = scan(events(capture, 0)).counts();
        EventCounts counts = found.counts();
        assertThat(scanned)
                .isEqualTo(new EventCounts(
                        counts.clicks(),
                        0,
                        0,
                        counts.errors(),
                        counts.consoleErrors(),
                        counts.failedRequests(),
                        counts.navigations(),
                        counts.customEvents()));
    }

    private static String custom(String tag, String payload) {
        return "{\"type\":5,\"data\":{\"tag\":\"" + tag + "\",\"payload\":" + payload + "},\"timestamp\":" + AT + "}";
    }

    private static String network(String request) {
        return "{\"type\":6,\"data\":{\"plugin\":\"rrweb/network@1\",\"payload\":{\"requests\":[" + request
                + "]}},\"timestamp\":" + (AT + 50) + "}";
    }

    private static Map<Kind, Integer> kinds(Findings found) {
        Map<Kind, Integer> kinds = new EnumMap<>(Kind.class);
        found.markers().forEach(marker -> kinds.merge(marker.kind(), 1, Integer::sum));
        return kinds;
    }

    private static List<String> titles(Findings found, Kind kind) {
        return found.markers().stream()
                .filter(marker -> marker.kind() == kind)
                .map(Marker::title)
                .toList();
    }

    /** The events of one recording of a capture, in the order of time. */
    private static List<String> events(String capture, int recording) {
        List<JsonNode> events = new ArrayList<>(
                List.copyOf(Capture.named(capture).expected().values()).get(recording));
        for (JsonNode event : events) {
            double time = event.path("timestamp").asDouble();
            if (time < SECONDS_MAX) {
                ((ObjectNode) event).put("timestamp", time * 1_000);
            }
        }
        events.sort(Comparator.comparingDouble(event -> event.path("timestamp").asDouble()));
        return events.stream().map(JsonNode::toString).toList();
    }

    private static Findings detect(List<String> events) {
        MarkerDetector detector = new MarkerDetector();
        EventHead head = new EventHead();
        detector.beginWindow(new WindowId("w1"));
        for (String event : events) {
            byte[] json = event.getBytes(StandardCharsets.UTF_8);
            head.read(json, 0, json.length);
            detector.event(json, head);
        }
        return detector.finish();
    }

    private static ScannedEvents scan(List<String> events) {
        byte[] json = ("[" + String.join(",", events) + "]").getBytes(StandardCharsets.UTF_8);
        return new EventScanner(ScanLimits.DEFAULT).scan(json, 0, json.length, new WindowId("w1"), AT);
    }
}
