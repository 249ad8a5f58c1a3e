package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tapedeck.loadtest.FakeTapedeck.Flaw;
import io.tapedeck.store.MetricNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The canary beside a server that keeps its promises, and beside some that do not. */
class CanaryCommandIT {
    private static final Pattern PRINTED = Pattern.compile("Metrics (http://127\\.0\\.0\\.1:\\d+/metrics)");

    @TempDir
    private Path folder;

    private JsonNode result;

    @Test
    void soundServer_isFoundWhole_andMetricsAreServedMeanwhile() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream console = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (FakeTapedeck server = new FakeTapedeck(Flaw.NONE)) {
            CompletableFuture<Integer> exitCode = CompletableFuture.supplyAsync(() -> run(server, 2));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> PRINTED.matcher(printed.toString(StandardCharsets.UTF_8))
                            .find());
            Matcher address = PRINTED.matcher(printed.toString(StandardCharsets.UTF_8));
            assertThat(address.find()).isTrue();
            assertThat(get(address.group(1))).contains("tapedeck_canary_written_total");
            assertThat(exitCode.join()).isZero();
        } finally {
            System.setOut(console);
        }

        assertThat(result.path("whole").asInt()).isEqualTo(2);
        assertThat(result.path("written").asInt()).isEqualTo(6);
        assertThat(result.path("late").asInt()).isZero();
        assertThat(result.path("missing").asInt()).isZero();
        assertThat(result.path("visibleMsMean").asDouble()).isPositive();
    }

    @Test
    void lostChunk_isLateAndThenMissing() throws IOException {
        try (FakeTapedeck server = new FakeTapedeck(Flaw.LOSES_A_CHUNK)) {
            assertThat(run(server, 1)).isEqualTo(1);
        }

        assertThat(result.path("written").asInt()).isEqualTo(3);
        assertThat(result.path("late").asInt()).isEqualTo(1);
        assertThat(result.path("missing").asInt()).isEqualTo(1);
        assertThat(result.path("brokenPromises"))
                .extracting(JsonNode::asText)
                .containsExactly(
                        "acknowledged chunks could not be read in time", "acknowledged chunks are not in the replay");
    }

    @Test
    void sessionThatTakesTooLongToRead_isLate() throws IOException {
        try (FakeTapedeck server = new FakeTapedeck(Flaw.READS_SLOWLY)) {
            assertThat(run(server, 1)).isEqualTo(1);
        }

        assertThat(result.path("late").asInt()).isEqualTo(3);
        assertThat(result.path("missing").asInt()).isZero();
        assertThat(result.path("visibleMsMean").asDouble()).isPositive();
        assertThat(result.path("brokenPromises"))
                .extracting(JsonNode::asText)
                .containsExactly("acknowledged chunks could not be read in time");
    }

    @Test
    void eventThatIsDoubledAtFirst_isCountedOnce() throws IOException {
        try (FakeTapedeck server = new FakeTapedeck(Flaw.DOUBLES_AN_EVENT_AT_FIRST)) {
            assertThat(run(server, 1)).isEqualTo(1);
        }

        assertThat(result.path("duplicated").asInt()).isEqualTo(1);
        assertThat(result.path("whole").asInt()).isZero();
    }

    @Test
    void refusalForLongerThanThePatience_isCountedAsRefused() throws IOException {
        try (FakeTapedeck server = new FakeTapedeck(Flaw.REFUSES_FOR_A_DAY)) {
            assertThat(run(server, 1)).isEqualTo(1);
        }

        assertThat(result.path("refused").asInt()).isEqualTo(3);
    }

    @Test
    void serverThatIsGone_isCountedAsRefused() {
        assertThat(run(URI.create("http://127.0.0.1:1"), 1)).isEqualTo(1);

        assertThat(result.path("refused").asInt()).isEqualTo(3);
        assertThat(result.path("written").asInt()).isZero();
    }

    @Test
    void everyMetricNamed_isExported() throws IOException {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new CanaryMetrics(meters);
        Set<String> named = new TreeSet<>();
        for (Path file : MetricNames.NAMING) {
            named.addAll(MetricNames.ofCanary(Files.readString(file)));
        }

        assertThat(MetricNames.ofCanary(meters.scrape())).containsAll(named);
        assertThat(named).isNotEmpty();
    }

    private int run(FakeTapedeck server, int rounds) {
        return run(server.address(), rounds);
    }

    private int run(URI target, int rounds) {
        Path json = folder.resolve("result.json");
        int exitCode = Main.commandLine()
                .execute(
                        "canary",
                        "--target=" + target,
                        "--token=secret",
                        "--key=pk_test",
                        "--every=1s",
                        "--rounds=" + rounds,
                        "--patience=1s",
                        "--visible-within=1s",
                        "--settled-within=2s",
                        "--listen=127.0.0.1:0",
                        "--json=" + json);
        try {
            result = new ObjectMapper().readTree(Files.readAllBytes(json));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return exitCode;
    }

    private static String get(String address) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
