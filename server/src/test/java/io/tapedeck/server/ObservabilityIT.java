package io.tapedeck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alerts, dashboards and the operators' page name metrics that there are, from the start: an alert on nothing is silent. */
class ObservabilityIT {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern METRIC = Pattern.compile("tapedeck_[a-z_]*[a-z]");
    /** Of a metric that is exported as several. */
    private static final Pattern PART = Pattern.compile("_(count|sum|bucket|max)$");

    @TempDir
    private static Path dataDir;

    private static Set<String> exported;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker/observability/alerts.yml",
                "docker/observability/grafana/dashboards/tapedeck.json",
                "docs/operations.md"
            })
    void everyMetricNamed_isExported(String file) throws IOException {
        Set<String> named = names(Files.readString(PROJECT.resolve(file)));

        assertThat(exported()).containsAll(named);
        assertThat(named).isNotEmpty();
    }

    private static synchronized Set<String> exported() {
        if (exported == null) {
            exported = scrape();
        }
        return exported;
    }

    private static Set<String> scrape() {
        SentSession session = SentSession.ofCapture();
        try (ServerProcess server = ServerProcess.start(dataDir, Map.of("TAPEDECK_SETTLE_AFTER", "1s"))) {
            ApiClient client = new ApiClient(server.base());
            client.record(session, 1_000);
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> client.manifest(session.id())
                            .at("/session/phase")
                            .asText()
                            .equals("settled"));
            client.events(session.id(), "zstd");
            Set<String> names = names(new String(client.get("/metrics").body(), StandardCharsets.UTF_8));
            assertThat(server.stop()).isEqualTo(143);
            return names;
        }
    }

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = METRIC.matcher(text);
        while (matcher.find()) {
            names.add(PART.matcher(matcher.group()).replaceFirst(""));
        }
        return names;
    }
}
