package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tapedeck.store.MetricNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Alerts, dashboards and the operators' page name metrics that there are, from the start: an alert on nothing is silent. And
 * the operators' page names all that there are. Those of the canary are held by {@code CanaryCommandIT}.
 */
class ObservabilityIT {
    @TempDir
    private static Path dataDir;

    private static Set<String> exported;

    @ParameterizedTest
    @FieldSource("io.tapedeck.store.MetricNames#NAMING")
    void everyMetricNamed_isExported(Path file) throws IOException {
        Set<String> named = MetricNames.ofServer(Files.readString(file));

        assertThat(exported()).containsAll(named);
        assertThat(named).isNotEmpty();
    }

    @Test
    void everyMetricExported_isInTheOperatorsPage() throws IOException {
        Set<String> named = MetricNames.ofServer(Files.readString(MetricNames.OPERATORS_PAGE));

        assertThat(named).containsAll(exported());
    }

    private static synchronized Set<String> exported() {
        if (exported == null) {
            exported = scrape();
        }
        return exported;
    }

    private static Set<String> scrape() {
        SentSession session = SentSession.ofCapture();
        // Traces are on, as they have a metric, and go nowhere: nobody listens on port 1.
        Map<String, String> settings =
                Map.of("TAPEDECK_SETTLE_AFTER", "1s", "TAPEDECK_TRACE_ENDPOINT", "http://127.0.0.1:1");
        try (ServerProcess server = ServerProcess.start(dataDir, settings)) {
            ApiClient client = new ApiClient(server.base());
            client.record(session, 1_000);
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> client.manifest(session.id())
                            .at("/session/phase")
                            .asText()
                            .equals("settled"));
            client.events(session.id(), "zstd");
            Set<String> names =
                    MetricNames.ofServer(new String(client.get("/metrics").body(), StandardCharsets.UTF_8));
            assertThat(server.stop()).isEqualTo(143);
            return names;
        }
    }
}
