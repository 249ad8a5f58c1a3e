package io.tapedeck.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of the project's metrics in a text: one that exports them, or one that speaks of them. */
public final class MetricNames {
    /** Says what each metric is. From a module's folder. */
    public static final Path OPERATORS_PAGE = Path.of("..", "docs", "operations.md");

    /** What operators read and Prometheus evaluates, from a module's folder. */
    public static final List<Path> NAMING = List.of(
            Path.of("..", "docker", "observability", "alerts.yml"),
            Path.of("..", "docker", "observability", "grafana", "dashboards", "tapedeck.json"),
            OPERATORS_PAGE);

    private static final Pattern METRIC = Pattern.compile("tapedeck_[a-z_]*[a-z]");
    /** Of a metric that is exported as several. */
    private static final Pattern PART = Pattern.compile("_(count|sum|bucket|max)$");

    private static final String CANARY = "tapedeck_canary_";

    private MetricNames() {}

    /** Those of the server, which alone is meant where nothing else is said. */
    public static Set<String> ofServer(String text) {
        Set<String> names = all(text);
        names.removeIf(name -> name.startsWith(CANARY));
        return names;
    }

    /** Those of {@code loadtest canary}. */
    public static Set<String> ofCanary(String text) {
        Set<String> names = all(text);
        names.removeIf(name -> !name.startsWith(CANARY));
        return names;
    }

    private static Set<String> all(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = METRIC.matcher(text);
        while (matcher.find()) {
            names.add(PART.matcher(matcher.group()).replaceFirst(""));
        }
        return names;
    }
}
