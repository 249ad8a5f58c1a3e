package io.tapedeck.store.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.Marker.Kind;
import io.tapedeck.store.event.MarkerDetector.Findings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkerDetectorTest {
    private static final long T = 1_794_116_400_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MarkerDetector detector = new MarkerDetector();
    private final EventHead head = new EventHead();

    @Test
    void clicks_threeWithinASecondInOnePlace_areOneRageClick() {
        window("tab-1");
        click(T, 100, 100);
        click(T + 400, 110, 100);
        click(T + 900, 105, 95);
        click(T + 1_500, 100, 100);
        mutation(T + 1_600);

        Findings findings = detector.finish();

        assertThat(findings.counts().clicks()).isEqualTo(4);
        assertThat(findings.counts().rageClicks()).isEqualTo(1);
        assertThat(of(findings, Kind.RAGE_CLICK)).singleElement().satisfies(marker -> {
            assertThat(marker.at()).isEqualTo(T);
            assertThat(marker.durationMs()).isEqualTo(1_500);
            assertThat(marker.title()).isEqualTo("Rage click (4 clicks)");
            assertThat(json(marker.data())).isEqualTo("{\"x\":100,\"y\":100,\"nodeId\":7}");
        });
        assertThat(of(findings, Kind.CLICK)).hasSize(4);
    }

    @Test
    void clicks_tooSlowOrTooFarApart_areNoRageClick() {
        window("tab-1");
        for (int i = 0; i < 5; i++) {
            click(T + 600L * i, 100, 100);
        }
        for (int i = 0; i < 5; i++) {
            click(T + 60_000 + 100L * i, 100 + 31 * i, 100);
        }

        assertThat(detector.finish().counts().rageClicks()).isZero();
    }

    @Test
    void clicks_thatDriftAwayFromTheFirst_areARageClickWhereTheyStayTogether() {
        window("tab-1");
        click(T, 0, 0);
        click(T + 200, 25, 0);
        click(T + 400, 40, 0);
        click(T + 600, 50, 0);

        Findings findings = detector.finish();

        assertThat(of(findings, Kind.RAGE_CLICK))
                .extracting(Marker::at, Marker::title)
                .containsExactly(tuple(T + 200, "Rage click (3 clicks)"));
    }

    @Test
    void click_thatOpensAnotherWindow_isNotDead() {
        window("tab-1");
        click(T, 1, 2);
        click(T + 60_000, 1, 2);
        event(incremental(T + 120_000, 1));
        window("tab-2");
        event(Fixtures.meta(T + 2_000, "https://a.example/next"));

        Findings findings = detector.finish();

        assertThat(of(findings, Kind.DEAD_CLICK)).extracting(Marker::at).containsExactly(T + 60_000);
        assertThat(findings.counts().deadClicks()).isEqualTo(1);
    }

    @Test
    void request_whoseAnswerTheBrowserKeepsToItself_isNoFailure() {
        window("tab-1");
        event(network(
                T,
                "{\"name\":\"https://cdn.example/a\",\"initiatorType\":\"fetch\",\"responseStatus\":0}",
                "{\"name\":\"https://cdn.example/b.js\",\"initiatorType\":\"script\",\"responseStatus\":503}"));

        Findings findings = detector.finish();

        assertThat(of(findings, Kind.REQUEST)).hasSize(1);
        assertThat(of(findings, Kind.FAILED_REQUEST)).hasSize(1);
    }

    @Test
    void window_thatGoesOnFromAnEarlierPart_isNotNavigatedToAgain() {
        detector.beginWindow(new WindowId("tab-1"), "https://a.example/here");
        event(Fixtures.meta(T, "https://a.example/here"));
        event(Fixtures.meta(T + 1, "https://a.example/there"));

        assertThat(of(detector.finish(), Kind.NAVIGATION))
                .extracting(Marker::title)
                .containsExactly("https://a.example/there");
    }

    @Test
    void click_withNothingAfterIt_isDead() {
        window("tab-1");
        click(T, 1, 2);
        mutation(T + 2_501);

        Findings findings = detector.finish();

        assertThat(findings.counts().deadClicks()).isEqualTo(1);
        assertThat(of(findings, Kind.DEAD_CLICK)).extracting(Marker::at).containsExactly(T);
    }

    @Test
    void click_withAnEffectOfAnyKindInTime_isNotDead() {
        List<String> effects = List.of(
                incremental(T + 2_500, 0),
                incremental(T + 1, 3),
                incremental(T + 1, 5),
                incremental(T + 1, 14),
                Fixtures.meta(T + 2_000, "https://a.example/next"),
                custom(T + 1, "tapedeck.navigation", "{\"href\":\"https://a.example/next\"}"));
        for (int i = 0; i < effects.size(); i++) {
            window("tab-" + i);
            click(T, 1, 2);
            event(effects.get(i));
            event(incremental(T + 60_000, 1));
        }

        assertThat(detector.finish().counts().deadClicks()).isZero();
    }

    @Test
    void click_whoseRequestEndsLate_isNotDead() {
        window("tab-1");
        click(T, 1, 2);
        event(network(T + 20_000, "{\"name\":\"/slow\",\"status\":200,\"timestamp\":" + (T + 50) + "}"));

        assertThat(detector.finish().counts().deadClicks()).isZero();
    }

    @Test
    void click_whoseEffectCameWithThePress_isNotDead() {
        window("tab-1");
        event("{\"type\":3,\"data\":{\"source\":2,\"type\":1,\"id\":7},\"timestamp\":" + T + "}");
        mutation(T + 20);
        click(T + 90, 1, 2);
        event(incremental(T + 60_000, 1));

        assertThat(detector.finish().counts().deadClicks()).isZero();
    }

    @Test
    void click_intoAFieldThatIsTypedIntoLater_isNotDead() {
        window("tab-1");
        click(T, 1, 2);
        event("{\"type\":3,\"data\":{\"source\":5,\"id\":7,\"text\":\"*\"},\"timestamp\":" + (T + 9_000) + "}");

        assertThat(detector.finish().counts().deadClicks()).isZero();
    }

    @Test
    void click_asTheLastThingRecorded_isNotJudged() {
        window("tab-1");
        click(T, 1, 2);

        assertThat(detector.finish().counts().deadClicks()).isZero();
    }

    @Test
    void page_toldAgainByACheckout_isNotNavigatedToAgain() {
        window("tab-1");
        event(Fixtures.meta(T, "https://ann:pw@a.example/x?id=7"));
        event(Fixtures.meta(T + 1, "https://a.example/x?id=7"));
        event(custom(T + 2, "tapedeck.navigation", "{\"href\":\"https://a.example/y\"}"));

        Findings findings = detector.finish();

        assertThat(findings.counts().navigations()).isEqualTo(2);
        assertThat(of(findings, Kind.NAVIGATION))
                .extracting(marker -> json(marker.data()))
                .containsExactly("{\"href\":\"https://a.example/x?id=***\"}", "{\"href\":\"https://a.example/y\"}");
    }

    @Test
    void console_saysItsArgumentsAsPeopleReadThem() {
        window("tab-1");
        event(console(T, "warn", "[\"\\\"a \\\\\\\"b\\\\\\\"\\\"\",\"{\\\"c\\\":1}\",\"\\\"cut...\"]"));
        event(console(T, "assert", "[]"));
        event(console(T, "table", "7"));

        Findings findings = detector.finish();

        assertThat(of(findings, Kind.CONSOLE)).extracting(Marker::level).containsExactly("warn", "error", "log");
        Marker first = findings.markers().get(0);
        assertThat(first.title()).isEqualTo("a \"b\" {\"c\":1} \"cut...");
        assertThat(json(first.data()))
                .isEqualTo(
                        "{\"args\":[\"a \\\"b\\\"\",\"{\\\"c\\\":1}\",\"\\\"cut...\"],\"trace\":[\"at f (x.js:1:2)\"]}");
        assertThat(findings.counts().consoleErrors()).isEqualTo(1);
    }

    @Test
    void request_isTimedByItsStartAndFailsAsHttpSays() {
        window("tab-1");
        event(network(
                T + 900,
                "{\"name\":\"https://a.example/api/x?q=1\",\"method\":\"POST\",\"status\":201,\"duration\":120.4,\"timestamp\":"
                        + T + "}",
                "{\"name\":\"/b\",\"status\":404}",
                "{\"name\":\"/c\",\"status\":0}",
                "{\"name\":\"/d\"}",
                "[]"));

        Findings findings = detector.finish();

        assertThat(findings.counts().failedRequests()).isEqualTo(2);
        assertThat(of(findings, Kind.FAILED_REQUEST))
                .extracting(Marker::title)
                .containsExactly("GET /b 404", "GET /c failed");
        Marker first = findings.markers().get(0);
        assertThat(json(first))
                .isEqualTo(
                        "{\"at\":" + T
                                + ",\"window\":\"tab-1\",\"kind\":\"request\",\"title\":\"POST /api/x?q=*** 201\",\"durationMs\":120,"
                                + "\"data\":{\"method\":\"POST\",\"url\":\"https://a.example/api/x?q=***\",\"status\":201,\"durationMs\":120.4}}");
    }

    @Test
    void navigation_asPostHogsClientTellsIt_isMarkedOnce() {
        window("tab-1");
        event(custom(T, "$pageview", "{\"href\":\"https://a.example/a#top\"}"));
        event(custom(T + 1, "$url_changed", "{\"href\":\"https://a.example/a\"}"));
        event(custom(T + 2, "$url_changed", "{\"href\":\"https://a.example/b\"}"));
        event(custom(T + 3, "$pageview", "{\"href\":\"https://a.example/b\"}"));
        event(custom(T + 4, "$other", "{\"href\":\"https://a.example/c\"}"));

        assertThat(detector.finish().markers())
                .extracting(Marker::title)
                .containsExactly("https://a.example/a#top", "https://a.example/b");
    }

    @Test
    void error_andSiteEvents_areMarkedAndSdkEventsAreNot() {
        window("tab-1");
        event(custom(T, "tapedeck.error", "{\"name\":\"TypeError\",\"message\":\"x is\\nnull\",\"stack\":\"at f\"}"));
        event(custom(T + 1, "bought", "{\"eur\":5,\"ok\":true,\"n\":null,\"list\":[1,\"a\"]}"));
        event(custom(T + 2, "$pageview", "{}"));
        event(custom(T + 3, "tapedeck.visibility", "{\"state\":\"hidden\"}"));

        Findings findings = detector.finish();

        assertThat(findings.markers()).hasSize(2);
        assertThat(json(findings.markers().get(0)))
                .contains("\"kind\":\"error\",\"title\":\"TypeError: x is null\"")
                .contains("{\"name\":\"TypeError\",\"message\":\"x is\\nnull\",\"stack\":\"at f\"}");
        assertThat(json(findings.markers().get(1).data()))
                .isEqualTo("{\"tag\":\"bought\",\"payload\":{\"eur\":5,\"ok\":true,\"n\":null,\"list\":[1,\"a\"]}}");
        assertThat(findings.counts()).isEqualTo(new EventCounts(0, 0, 0, 1, 0, 0, 0, 1));
    }

    @Test
    void idle_isWhatLiesBetweenThingsDoneInAnyWindow() {
        window("tab-1");
        event(incremental(T, 1));
        event(incremental(T + 5_000, 1));
        mutation(T + 6_000);
        event(incremental(T + 40_000, 2));
        window("tab-2");
        event(incremental(T + 12_000, 1));
        event(incremental(T + 21_000, 1));
        mutation(T + 61_000);

        Findings findings = detector.finish();

        assertThat(of(findings, Kind.IDLE))
                .extracting(Marker::window, Marker::at, Marker::durationMs)
                .containsExactly(tuple("tab-2", T + 21_000, 19_000L), tuple("tab-1", T + 40_000, 21_000L));
        assertThat(findings.activeMs()).isEqualTo(21_000);
    }

    @Test
    void text_thatCannotBeWritten_isReplaced() throws JsonProcessingException {
        window("tab-1");
        event(custom(T, "a\\ud800\\u0000b", "{\"k\\udc00\":[\"\\ud83d\\ude00\\ud83d\",1e999,12345678901234567890]}"));
        event(console(T, "log", "[\"\\ud800\"]"));

        Findings findings = detector.finish();

        for (Marker marker : findings.markers()) {
            assertThat(JSON.readValue(json(marker), Marker.class).title()).isEqualTo(marker.title());
        }
        assertThat(findings.markers().get(0).title()).isEqualTo("a\uFFFD\uFFFDb");
    }

    @Test
    void data_ofAnyEvent_staysWithinItsBound() {
        window("tab-1");
        String wide = "\\u0001é\\\"".repeat(20_000);
        event(console(T, "error", "[" + "\"%s\",".formatted(wide).repeat(60) + "\"x\"]"));
        event(custom(T, "big", "{\"text\":\"" + wide + "\"}"));
        event(custom(T, "deep", "[".repeat(3_000) + "]".repeat(3_000)));
        event(custom(T, wide, "{\"text\":\"" + "x".repeat(8_000) + "\"}"));
        event(custom(
                T,
                "tapedeck.error",
                "{\"name\":\"%s\",\"message\":\"%s\",\"stack\":\"%s\"}".formatted(wide, wide, wide)));
        event(custom(T, "tapedeck.navigation", "{\"href\":\"https://a.example/" + "ü".repeat(9_000) + "\"}"));
        event(network(T, "{\"name\":\"%s\",\"method\":\"%s\",\"status\":200}".formatted(wide, wide)));

        Findings findings = detector.finish();

        assertThat(findings.markers()).hasSize(7).allSatisfy(marker -> {
            assertThat(marker.title().length()).isLessThanOrEqualTo(300);
            assertThat(json(marker.data()).getBytes(StandardCharsets.UTF_8).length)
                    .isLessThanOrEqualTo(8 * 1024);
        });
    }

    @Test
    void markers_beyondTheBound_areLeftOutButCountedAndErrorsStillFit() {
        window("tab-1");
        for (int i = 0; i < 45_000; i++) {
            event(console(T + i, "log", "[\"x\"]"));
        }
        for (int i = 0; i < 15_000; i++) {
            event(custom(T + i, "tapedeck.error", "{}"));
        }

        Findings findings = detector.finish();

        assertThat(findings.truncated()).isTrue();
        assertThat(findings.markers()).hasSize(50_000);
        assertThat(of(findings, Kind.ERROR)).hasSize(10_000);
        assertThat(findings.counts().errors()).isEqualTo(15_000);
    }

    @Test
    void events_withAbsurdTimes_areTakenAsTheyAre() {
        window("tab-1");
        for (long at : new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE, -1, T, Long.MIN_VALUE, Long.MAX_VALUE}) {
            click(at, Double.MAX_VALUE, -1e308);
            event(network(at, "{\"name\":\"/x\",\"status\":200,\"timestamp\":1e300,\"duration\":-1e300}"));
        }

        assertThat(detector.finish().counts().clicks()).isEqualTo(7);
    }

    @ParameterizedTest
    @MethodSource("io.tapedeck.store.Fixtures#corpusNames")
    void realRecording_hasMarkersInOrderThatCanBeWrittenAndReadAgain(String name) throws JsonProcessingException {
        window("tab-1");
        Fixtures.corpusEvents(name).forEach(this::event);

        Findings findings = detector.finish();

        assertThat(findings.truncated()).isFalse();
        assertThat(findings.activeMs()).isPositive();
        assertThat(findings.counts().navigations()).isPositive();
        assertThat(findings.markers()).isNotEmpty().extracting(Marker::at).isSorted();
        for (Marker marker : findings.markers()) {
            assertThat(json(JSON.readValue(json(marker), Marker.class))).isEqualTo(json(marker));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "adminlte-1", "antd-1", "cal-1", "chat-1", "docs-1", "fleet-1", "gentelella-1", "ide-2", "logs-2",
                "material-2", "nodered-1", "openmct-1", "ops-2", "radmin-1", "sbadmin-1", "shop-1", "swagger-1",
                        "todo-1"
            })
    void realRecording_isCountedAsAnotherReaderCountsIt(String name) throws JsonProcessingException {
        window("tab-1");
        long clicks = 0;
        long consoleErrors = 0;
        long navigations = 0;
        String page = "";
        long firstAt = Long.MAX_VALUE;
        long lastAt = 0;
        for (String line : Fixtures.corpusEvents(name)) {
            event(line);
            JsonNode event = JSON.readTree(line);
            JsonNode data = event.path("data");
            int type = event.path("type").intValue();
            clicks += type == 3
                            && data.path("source").intValue() == 2
                            && data.path("type").intValue() == 2
                    ? 1
                    : 0;
            String level = data.path("payload").path("level").asText();
            consoleErrors += type == 6 && (level.equals("error") || level.equals("assert")) ? 1 : 0;
            if (type == 4) {
                String next = UrlMask.mask(data.path("href").textValue());
                navigations += next.equals(page) ? 0 : 1;
                page = next;
            }
            firstAt = Math.min(firstAt, event.path("timestamp").longValue());
            lastAt = Math.max(lastAt, event.path("timestamp").longValue());
        }

        Findings findings = detector.finish();

        assertThat(findings.counts().clicks()).isEqualTo((int) clicks);
        assertThat(of(findings, Kind.CLICK)).hasSize((int) clicks);
        assertThat(findings.counts().consoleErrors()).isEqualTo((int) consoleErrors);
        assertThat(findings.counts().navigations()).isEqualTo((int) navigations);
        assertThat(findings.counts().deadClicks()).isLessThanOrEqualTo((int) clicks);
        long idleMs =
                of(findings, Kind.IDLE).stream().mapToLong(Marker::durationMs).sum();
        assertThat(findings.activeMs() + idleMs).isLessThanOrEqualTo(lastAt - firstAt);
    }

    private void window(String id) {
        detector.beginWindow(new WindowId(id));
    }

    private void event(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        head.read(bytes, 0, bytes.length);
        detector.event(bytes, head);
    }

    private void click(long at, double x, double y) {
        event("{\"type\":3,\"data\":{\"source\":2,\"type\":2,\"id\":7,\"x\":" + x + ",\"y\":" + y + "},\"timestamp\":"
                + at + "}");
    }

    private void mutation(long at) {
        event(incremental(at, 0));
    }

    private static String incremental(long at, int source) {
        return "{\"type\":3,\"data\":{\"source\":" + source + "},\"timestamp\":" + at + "}";
    }

    private static String custom(long at, String tag, String payload) {
        return "{\"type\":5,\"data\":{\"tag\":\"" + tag + "\",\"payload\":" + payload + "},\"timestamp\":" + at + "}";
    }

    private static String console(long at, String level, String args) {
        return "{\"type\":6,\"data\":{\"plugin\":\"rrweb/console@1\",\"payload\":{\"level\":\"" + level
                + "\",\"trace\":[\"at f (x.js:1:2)\"],\"payload\":" + args + "}},\"timestamp\":" + at + "}";
    }

    private static String network(long at, String... requests) {
        return "{\"type\":6,\"data\":{\"plugin\":\"rrweb/network@1\",\"payload\":{\"requests\":["
                + String.join(",", requests) + "]}},\"timestamp\":" + at + "}";
    }

    private static List<Marker> of(Findings findings, Kind kind) {
        return findings.markers().stream()
                .filter(marker -> marker.kind() == kind)
                .toList();
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
