package io.tapedeck.recorder.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tapedeck.recorder.inflate.CountingBudget;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.OnLessMasking;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.CaptureSettings.Consent;
import io.tapedeck.store.RetentionPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events of clients that say nothing of their masking: what {@link PrivacyGuard} makes of what they really send. */
class UndeclaredMaskingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CaptureSettings ALL = capture(true, true, true, true);

    private final PrivacyGuard guard = new PrivacyGuard();
    private final CountingBudget budget = new CountingBudget();

    @ParameterizedTest
    @ValueSource(strings = {"posthog", "mixpanel", "sentry"})
    void balanced_hidesWhatIsTyped(String client) {
        JsonNode kept = kept(client, MaskingLevel.BALANCED, CaptureSettings.DEFAULT);

        for (JsonNode text : kept.findValues("text")) {
            assertThat(text.textValue()).matches("[* ]*|on|exp");
        }
        assertThat(valuesOf(kept, "select")).isNotEmpty().allMatch(value -> value.matches("[* ]*"));
        assertThat(kept.toString())
                .doesNotContain("Jane Q", "4242", "415 555", "Leave at", "public-value", "\"selected\"")
                .doesNotContain("selectedOptionIds", "SECRET", "email=jane")
                .contains("Skip to main content", "\"exp\"", "utm_source=***");
    }

    @ParameterizedTest
    @ValueSource(strings = {"posthog", "mixpanel", "sentry"})
    void balanced_keepsNoHeadersAndBodies(String client) {
        JsonNode sent = events(client);
        JsonNode kept = kept(client, MaskingLevel.BALANCED, CaptureSettings.DEFAULT);

        assertThat(headersAndBodies(sent)).isNotEmpty();
        assertThat(headersAndBodies(kept)).isEmpty();
        assertThat(kept).as("the requests themselves stay").hasSameSizeAs(sent);
    }

    @ParameterizedTest
    @CsvSource({
        "posthog,  requestHeaders, responseBody",
        "mixpanel, requestHeaders, responseBody",
        "sentry,   headers,        body"
    })
    void headersAndBodies_areKeptWhereTheProjectAllowsThem(String client, String header, String body) {
        JsonNode headers = kept(client, MaskingLevel.BALANCED, capture(true, true, true, false));
        JsonNode bodies = kept(client, MaskingLevel.BALANCED, capture(true, true, false, true));

        assertThat(headers.findValues(header)).isEqualTo(events(client).findValues(header));
        assertThat(headers.findValues(body)).isEmpty();
        assertThat(bodies.findValues(body))
                .isEqualTo(events(client).findValues(body))
                .isNotEmpty();
        assertThat(bodies.findValues(header)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"posthog", "mixpanel", "sentry"})
    void open_withEverythingAllowed_leavesWhatWasSent(String client) {
        assertThat(check(read(client), MaskingLevel.OPEN, ALL)).isEmpty();
        assertThat(budget.held()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "posthog, BALANCED",
        "mixpanel, BALANCED",
        "sentry, BALANCED",
        "posthog, STRICT",
        "mixpanel, STRICT",
        "sentry, STRICT"
    })
    void whatIsHidden_staysByteForByte(String client, MaskingLevel level) {
        ByteBuffer kept = check(read(client), level, CaptureSettings.DEFAULT).orElseThrow();

        assertThat(budget.held()).as("held for the copy").isEqualTo(kept.remaining());
        assertThat(check(text(kept), level, CaptureSettings.DEFAULT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"posthog", "mixpanel", "sentry"})
    void eventsWithNothingToHide_stayByteForByte(String client) {
        String kept = text(check(read(client), MaskingLevel.BALANCED, CaptureSettings.DEFAULT)
                .orElseThrow());

        List<String> lines = read(client)
                .lines()
                .map(line -> line.replaceFirst(",$", ""))
                .filter(line -> line.contains("\"source\":1,") || line.contains("rrweb/console@1"))
                .toList();
        assertThat(lines).isNotEmpty().allSatisfy(line -> assertThat(kept).contains(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"posthog", "mixpanel", "sentry"})
    void strict_hidesAllText(String client) {
        String kept = kept(client, MaskingLevel.STRICT, CaptureSettings.DEFAULT).toString();

        assertThat(kept)
                .doesNotContain("Skip to main", "Gentelella 2026", "Operations", "Primary navigation", "Jane Doe")
                .contains("class", "*********");
    }

    @Test
    void strict_hidesTheElementThatABreadcrumbNames() throws IOException {
        String event = """
                [{"type":5,"timestamp":1,"data":{"tag":"breadcrumb","payload":{"category":"ui.click",
                "message":"a#x[title=\\"Ann's\\"][name=\\"n\\"]","data":{"node":{"id":1,"tagName":"a","textContent":"Ann",
                "attributes":{"title":"Ann's","class":"c"}}}}}}]""";

        JsonNode payload = JSON.readTree(text(check(event, MaskingLevel.STRICT, CaptureSettings.DEFAULT)
                        .orElseThrow()))
                .at("/0/data/payload");

        assertThat(payload.path("message").textValue()).isEqualTo("a#x[title=\"***\"][name=\"n\"]");
        assertThat(payload.at("/data/node/textContent").textValue()).isEqualTo("***");
        assertThat(payload.at("/data/node/attributes/title").textValue()).isEqualTo("*****");
        assertThat(payload.at("/data/node/attributes/class").textValue()).isEqualTo("c");
        assertThat(check(event, MaskingLevel.BALANCED, CaptureSettings.DEFAULT)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "posthog,  rrweb/console@1, rrweb/network@1",
        "mixpanel, rrweb/console@1, rrweb/network@1.mp",
        "sentry,   '\"console\"',   resource."
    })
    void consoleAndNetwork_areLeftOutWhereTheProjectHasNone(String client, String console, String network) {
        String quiet = kept(client, MaskingLevel.BALANCED, capture(false, true, false, false))
                .toString();
        String offline = kept(client, MaskingLevel.BALANCED, capture(true, false, false, false))
                .toString();

        assertThat(quiet).doesNotContain(console).contains(network);
        assertThat(offline).doesNotContain(network).contains(console);
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"type\":\"password\",\"value\":\"hunter2\"}',                          OPEN",
        "'{\"type\":\"text\",\"value\":\"hunter2\"}',                              BALANCED",
        "'{\"value\":\"hunter2\"}',                                                BALANCED",
        "'{\"type\":\"submit\",\"value\":\"**\",\"title\":\"hunter2\"}',           STRICT",
    })
    void controls_inSnapshotsAreNeverRefusedButMasked(String attributes, MaskingLevel level) {
        String snapshot = "[{\"type\":2,\"timestamp\":1,\"data\":{\"node\":{\"type\":0,\"childNodes\":[{\"type\":2,"
                + "\"tagName\":\"input\",\"attributes\":" + attributes + ",\"childNodes\":[],\"id\":2}],\"id\":1}}}]";

        assertThat(text(check(snapshot, level, CaptureSettings.DEFAULT).orElseThrow()))
                .contains("*******")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":2,\"tagName\":\"input\",\"attributes\":{\"type\":\"submit\",\"value\":\"Send\"},\"childNodes\":[],\"id\":1}",
                "{\"type\":2,\"tagName\":\"input\",\"attributes\":{\"value\":\"** *•\\u00a0\\n\"},\"childNodes\":[],\"id\":1}",
                "{\"type\":2,\"tagName\":\"li\",\"attributes\":{\"value\":\"3\"},\"childNodes\":[],\"id\":1}",
                "{\"type\":2,\"tagName\":\"option\",\"attributes\":{\"value\":\"de\"},\"childNodes\":[],\"id\":1}",
                "{\"type\":2,\"tagName\":\"textarea\",\"attributes\":{},\"childNodes\":[{\"type\":3,\"textContent\":\"** *\",\"id\":2}],\"id\":1}",
                "{\"type\":2,\"tagName\":\"p\",\"attributes\":{\"title\":\"Ann\"},\"childNodes\":[{\"type\":3,\"textContent\":\"Ann\",\"id\":2}],\"id\":1}",
            })
    void balanced_ofHiddenInput_changesNothing(String node) {
        assertThat(check(added(node), MaskingLevel.BALANCED, CaptureSettings.DEFAULT))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":1,\"childNodes\":[{\"textContent\":\"Ann\",\"type\":3}],\"tagName\":\"textarea\",\"type\":2,\"attributes\":{}}",
                "{\"id\":1,\"attributes\":{\"value\":\"Ann\"},\"tagName\":\"input\",\"type\":2,\"childNodes\":[]}",
                "{\"type\":2,\"tagName\":\"TEXTAREA\",\"attributes\":{},\"childNodes\":[{\"type\":3,\"textContent\":\"Ann\"}]}",
                "{\"type\":2,\"tagName\":\"div\",\"attributes\":{\"contenteditable\":\"true\"},\"childNodes\":[{\"type\":2,\"tagName\":\"b\",\"attributes\":{},\"childNodes\":[{\"type\":3,\"textContent\":\"Ann\"}]}]}",
                "{\"type\":2,\"tagName\":\"x-field\",\"attributes\":{\"value\":\"Ann\"},\"childNodes\":[]}",
            })
    void balanced_ofShownInput_isMaskedInWhateverForm(String node) {
        assertThat(text(check(added(node), MaskingLevel.BALANCED, CaptureSettings.DEFAULT)
                        .orElseThrow()))
                .contains("***")
                .doesNotContain("Ann");
    }

    @Test
    void addresses_loseTheirValues() throws IOException {
        String events = """
                [{"type":4,"timestamp":1,"data":{"href":"https://ann:pw@a.example/x?id=7#t=8","width":1,"height":1}},
                 {"type":5,"timestamp":2,"data":{"tag":"$url_changed","payload":{"href":"https://a.example/y?id=7"}}},
                 {"type":6,"timestamp":3,"data":{"plugin":"rrweb/network@1","payload":{"requests":[
                   {"name":"https://a.example/api?id=7"},{"name":"data:image/svg+xml,?id=7"}]}}},
                 {"type":5,"timestamp":4,"data":{"tag":"breadcrumb","payload":{"category":"navigation",
                   "data":{"from":"/a?id=7","to":"/b"}}}},
                 {"type":5,"timestamp":5,"data":{"tag":"performanceSpan","payload":{"op":"resource.fetch",
                   "description":"/api?id=7"}}},
                 {"type":5,"timestamp":6,"data":{"tag":"question","payload":{"text":"really?id=7"}}},
                 {"type":5,"timestamp":7,"data":{"tag":"performanceSpan","payload":{"op":"navigation.push",
                   "description":"/c","data":{"previous":"https://a.example/b?id=7"}}}}]""";

        JsonNode kept = JSON.readTree(text(
                check(events, MaskingLevel.BALANCED, CaptureSettings.DEFAULT).orElseThrow()));

        assertThat(kept.at("/0/data/href").textValue()).isEqualTo("https://a.example/x?id=***#t=***");
        assertThat(kept.at("/1/data/payload/href").textValue()).isEqualTo("https://a.example/y?id=***");
        assertThat(kept.at("/2/data/payload/requests/0/name").textValue()).isEqualTo("https://a.example/api?id=***");
        assertThat(kept.at("/2/data/payload/requests/1/name").textValue()).isEqualTo("data:image/svg+xml,?id=7");
        assertThat(kept.at("/3/data/payload/data/from").textValue()).isEqualTo("/a?id=***");
        assertThat(kept.at("/4/data/payload/description").textValue()).isEqualTo("/api?id=***");
        assertThat(kept.at("/5/data/payload/text").textValue()).isEqualTo("really?id=7");
        assertThat(kept.at("/6/data/payload/data/previous").textValue()).isEqualTo("https://a.example/b?id=***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":4,\"timestamp\":1,\"data\":{\"href\":\"https://ann:pw@a.example/x\"}}",
                "{\"type\":5,\"timestamp\":1,\"data\":{\"tag\":\"$url_changed\",\"payload\":{\"href\":\"https://ann:pw@a.example/x\"}}}",
                "{\"type\":6,\"timestamp\":1,\"data\":{\"plugin\":\"rrweb/network@1\",\"payload\":{\"requests\":[{\"name\":\"https://ann:pw@a.example/x\"}]}}}",
            })
    void addresses_withoutQueries_loseUserNamesToo(String event) {
        assertThat(text(check("[" + event + "]", MaskingLevel.BALANCED, CaptureSettings.DEFAULT)
                        .orElseThrow()))
                .contains("\"https://a.example/x\"")
                .doesNotContain("ann", "pw");
    }

    @Test
    void whatIsNestedTooDeepToBeMasked_isLeftOut() {
        String deep = "{\"type\":2,\"tagName\":\"b\",\"attributes\":{},\"childNodes\":[".repeat(900)
                + "{\"type\":2,\"tagName\":\"input\",\"attributes\":{\"value\":\"Ann\"},\"childNodes\":[]}"
                + "]}".repeat(900);
        String other = "{\"type\":3,\"timestamp\":2,\"data\":{\"source\":3,\"id\":1,\"x\":0,\"y\":5}}";

        Optional<ByteBuffer> kept = check(
                "[{\"type\":2,\"timestamp\":1,\"data\":{\"node\":" + deep + "}}," + other + "]",
                MaskingLevel.BALANCED,
                CaptureSettings.DEFAULT);

        assertThat(text(kept.orElseThrow())).isEqualTo("[" + other + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[1,null,\"x\",[]]",
                "[{}]",
                "[{\"type\":\"2\",\"data\":{}}]",
                "[{\"type\":2,\"data\":null}]",
                "[{\"type\":3,\"data\":[5]}]",
                "[{\"type\":2,\"data\":\"x\"}]",
                "[{\"type\":6,\"data\":{\"plugin\":7,\"payload\":\"?\"}}]",
                "[{\"type\":5,\"data\":{\"tag\":\"breadcrumb\",\"payload\":[\"?\"]}}]",
            })
    void eventsOfAnyForm_areLeftAsTheyAre(String events) {
        for (MaskingLevel level : MaskingLevel.values()) {
            assertThat(check(events, level, CaptureSettings.DEFAULT))
                    .as("%s", level)
                    .isEmpty();
        }
    }

    @Test
    void errors_areLeftOutWhereTheProjectHasNone_andNothingElseIs() {
        String other = "{\"type\":5,\"data\":{\"tag\":\"tapedeck.navigation\",\"payload\":{\"href\":\"https://a/\"}},"
                + "\"timestamp\":1}";
        String named = "{\"type\":5,\"data\":{\"tag\":\"Told of tapedeck.error\",\"payload\":{}},\"timestamp\":2}";
        String error =
                "{\"type\":5,\"data\":{\"tag\":\"tapedeck.error\",\"payload\":{\"message\":\"x\"}},\"timestamp\":3}";
        String events = "[" + String.join(",", other, named, error) + "]";
        CaptureSettings calm = new CaptureSettings(true, true, true, true, false, null, null, 0, Consent.NONE);
        for (MaskingLevel level : MaskingLevel.values()) {
            assertThat(check(events, level, CaptureSettings.DEFAULT)).isEmpty();
            assertThat(text(check(events, level, calm).orElseThrow())).isEqualTo("[" + other + "," + named + "]");
        }
    }

    private JsonNode kept(String client, MaskingLevel level, CaptureSettings capture) {
        try {
            return JSON.readTree(text(check(read(client), level, capture).orElseThrow()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<ByteBuffer> check(String events, MaskingLevel level, CaptureSettings capture) {
        ProjectSettings project = new ProjectSettings(
                level, OnLessMasking.REJECT, List.of(), RetentionPolicy.DEFAULT, 1.0, true, capture);
        byte[] framed = ("xx" + events + "yy").getBytes(StandardCharsets.UTF_8);
        return guard.check(ByteBuffer.wrap(framed, 2, framed.length - 4), null, project, budget);
    }

    private static CaptureSettings capture(boolean console, boolean network, boolean headers, boolean bodies) {
        return new CaptureSettings(console, network, headers, bodies, true, null, null, 0, Consent.NONE);
    }

    private static String added(String node) {
        return "[{\"type\":3,\"timestamp\":1,\"data\":{\"source\":0,\"removes\":[],\"texts\":[],\"attributes\":[],"
                + "\"adds\":[{\"parentId\":4,\"nextId\":null,\"node\":" + node + "}]}}]";
    }

    /** The values of all elements of a tag. */
    private static List<String> valuesOf(JsonNode events, String tag) {
        return StreamSupport.stream(events.findParents("tagName").spliterator(), false)
                .flatMap(found -> all(found).stream())
                .filter(node -> node.path("tagName").asText().equals(tag))
                .map(node -> node.at("/attributes/value"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue)
                .toList();
    }

    /** The node and all below it. */
    private static List<JsonNode> all(JsonNode node) {
        List<JsonNode> found = new ArrayList<>(List.of(node));
        node.path("childNodes").forEach(child -> found.addAll(all(child)));
        return found;
    }

    private static List<JsonNode> headersAndBodies(JsonNode events) {
        List<JsonNode> found = new ArrayList<>();
        for (String name :
                List.of("requestHeaders", "responseHeaders", "requestBody", "responseBody", "headers", "body")) {
            found.addAll(events.findValues(name));
        }
        return found;
    }

    private static JsonNode events(String client) {
        try {
            return JSON.readTree(read(client));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(String client) {
        try (InputStream in = UndeclaredMaskingTest.class.getResourceAsStream("/clients/" + client + ".json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }
}
