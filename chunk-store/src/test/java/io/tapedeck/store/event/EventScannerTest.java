package io.tapedeck.store.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.EventCounts;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.PageVisit;
import io.tapedeck.store.WindowId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventScannerTest {
    private static final WindowId WINDOW = new WindowId("tab-1");
    private static final long RECEIVED_AT = Fixtures.RECEIVED_AT;
    private static final EventScanner SCANNER = new EventScanner(ScanLimits.DEFAULT);

    @ParameterizedTest
    @MethodSource("io.tapedeck.store.Fixtures#corpusNames")
    void scan_realRecording_keepsEachEventByteForByteBehindItsWindow(String name) {
        List<String> events = Fixtures.corpusEvents(name);
        ScannedEvents scanned = scan("[" + String.join(",", events) + "]");

        String expected = events.stream()
                .map(event -> "{\"w\":\"tab-1\"," + event.substring(1) + "\n")
                .collect(Collectors.joining());
        assertThat(lines(scanned)).isEqualTo(expected);
        assertThat(scanned.events()).isEqualTo(events.size());
        assertThat(scanned.entry()).isNotNull();
        assertThat(scanned.fullSnapshotTimes()).isNotEmpty().isSorted();
    }

    @Test
    void scan_lineBreaksBetweenTokens_becomeSpaces() {
        ScannedEvents scanned = scan("\n[ {\r\n\"type\":3,\n\"data\":\t{ },\"timestamp\":7\r} ,\n{\"timestamp\":8,"
                + "\"data\":\"a\\nb\",\"type\":1}]\n");

        assertThat(lines(scanned).lines())
                .containsExactly(
                        "{\"w\":\"tab-1\",  \"type\":3, \"data\":\t{ },\"timestamp\":7 }",
                        "{\"w\":\"tab-1\",\"timestamp\":8,\"data\":\"a\\nb\",\"type\":1}");
    }

    @Test
    void scan_noEvents_isAnEmptyChunkAtTheTimeOfReceipt() {
        ScannedEvents scanned = scan("[]");

        assertThat(scanned.events()).isZero();
        assertThat(scanned.lines().remaining()).isZero();
        assertThat(scanned.firstAt()).isEqualTo(RECEIVED_AT);
        assertThat(scanned.lastEventAt()).isEqualTo(RECEIVED_AT);
        assertThat(scanned.clockImplausible()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "null",
                "[",
                "[]]",
                "[1]",
                "[[]]",
                "[{}]",
                "[{\"type\":3,\"timestamp\":7}]",
                "[{\"data\":{},\"timestamp\":7}]",
                "[{\"type\":3,\"data\":{}}]",
                "[{\"type\":\"3\",\"data\":{},\"timestamp\":7}]",
                "[{\"type\":3.0,\"data\":{},\"timestamp\":7}]",
                "[{\"type\":-1,\"data\":{},\"timestamp\":7}]",
                "[{\"type\":128,\"data\":{},\"timestamp\":7}]",
                "[{\"type\":3,\"data\":{},\"timestamp\":\"7\"}]",
                "[{\"type\":3,\"data\":{},\"timestamp\":null}]",
                "[{\"type\":3,\"data\":{},\"timestamp\":1e400}]",
                "[{\"type\":3,\"data\":{},\"timestamp\":9223372036854775808}]",
                "[{\"type\":3,\"data\":{},\"timestamp\":7},]",
                "[{\"type\":3,\"data\":{},\"timestamp\":7} {\"type\":3,\"data\":{},\"timestamp\":7}]",
                "[{\"type\":3,\"data\":{},\"timestamp\":7,\"w\":\"tab-2\"}]",
                "[{\"\\u0077\":1,\"type\":3,\"data\":{},\"timestamp\":7}]",
            })
    void scan_notAnArrayOfEvents_isMalformed(String json) {
        assertThatThrownBy(() -> scan(json)).isInstanceOf(MalformedEventsException.class);
    }

    @Test
    void scan_memberWInsideData_isTheSitesOwn() {
        assertThat(scan("[{\"type\":5,\"data\":{\"w\":1},\"timestamp\":7}]").events())
                .isOne();
    }

    @Test
    void scan_message_namesThePlaceAndNoContent() {
        assertThatThrownBy(() -> scan("[{\"type\":3,\"secret\":\"pass\u0001word\"}]"))
                .isInstanceOfSatisfying(
                        MalformedEventsException.class,
                        e -> assertThat(e.offset()).isEqualTo(25))
                .hasMessage("a control character in a string at byte 25");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-5, -5",
        "1794116402999.5, 1794116402999",
        "-0.5, -1",
        "1e3, 1000",
        "9007199254740993, 9007199254740993",
        "32503680000000, 32503680000000",
        "-9223372036854775808, -9223372036854775808"
    })
    void scan_anyTimeThatFits_isKeptAsItCame(String timestamp, long expected) {
        ScannedEvents scanned = scan("[{\"type\":3,\"data\":{},\"timestamp\":" + timestamp + "}]");

        assertThat(scanned.firstAt()).isEqualTo(expected);
        assertThat(lines(scanned)).contains("\"timestamp\":" + timestamp + "}");
    }

    @Test
    void scan_implausibleTimes_areClampedInTheFactsAndFlagged() {
        ScannedEvents scanned =
                scan("[" + Fixtures.event(0, "old") + "," + Fixtures.event(32_503_680_000_000L, "new") + "]");

        assertThat(scanned.clockImplausible()).isTrue();
        assertThat(scanned.firstAt()).isZero();
        assertThat(scanned.lastAt()).isEqualTo(32_503_680_000_000L);
        assertThat(scanned.startedAt()).isEqualTo(RECEIVED_AT - TimeUnit.DAYS.toMillis(31));
        assertThat(scanned.lastEventAt()).isEqualTo(RECEIVED_AT + TimeUnit.DAYS.toMillis(1));
    }

    @Test
    void scan_moreEventsThanTheLimit_isMalformed() {
        EventScanner two = new EventScanner(new ScanLimits(10, 2));
        String event = Fixtures.event(7, "x");
        byte[] fits = ("[" + event + "," + event + "]").getBytes(StandardCharsets.UTF_8);
        byte[] tooMany = ("[" + event + "," + event + "," + event + "]").getBytes(StandardCharsets.UTF_8);

        assertThat(two.scan(fits, 0, fits.length, WINDOW, RECEIVED_AT).events()).isEqualTo(2);
        assertThatThrownBy(() -> two.scan(tooMany, 0, tooMany.length, WINDOW, RECEIVED_AT))
                .isInstanceOf(MalformedEventsException.class)
                .hasMessageContaining("more than 2 events");
    }

    @Test
    void scan_nestedAsDeepAsTheLimit_isReadAndDeeperIsMalformed() {
        // The array of events and the event itself are two levels.
        assertThat(scan(nested(4_094)).events()).isOne();
        assertThatThrownBy(() -> scan(nested(4_095)))
                .isInstanceOf(MalformedEventsException.class)
                .hasMessageContaining("nested deeper than 4096");
        assertThatThrownBy(() -> scan(nested(1_000_000))).isInstanceOf(MalformedEventsException.class);
    }

    @Test
    void scan_countsWhatHappened() {
        ScannedEvents scanned = scan("""
                [{"type":4,"data":{"href":"https://ann:pw@shop.example/a?id=7"},"timestamp":1794116400000},
                 {"type":2,"data":{"node":{}},"timestamp":1794116400001},
                 {"type":3,"data":{"source":2,"type":2,"id":5,"x":1,"y":2},"timestamp":1794116400002},
                 {"type":3,"data":{"source":2,"type":1,"id":5},"timestamp":1794116400003},
                 {"type":4,"data":{"href":"https://ann:pw@shop.example/a?id=8"},"timestamp":1794116400004},
                 {"type":2,"data":{"node":{}},"timestamp":1794116400005},
                 {"type":5,"data":{"payload":{"href":"https://shop.example/b#x?t=1"},"tag":"tapedeck.navigation"},"timestamp":1794116400006},
                 {"type":5,"data":{"tag":"tapedeck.error","payload":{"message":"no"}},"timestamp":1794116400007},
                 {"type":5,"data":{"tag":"bought","payload":{"eur":5}},"timestamp":1794116400008},
                 {"type":5,"data":{"tag":"$pageview","payload":{}},"timestamp":1794116400009},
                 {"type":6,"data":{"plugin":"rrweb/console@1","payload":{"level":"error","payload":["1"]}},"timestamp":1794116400010},
                 {"type":6,"data":{"plugin":"rrweb/console@1","payload":{"level":"log"}},"timestamp":1794116400011},
                 {"type":6,"data":{"plugin":"rrweb/network@1","payload":{"requests":[{"status":200},{"status":500},{"status":0},7]}},"timestamp":1794116400012}]
                """);

        assertThat(scanned.counts()).isEqualTo(new EventCounts(1, 0, 0, 1, 1, 2, 2, 1));
        assertThat(scanned.entry()).isEqualTo(new PageVisit("https://shop.example/a?id=***", 1794116400000L));
        assertThat(scanned.exit()).isEqualTo(new PageVisit("https://shop.example/b#x?t=***", 1794116400006L));
        assertThat(scanned.urls()).containsExactly("https://shop.example/a?id=***", "https://shop.example/b#x?t=***");
        assertThat(scanned.customEvents()).containsExactly("bought");
        assertThat(scanned.fullSnapshotTimes()).containsExactly(1794116400001L, 1794116400005L);
    }

    @Test
    void scan_contentOfAnotherShape_isStoredAndLeftOutOfTheFacts() {
        ScannedEvents scanned = scan("""
                [{"type":4,"data":7,"timestamp":1},{"type":5,"data":{"tag":5,"payload":[]},"timestamp":1},
                 {"type":4,"data":{"href":{}},"timestamp":1},{"type":6,"data":null,"timestamp":1},
                 {"type":6,"data":{"plugin":"rrweb/network@1","payload":"x"},"timestamp":1},
                 {"type":6,"data":{"plugin":"rrweb/network@1","payload":{"requests":{}}},"timestamp":1},
                 {"type":5,"data":{"tag":"tapedeck.navigation","payload":null},"timestamp":1}]
                """);

        assertThat(scanned.events()).isEqualTo(7);
        assertThat(scanned.counts()).isEqualTo(EventCounts.NONE);
        assertThat(scanned.urls()).isEmpty();
    }

    @Test
    void scan_partOfAnArray_readsNothingElse() {
        byte[] body =
                "{\"events\":[{\"type\":1,\"data\":{},\"timestamp\":5}],\"x\":1}".getBytes(StandardCharsets.UTF_8);

        assertThat(SCANNER.scan(body, 10, body.length - 7, WINDOW, RECEIVED_AT).contentId())
                .isEqualTo(scan("[{\"type\":1,\"data\":{},\"timestamp\":5}]").contentId());
    }

    private static String nested(int depth) {
        return "[{\"type\":3,\"timestamp\":7,\"data\":" + "[".repeat(depth) + "]".repeat(depth) + "}]";
    }

    private static ScannedEvents scan(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return SCANNER.scan(bytes, 0, bytes.length, WINDOW, RECEIVED_AT);
    }

    private static String lines(ScannedEvents scanned) {
        return new String(Fixtures.bytes(scanned.lines()), StandardCharsets.UTF_8);
    }
}
