package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.store.Capture.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What unmodified clients sent, byte for byte, against the real jar: whatever the order, and however often, each event is
 * in its window once and in time order, live and settled, with the visitor, pages, console, requests and errors found.
 */
class CapturesIT {
    private static final List<SentCapture> CAPTURES = Stream.of(
                    "posthog",
                    "posthog-v-nocompress",
                    "posthog-v-nocs",
                    "mixpanel",
                    "mixpanel-v-body",
                    "sentry",
                    "sentry-v-nocompress",
                    "rrweb")
            .map(SentCapture::named)
            .toList();
    private static final String NEVER_SETTLE = "24h";
    private static final Comparator<JsonNode> BY_TIME =
            Comparator.comparingLong(event -> event.path("timestamp").asLong());

    @TempDir
    Path dataDir;

    @Test
    void inOrder() {
        assertRecordedBy((client, requests) -> requests.forEach(request -> post(client, request)));
    }

    @Test
    void shuffled() {
        assertRecordedBy((client, requests) -> {
            List<Request> shuffled = new ArrayList<>(requests);
            Collections.shuffle(shuffled, new Random(4));
            shuffled.forEach(request -> post(client, request));
        });
    }

    @Test
    void eachTwice() {
        assertRecordedBy((client, requests) -> {
            Request before = null;
            for (Request request : requests) {
                post(client, request);
                if (before != null) {
                    post(client, before);
                }
                before = request;
            }
            post(client, before);
        });
    }

    @Test
    void withAKillInTheMiddle_afterWhichTheLastIsSentAgain() {
        try (ServerProcess server = start(NEVER_SETTLE)) {
            ApiClient client = prepared(server);
            CAPTURES.forEach(capture -> firstHalf(capture.requests()).forEach(request -> post(client, request)));
            server.kill();
        }
        assertRecordedBy((client, requests) -> {
            int half = firstHalf(requests).size();
            requests.subList(half - 1, requests.size()).forEach(request -> post(client, request));
        });
    }

    /** How a client's requests are sent. */
    private interface Sending {
        void send(ApiClient client, List<Request> requests);
    }

    private void assertRecordedBy(Sending sending) {
        try (ServerProcess server = start(NEVER_SETTLE)) {
            ApiClient client = prepared(server);
            CAPTURES.forEach(capture -> sending.send(client, capture.requests()));
            CAPTURES.forEach(capture -> assertReadBack(client, capture));
            server.kill();
        }
        try (ServerProcess server = start("1s")) {
            ApiClient client = new ApiClient(server.base());
            CAPTURES.forEach(capture -> capture.sessions().forEach(session -> awaitSettled(client, session)));
            CAPTURES.forEach(capture -> assertReadBack(client, capture));
            CAPTURES.forEach(capture -> assertFound(client, capture));
            assertThat(server.stop()).isEqualTo(143);
        }
    }

    private static List<Request> firstHalf(List<Request> requests) {
        return requests.subList(0, requests.size() / 2);
    }

    private static void post(ApiClient client, Request request) {
        String[] headers = request.headers().stream()
                .flatMap(header -> Stream.of(header.name(), header.value()))
                .toArray(String[]::new);
        HttpResponse<String> answer = client.postAs(request.url(), request.bytes(), headers);
        assertThat(answer.statusCode())
                .as("%s: %s", request.url(), answer.body())
                .isEqualTo(200);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                .isEqualTo(Optional.ofNullable(request.header("Origin")));
    }

    private static void assertReadBack(ApiClient client, SentCapture capture) {
        capture.expected().forEach((recording, expected) -> {
            String session = SentCapture.session(recording);
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                Map<String, List<JsonNode>> read = recorded(capture, window(recording), events(client, session));
                assertThat(counted(read.values().stream().flatMap(List::stream)))
                        .as("%s of %s", recording, capture.name())
                        .isEqualTo(counted(expected.stream()));
                assertThat(read.values())
                        .as("%s of %s by time", recording, capture.name())
                        .allSatisfy(window -> assertThat(window).isSortedAccordingTo(BY_TIME));
            });
        });
    }

    /** Of what was read, the events that the page's recorder made in each window, or in the one that is asked for. */
    private static Map<String, List<JsonNode>> recorded(SentCapture capture, String only, List<JsonNode> events) {
        Set<String> tags = capture.customTags();
        Map<String, List<JsonNode>> recorded = new HashMap<>();
        for (JsonNode event : events) {
            String window = event.path("w").asText();
            boolean custom = event.path("type").asInt() == 5;
            boolean beside = custom && !tags.contains(event.at("/data/tag").asText());
            if (!beside && (only == null || only.equals(window))) {
                recorded.computeIfAbsent(window, first -> new ArrayList<>())
                        .add(((ObjectNode) event.deepCopy()).without("w"));
            }
        }
        return recorded;
    }

    private static Map<JsonNode, Long> counted(Stream<JsonNode> events) {
        return events.collect(Collectors.groupingBy(event -> event, Collectors.counting()));
    }

    private static void assertFound(ApiClient client, SentCapture capture) {
        Set<String> kinds = new TreeSet<>();
        for (String session : capture.sessions()) {
            JsonNode facts = client.manifest(session).path("session");
            assertThat(facts.at("/user/id").asText()).as(capture.name()).isEqualTo(capture.user());
            assertThat(facts.path("sdk").asText()).as(capture.name()).startsWith(capture.client());
            assertThat(facts.path("browser").asText()).as(capture.name()).isEqualTo("Chrome 156");
            assertThat(facts.path("entryUrl").asText()).as(capture.name()).startsWith("http://app.localhost:7100/");
            client.json("/api/v1/projects/default/sessions/" + session + "/markers")
                    .path("markers")
                    .forEach(marker -> kinds.add(marker.path("kind").asText()));
        }
        assertThat(kinds).as(capture.name()).containsAll(capture.kinds());
    }

    private static List<JsonNode> events(ApiClient client, String session) {
        try {
            List<JsonNode> events = new ArrayList<>();
            SentSession.JSON
                    .readerFor(JsonNode.class)
                    .<JsonNode>readValues(client.events(session, "zstd"))
                    .forEachRemaining(events::add);
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String window(String recording) {
        int at = recording.indexOf("__");
        return at < 0 ? null : recording.substring(at + 2);
    }

    private static void awaitSettled(ApiClient client, String session) {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> "settled"
                        .equals(client.manifest(session).at("/session/phase").asText()));
    }

    /** The project takes what these sites recorded as it is. */
    private static ApiClient prepared(ServerProcess server) {
        ApiClient client = new ApiClient(server.base());
        client.patch(
                "/api/v1/projects/default",
                "{\"masking\":\"open\",\"capture\":{\"networkHeaders\":true,\"networkBodies\":true}}");
        return client;
    }

    private ServerProcess start(String settleAfter) {
        Map<String, String> settings = new HashMap<>();
        settings.put("TAPEDECK_SETTLE_AFTER", settleAfter);
        settings.put("TAPEDECK_BOOTSTRAP_WRITE_KEY", String.join(",", SentCapture.KEYS));
        return ServerProcess.start(dataDir, settings);
    }
}
