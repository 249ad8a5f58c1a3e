package io.tapedeck.recorder;

import static io.tapedeck.recorder.dialect.sentry.SentryEnvelope.EVENT;
import static io.tapedeck.recorder.dialect.sentry.SentryEnvelope.REPLAY;
import static io.tapedeck.recorder.dialect.sentry.SentryEnvelope.replay;
import static io.tapedeck.recorder.dialect.sentry.SentryEnvelope.zlib;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.recorder.dialect.Upload;
import io.tapedeck.recorder.dialect.sentry.SentryEnvelope;
import io.tapedeck.store.AdminCatalog.MaskingLevel;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.Capture;
import io.tapedeck.store.CaptureSettings;
import io.tapedeck.store.CaptureSettings.Consent;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkAppender.Appended;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Envelopes over HTTP: what the store is given, and what the SDK gets to see. */
class SentryIngestTest extends SdkIngest {
    private static final String ENVELOPES = "/api/4507012345/envelope/?sentry_key=" + Gateway.KEY;
    private static final String CAPTURED_KEY = "0123456789abcdef0123456789abcdef";
    private static final ObjectMapper JSON = new ObjectMapper();

    SentryIngestTest() {
        super(RecorderSettings.defaults());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sentry", "sentry-v-nocompress"})
    void aCapture_isRecordedOnce_withEachPageLoadAsAWindow(String name) throws Exception {
        gateway.catalog.put(CAPTURED_KEY, keepingAll());
        Capture capture = Capture.named(name);
        for (Capture.Request request : capture.requests()) {
            // As it is, and once more.
            for (int i = 0; i < 2; i++) {
                assertThat(gateway.postTo(request.url(), request.bytes()).statusCode())
                        .isEqualTo(200);
            }
        }
        String session = capture.expected().keySet().iterator().next();
        List<Chunk> recorded = new ArrayList<>();
        for (Chunk chunk : gateway.store.chunks()) {
            assertThat(chunk.session().session()).isEqualTo(session);
            assertThat(chunk.facts().sdk()).isEqualTo("sentry/11.12.0");
            if (!chunk.window().equals(Upload.NO_WINDOW)) {
                recorded.add(chunk);
                assertThat(chunk.facts().windows())
                        .containsExactly(chunk.window().value());
            }
        }
        assertThat(sorted(recorded.stream().flatMap(SentryIngestTest::events).toList()))
                .isEqualTo(sorted(capture.expected().get(session).stream()
                        .map(SentryIngestTest::inMs)
                        .toList()));
        byWindow(recorded).values().forEach(SentryIngestTest::assertHasOneFullSnapshotBeforeItsIncrements);
    }

    @Test
    void tabsThatRepeatTheSessionAndItsNumbers_areWindowsOfTheirOwn() throws Exception {
        gateway.catalog.put(CAPTURED_KEY, keepingAll());
        for (Capture.Request request : Capture.named("sentry").requests()) {
            gateway.postTo(request.url(), request.bytes());
        }
        List<Chunk> recorded = gateway.store.chunks().stream()
                .filter(chunk -> !chunk.window().equals(Upload.NO_WINDOW))
                .toList();
        List<TreeSet<String>> pages = new ArrayList<>();
        byWindow(recorded)
                .forEach((window, chunks) -> pages.add(chunks.stream()
                        .flatMap(SentryIngestTest::events)
                        .map(event -> event.at("/data/href").asText("").replaceAll(".*/|[?#].*", ""))
                        .filter(page -> !page.isEmpty())
                        .collect(toCollection(TreeSet::new))));
        assertThat(pages).hasToString("[[index.html], [form.html], [user_management.html], [form.html]]");
    }

    @Test
    void errorsOfACapture_areShownInItsSession_withTheirFrames() throws Exception {
        gateway.catalog.put(CAPTURED_KEY, keepingAll());
        for (Capture.Request request : Capture.named("sentry").requests()) {
            gateway.postTo(request.url(), request.bytes());
        }
        List<Chunk> errors = gateway.store.chunks().stream()
                .filter(chunk -> chunk.window().equals(Upload.NO_WINDOW))
                .toList();
        assertThat(errors).allSatisfy(chunk -> {
            assertThat(chunk.facts().counts().errors()).isEqualTo(1);
            assertThat(chunk.facts().windows()).isEmpty();
        });
        assertThat(errors.stream().flatMap(SentryIngestTest::events).map(event -> event.at("/data/payload")))
                .extracting(payload -> payload.path("name").asText() + ": "
                        + payload.path("message").asText())
                .containsExactly(
                        "PricingError: stock mismatch",
                        "Error: GET /api/flaky failed with 503",
                        "TypeError: Cannot read properties of undefined (reading 'rate')",
                        "PricingError: async price refresh failed",
                        errors.size() > 4 ? text(errors.get(4)) : "");
        assertThat(events(errors.get(2))
                        .findFirst()
                        .orElseThrow()
                        .at("/data/payload/stack")
                        .asText())
                .containsSubsequence(
                        "TypeError: Cannot read properties of undefined (reading 'rate')",
                        "    at u (http://app.localhost:7100/acme/app.min.js:1:575)",
                        "    at p (http://app.localhost:7100/acme/app.min.js:1:656)");
        assertThat(errors.get(2).facts().user().id()).isEqualTo("user-4711");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/1/envelope?sentry_key=pk_test",
        "/api/1/envelope/?sentry_key=pk_test&sentry_version=7",
        "/quiet/api/1/envelope/?sentry_key=pk_test",
        "/below/api/1/envelope/?sentry_key=pk_test",
        "/ingest/v1/sentry?sentry_key=pk_test",
        "/ingest/v1/sentry",
        "/api/1/envelope/",
    })
    void anEnvelope_isTakenAtEachOfItsAddresses(String path) throws Exception {
        Gateway own = Gateway.start(Gateway.settings(1 << 20, 1 << 20, 1 << 22, 10, 20_000));
        try {
            byte[] body = SentryEnvelope.begin("{\"dsn\":\"https://pk_test@tapedeck.example/1\"}")
                    .replayEvent("")
                    .recording(0, zlib(EVENT))
                    .bytes();
            HttpResponse<String> answer = own.postTo(path, body, "Origin", "https://shop.example");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains("https://shop.example");
            assertThat(own.store.last().session().session()).isEqualTo(REPLAY);
        } finally {
            own.close();
        }
    }

    @Test
    void errors_areKept_unlessTheProjectWantsNone() throws Exception {
        String error = "{\"event_id\":\"0123456789abcdef0123456789abcdef\",\"timestamp\":1795293800.5,"
                + "\"exception\":{\"values\":[{\"type\":\"TypeError\",\"value\":\"x is no function\"}]},"
                + "\"contexts\":{\"replay\":{\"replay_id\":\"" + REPLAY + "\"}},\"user\":{\"id\":\"ada\"}}";
        String feedback = "{\"event_id\":\"1123456789abcdef0123456789abcdef\",\"timestamp\":1795293801,\"contexts\":"
                + "{\"feedback\":{\"message\":\"It is slow\",\"replay_id\":\"" + REPLAY + "\"}}}";
        gateway.catalog.put("pk_calm", withoutErrors());
        String path = "/api/1/envelope/?sentry_key=pk_calm";
        byte[] alone = SentryEnvelope.begin().item("event", error).bytes();
        byte[] both = SentryEnvelope.begin()
                .item("event", error)
                .item("feedback", feedback)
                .bytes();
        assertThat(gateway.postTo(path, alone).statusCode()).isEqualTo(200);
        assertThat(gateway.store.chunks()).isEmpty();
        assertThat(gateway.outcomes("foreign")).isOne();
        assertThat(gateway.postTo(path, both).statusCode()).isEqualTo(200);
        assertThat(gateway.store.chunks()).hasSize(1);
        assertThat(gateway.store.last().facts().customEvents()).containsExactly("Feedback");
        assertThat(gateway.store.last().facts().counts().errors()).isZero();

        gateway.postTo(ENVELOPES, alone);
        assertThat(gateway.store.last().facts().counts().errors()).isOne();
    }

    @Test
    void aRetry_whoseReplayEventIsAnother_isOneChunk() throws Exception {
        byte[] retried = SentryEnvelope.begin()
                .replayEvent(",\"contexts\":{\"Replays\":{\"_retryCount\":2}}")
                .recording(0, zlib(EVENT))
                .bytes();
        assertThat(gateway.postTo(ENVELOPES, replay(EVENT)).statusCode()).isEqualTo(200);
        assertThat(gateway.postTo(ENVELOPES, retried).statusCode()).isEqualTo(200);
        assertThat(gateway.store.chunks()).hasSize(1);
        assertThat(gateway.outcomes("repeated")).isOne();
    }

    @ParameterizedTest
    @EnumSource(
            value = StoreErrorKind.class,
            names = {"ERASED", "NOT_FOUND", "CONFLICT"},
            mode = Mode.EXCLUDE)
    void aTroubleThatPasses_isAnsweredByHangingUp_andCounted(StoreErrorKind kind) throws Exception {
        refuseAll(kind);
        assertThatThrownBy(() -> gateway.postTo(ENVELOPES, replay(EVENT))).isInstanceOf(IOException.class);
        gateway.store.behave();
        assertThat(gateway.postTo(ENVELOPES, replay(EVENT)).statusCode()).isEqualTo(200);
        assertThat(gateway.store.chunks()).hasSize(1);
        assertThat(gateway.outcomes("UNAVAILABLE")
                        + gateway.outcomes("OVER_CAPACITY")
                        + gateway.outcomes("CORRUPT")
                        + gateway.outcomes("UNSUPPORTED_VERSION"))
                .isOne();
    }

    @Test
    void aDefect_isAnsweredByHangingUp() {
        gateway.store.behave(chunk -> {
            throw new IllegalStateException("a defect");
        });
        assertThatThrownBy(() -> gateway.postTo(ENVELOPES, replay(EVENT))).isInstanceOf(IOException.class);
        assertThat(gateway.outcomes("INTERNAL")).isOne();
    }

    @Test
    void aCatalogThatIsAway_isAnsweredByHangingUp_beforeTheBodyIsRead() {
        Gateway own = Gateway.start();
        try {
            own.catalog.setDown(true);
            assertThatThrownBy(() -> own.postTo(ENVELOPES, replay(EVENT))).isInstanceOf(IOException.class);
            assertThat(own.outcomes("UNAVAILABLE")).isOne();
            own.assertNothingHeld();
        } finally {
            own.close();
        }
    }

    @Test
    void aTroubleThatPasses_overHttp2_breaksOffOnlyItsOwnRequest() throws Exception {
        HttpClient multiplexing =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpRequest other = gateway.request("/recorder.js").build();
        assertThat(multiplexing
                        .send(other, HttpResponse.BodyHandlers.discarding())
                        .version())
                .isEqualTo(HttpClient.Version.HTTP_2);
        CompletableFuture<Appended> trouble = new CompletableFuture<>();
        gateway.store.behave(chunk -> trouble);
        CompletableFuture<HttpResponse<Void>> upload = multiplexing.sendAsync(
                gateway.request(ENVELOPES)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(replay(EVENT)))
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        trouble.completeExceptionally(new StoreException(StoreErrorKind.UNAVAILABLE, "away"));
        assertThatThrownBy(upload::join).hasCauseInstanceOf(IOException.class).hasMessageContaining("RST_STREAM");
        assertThat(multiplexing
                        .send(other, HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatIsForeign_needsNoStore() throws Exception {
        refuseAll(StoreErrorKind.UNAVAILABLE);
        byte[] body = SentryEnvelope.begin()
                .item("session", "{}")
                .item("client_report", "{}")
                .bytes();
        HttpResponse<String> answer = gateway.postTo(ENVELOPES, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{}");
        assertThat(answer.headers().map()).doesNotContainKeys("x-sentry-rate-limits", "retry-after");
    }

    @Test
    void aFinalRefusal_isAnswered_inAWayThatLimitsNothingElse() throws Exception {
        assertRefused(401, "UNAUTHENTICATED", "/api/1/envelope/?sentry_key=unknown", replay(EVENT));
        assertRefused(401, "UNAUTHENTICATED", "/ingest/v1/sentry", replay(EVENT));
        assertRefused(400, "MALFORMED", ENVELOPES, replay("[{\"type\":0}]"));
        refuseAll(StoreErrorKind.ERASED);
        assertRefused(410, "ERASED", ENVELOPES, replay(EVENT));
        gateway.catalog.put("pk_off", project(MaskingLevel.BALANCED, 1, false, CaptureSettings.DEFAULT));
        assertRefused(403, "RECORDING_OFF", "/api/1/envelope/?sentry_key=pk_off", replay(EVENT));
    }

    private void assertRefused(int status, String code, String path, byte[] body) throws Exception {
        HttpResponse<String> answer = gateway.postTo(path, body, "Origin", "https://shop.example");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(Gateway.code(answer)).isEqualTo(code);
        assertThat(answer.headers().map())
                .containsKey("access-control-allow-origin")
                .doesNotContainKeys("x-sentry-rate-limits", "retry-after");
        assertThat(gateway.store.chunks()).isEmpty();
    }

    private static void assertHasOneFullSnapshotBeforeItsIncrements(List<Chunk> chunks) {
        List<JsonNode> events = new ArrayList<>(
                chunks.stream().flatMap(SentryIngestTest::events).toList());
        events.sort((a, b) ->
                Long.compare(a.path("timestamp").asLong(), b.path("timestamp").asLong()));
        List<Integer> types = events.stream()
                .map(event -> event.path("type").asInt())
                .filter(type -> type == 2 || type == 3)
                .toList();
        assertThat(types.indexOf(2)).isZero();
        assertThat(types.lastIndexOf(2)).isZero();
    }

    private static Map<WindowId, List<Chunk>> byWindow(List<Chunk> chunks) {
        Map<WindowId, List<Chunk>> windows = new TreeMap<>();
        chunks.forEach(chunk -> windows.computeIfAbsent(chunk.window(), window -> new ArrayList<>())
                .add(chunk));
        return windows;
    }

    private static Stream<JsonNode> events(Chunk chunk) {
        return lines(chunk).lines().map(line -> {
            try {
                ObjectNode event = (ObjectNode) JSON.readTree(line);
                event.remove("w");
                return event;
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static String text(Chunk error) {
        JsonNode payload = events(error).findFirst().orElseThrow().at("/data/payload");
        return payload.path("name").asText() + ": " + payload.path("message").asText();
    }

    private static JsonNode inMs(JsonNode event) {
        double time = event.path("timestamp").asDouble();
        return time < 9_999_999_999.0
                ? ((ObjectNode) event.deepCopy()).put("timestamp", Math.round(time * 1_000))
                : event;
    }

    private static List<String> sorted(List<JsonNode> events) {
        return events.stream()
                .map(event -> event.path("timestamp").asText() + " " + event)
                .sorted()
                .toList();
    }

    private static ProjectSettings keepingAll() {
        CaptureSettings all = new CaptureSettings(true, true, true, true, true, null, null, 0, Consent.NONE);
        return project(MaskingLevel.OPEN, 1, true, all);
    }
}
