package io.tapedeck.loadtest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What {@code /metrics} said, of one process or of several: Prometheus' text format. Immutable. */
final class MetricsPage {
    private record Sample(String name, String labels, double value) {}

    private final List<Sample> samples;

    private MetricsPage(List<Sample> samples) {
        this.samples = List.copyOf(samples);
    }

    /** Lines that are no samples are passed over: who answers may be something else. */
    static MetricsPage of(String text) {
        return new MetricsPage(text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .flatMap(line -> sample(line).stream())
                .toList());
    }

    private static Optional<Sample> sample(String line) {
        int open = line.indexOf('{');
        int close = line.lastIndexOf('}');
        boolean labelled = open >= 0 && close > open;
        int nameEnd = labelled ? open : line.indexOf(' ');
        if (nameEnd <= 0) {
            return Optional.empty();
        }
        String labels = labelled ? line.substring(open + 1, close) : "";
        String value = line.substring(labelled ? close + 1 : nameEnd).strip().split(" ")[0];
        try {
            return Optional.of(new Sample(line.substring(0, nameEnd), labels, number(value)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** Whether there is no sample: no page of metrics then, whatever else it is. */
    boolean isEmpty() {
        return samples.isEmpty();
    }

    /** Both pages' samples, as if they were of one process. */
    MetricsPage plus(MetricsPage other) {
        List<Sample> all = new ArrayList<>(samples);
        all.addAll(other.samples);
        return new MetricsPage(all);
    }

    /**
     * All series of a name added up; empty if there is none.
     *
     * @param labels such as {@code area="heap"}, all of which a series must have
     */
    OptionalDouble sum(String name, String... labels) {
        double[] values = samples.stream()
                .filter(sample ->
                        sample.name.equals(name) && Arrays.stream(labels).allMatch(sample.labels::contains))
                .mapToDouble(Sample::value)
                .toArray();
        if (values.length == 0) {
            return OptionalDouble.empty();
        }
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return OptionalDouble.of(sum);
    }
}
