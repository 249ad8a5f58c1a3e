package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.tapedeck.server.OtlpCollector.SentSpan;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real jar tells a collector, and what it never tells. */
class TracesIT {
    private static final Duration WAIT = Duration.ofMinutes(1);
    private static final String CALLERS_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLERS_SPAN = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + CALLERS_TRACE + "-" + CALLERS_SPAN + "-01";
    /** Calls of a kind that are spans of their own below one request or piece of work. */
    private static final int CALL_SPANS_MAX = 8;

    private static final String SESSION = "visit-of-jane";
    private static final String MANIFEST = "/api/v1/projects/default/sessions/" + SESSION;

    /** Each comes with requests, or is what the store is asked for. */
    private static final List<String> NEVER_TOLD = List.of(
            SESSION,
            "jane.doe@example.com",
            "secret-search",
            "user-of-",
            "/api/v1",
            "sessions/",
            "segments/",
            "recordings/",
            "shop.example",
            "127.0.0.1",
            ServerProcess.KEY,
            ServerProcess.TOKEN);

    private final SentSession session =
            new SentSession(SESSION, "w1", SentSession.ofCapture().events());

    @TempDir
    private Path dataDir;

    @Test
    void requests_andWhatTheStoreDoes_areSpans_withNothingOfWhoOrWhat() throws IOException {
        try (OtlpCollector collector = OtlpCollector.open();
                ServerProcess server = ServerProcess.start(dataDir, settings(collector.endpoint(), "1"))) {
            ApiClient client = new ApiClient(server.base());
            client.record(session, 1_000);
            awaitSettled(client);
            client.events(SESSION, "zstd");
            client.get("/api/v1/projects/default/sessions?q=secret-search&user=jane.doe@example.com");
            client.get("/nowhere/jane.doe@example.com?q=secret-search", "X-Request-Id", "request-of-nothing");
            awaitPaths(
                    collector,
                    "POST ingest.tapedeck > store append",
                    "GET manifest > store manifest > catalog layout",
                    "GET events > store events > catalog layout",
                    "GET events > object store stream",
                    "GET sessions > store sessions > catalog sessions",
                    "flush > object store put",
                    "flush > catalog commitSegment",
                    "settle > object store put",
                    "settle > catalog commitRecording",
                    "GET none");
            try (InputStream live = follow(server.base())) {
                awaitPaths(collector, "GET live");
                assertThat(live).isNotNull();
            }

            assertThat(collector.named("GET none").findFirst().orElseThrow().attributes())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "http.request.method",
                            "GET",
                            "http.response.status_code",
                            "404",
                            "tapedeck.route",
                            "none",
                            "tapedeck.code",
                            "NOT_FOUND",
                            "tapedeck.request_id",
                            "request-of-nothing"));
            assertThat(collector.spans())
                    .allSatisfy(span -> assertThat(span.process())
                            .containsEntry("service.name", "tapedeck")
                            .hasEntrySatisfying(
                                    "service.instance.id",
                                    node -> assertThat(node).matches("[a-z0-9]{10}")));
            assertThat(collector.everything()).isNotEmpty().doesNotContain(NEVER_TOLD);
            assertThat(spans(client, "exported")).isPositive();
            assertThat(spans(client, "failed") + spans(client, "dropped")).isZero();
        }
    }

    @Test
    void aCallersSampledTrace_goesOnInTheApi_andNotInIngest_andIsExportedBeforeTheEnd() {
        try (OtlpCollector collector = OtlpCollector.open();
                ServerProcess server = ServerProcess.start(dataDir, settings(collector.endpoint(), "1"))) {
            askAsACallerWithATrace(new ApiClient(server.base()));
            assertThat(server.stop()).isEqualTo(143);

            assertThat(collector.named("GET manifest"))
                    .extracting(SentSpan::trace, SentSpan::parent)
                    .containsExactly(tuple(CALLERS_TRACE, CALLERS_SPAN));
            assertThat(collector.named("POST ingest.tapedeck"))
                    .extracting(SentSpan::trace)
                    .hasSize(1)
                    .doesNotContain(CALLERS_TRACE);
        }
    }

    @Test
    void aCallersSampledTrace_isRecordedNoMoreOftenThanTheRatioSays_whateverItsId() {
        try (OtlpCollector collector = OtlpCollector.open();
                ServerProcess server = ServerProcess.start(dataDir, settings(collector.endpoint(), "0"))) {
            ApiClient client = new ApiClient(server.base());
            askAsACallerWithATrace(client);
            // The least id: one that a sampler which looks at ids would take first.
            client.get(MANIFEST, "traceparent", "00-" + "0".repeat(31) + "1-" + CALLERS_SPAN + "-01");
            assertThat(server.stop()).isEqualTo(143);

            assertThat(collector.spans()).isEmpty();
        }
    }

    private void askAsACallerWithATrace(ApiClient client) {
        HttpResponse<String> stored = client.postAs(
                "/ingest/v1/chunks?key=" + ServerProcess.KEY,
                session.chunks(1_000).get(0),
                "Content-Type",
                "text/plain",
                "traceparent",
                SAMPLED);
        assertThat(stored.statusCode()).isEqualTo(200);
        client.get(MANIFEST, "traceparent", SAMPLED);
    }

    @Test
    void settlingManyBlocks_isATraceOfFewSpans_thatSaysHowManyWereRead() {
        int chunks = 3 * CALL_SPANS_MAX;
        try (OtlpCollector collector = OtlpCollector.open();
                ServerProcess server = ServerProcess.start(dataDir, manyBlocks(collector.endpoint()))) {
            ApiClient client = new ApiClient(server.base());
            for (byte[] chunk : session.chunks(session.events().size() / chunks)) {
                assertThat(client.post(chunk, ServerProcess.KEY).statusCode()).isEqualTo(200);
            }
            awaitSettled(client);
            awaitPaths(collector, "settle > catalog commitRecording");

            SentSpan settle = collector
                    .named("settle")
                    .filter(span -> span.attributes().containsKey("tapedeck.calls.object_store_get"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Integer.parseInt(settle.attributes().get("tapedeck.calls.object_store_get")))
                    .isGreaterThan(CALL_SPANS_MAX);
            assertThat(collector
                            .named("object store get")
                            .filter(span -> span.parent().equals(settle.id())))
                    .hasSize(CALL_SPANS_MAX);
            assertThat(spans(client, "folded")).isPositive();
        }
    }

    @Test
    void aCollectorThatWantsCredentials_getsThem_andTheyAreInNoLogNorConfiguration() {
        Map<String, String> settings = new HashMap<>();
        settings.put("TAPEDECK_TRACE_HEADERS", "Authorization=Bearer%20collectors-secret, X-Tenant=replay");
        try (OtlpCollector collector = OtlpCollector.open("Bearer collectors-secret")) {
            settings.putAll(settings(collector.endpoint(), "1"));
            try (ServerProcess server = ServerProcess.start(dataDir, settings)) {
                ApiClient client = new ApiClient(server.base());
                client.get(MANIFEST);
                awaitPaths(collector, "GET manifest");
                assertThat(spans(client, "failed")).isZero();
                assertThat(server.output()).noneMatch(line -> line.contains("collectors-secret"));
            }
        }
        assertThat(ServerProcess.runToEnd(dataDir, settings, "config").printed())
                .contains("trace-headers = ***")
                .doesNotContain("collectors-secret");
    }

    @Test
    void aCollectorThatRefusesTheCredentials_isSaidWithoutThem() {
        try (OtlpCollector collector = OtlpCollector.open("Bearer another-secret")) {
            Map<String, String> settings = new HashMap<>(settings(collector.endpoint(), "1"));
            settings.put("TAPEDECK_TRACE_HEADERS", "Authorization=Bearer%20collectors-secret");
            try (ServerProcess server = ServerProcess.start(dataDir, settings)) {
                ApiClient client = new ApiClient(server.base());
                client.get(MANIFEST);
                await().atMost(WAIT).until(() -> spans(client, "failed") > 0);
                await().atMost(WAIT)
                        .until(() ->
                                server.output().stream().anyMatch(line -> line.contains("Traces cannot be exported")));
                assertThat(server.output()).noneMatch(line -> line.contains("collectors-secret"));
            }
            assertThat(collector.spans()).isEmpty();
        }
    }

    @Test
    void byDefault_nothingIsTraced_andNothingOfItIsLoaded() throws IOException {
        Path loaded = dataDir.resolve("classes.log");
        Map<String, String> settings = Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + loaded);
        try (ServerProcess server = ServerProcess.start(dataDir.resolve("data"), settings)) {
            ApiClient client = new ApiClient(server.base());
            client.record(session, 1_000);
            client.get(MANIFEST, "traceparent", SAMPLED);
            assertThat(metrics(client)).contains("tapedeck_chunks_total").doesNotContain("tapedeck_trace");
            assertThat(server.stop()).isEqualTo(143);
        }
        assertThat(Files.readString(loaded))
                .contains("io.tapedeck.server.Wiring")
                .doesNotContain("io.opentelemetry.");
    }

    @Test
    void withTheCollectorAway_everythingGoesOn_andTheLostSpansAreCounted() throws IOException {
        try (ServerProcess server = ServerProcess.start(dataDir, settings(nobodysPort(), "1"))) {
            ApiClient client = new ApiClient(server.base());
            client.record(session, 1_000);
            await().atMost(WAIT).until(() -> spans(client, "failed") > 0);
            awaitSettled(client);
            client.record(new SentSession("another-visit", "w1", session.events()), 1_000);

            assertThat(session.parse(client.events(SESSION, "zstd"))).isEqualTo(session.events());
            assertThat(spans(client, "exported")).isZero();
            assertThat(server.output())
                    .filteredOn(line -> line.contains("Traces cannot be exported"))
                    .hasSize(1);
            assertThat(server.stop()).isEqualTo(143);
        }
    }

    /** Each chunk is a segment of its own before it is acknowledged. */
    private static Map<String, String> manyBlocks(URI collector) {
        Map<String, String> settings = new HashMap<>(settings(collector, "1"));
        settings.put("TAPEDECK_ACK", "stored");
        settings.put("TAPEDECK_SETTLE_AFTER", "10s");
        return settings;
    }

    private static Map<String, String> settings(URI collector, String ratio) {
        return Map.of(
                "TAPEDECK_TRACE_ENDPOINT",
                collector.toString(),
                "TAPEDECK_TRACE_RATIO",
                ratio,
                "TAPEDECK_SETTLE_AFTER",
                "1s");
    }

    /** An address where nobody listens. */
    private static URI nobodysPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
    }

    private static void awaitSettled(ApiClient client) {
        await().atMost(WAIT)
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .until(() ->
                        client.manifest(SESSION).at("/session/phase").asText().equals("settled"));
    }

    private static void awaitPaths(OtlpCollector collector, String... paths) {
        await().atMost(WAIT).untilAsserted(() -> assertThat(collector.paths()).contains(paths));
    }

    /** The live stream of the session, which has begun. */
    private static InputStream follow(URI base) {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(MANIFEST + "/live"))
                .header("Authorization", "Bearer " + ServerProcess.TOKEN)
                .build();
        HttpResponse<InputStream> begun = HttpClient.newHttpClient()
                .sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .join();
        assertThat(begun.statusCode()).isEqualTo(200);
        return begun.body();
    }

    private static String metrics(ApiClient client) {
        return new String(client.get("/metrics").body(), StandardCharsets.UTF_8);
    }

    private static double spans(ApiClient client, String outcome) {
        Matcher count = Pattern.compile("tapedeck_trace_spans_total\\{outcome=\"" + outcome + "\",?} ([0-9.E]+)")
                .matcher(metrics(client));
        assertThat(count.find()).isTrue();
        return Double.parseDouble(count.group(1));
    }
}
