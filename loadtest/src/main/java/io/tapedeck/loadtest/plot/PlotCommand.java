package io.tapedeck.loadtest.plot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.Chart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws what is in results: latency percentiles of each and side by side, and a soak's course. */
@Command(
        name = "plot",
        mixinStandardHelpOptions = true,
        description = "Draws results as SVG: latency percentiles of each and side by side, and the course of a soak.")
public final class PlotCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "RESULT", description = "What other commands wrote with --json.")
    private List<Path> results;

    @Option(names = "--out", required = true, description = "Folder for the files; made if absent.")
    private Path out;

    @Override
    public Integer call() throws IOException {
        System.setProperty("java.awt.headless", "true");
        Files.createDirectories(out);
        Set<String> names = new HashSet<>();
        Map<String, Map<String, JsonNode>> byPlace = new TreeMap<>();
        for (Path file : results) {
            String name = file.getFileName().toString().replaceFirst("\\.json$", "");
            if (!names.add(name)) {
                throw new ParameterException(spec.commandLine(), "two results are called " + name);
            }
            JsonNode result = new ObjectMapper().readTree(Files.readAllBytes(file));
            Map<String, JsonNode> latencies = Latencies.of(result);
            if (!latencies.isEmpty()) {
                draw(Latencies.chart(name, latencies), name + "-latency");
            }
            for (Map.Entry<String, XYChart> chart :
                    new Course(result.path("lines")).charts(name).entrySet()) {
                draw(chart.getValue(), name + "-" + chart.getKey());
            }
            latencies.forEach((place, latency) -> byPlace.computeIfAbsent(place, unused -> new LinkedHashMap<>())
                    .put(name, latency));
        }
        for (Map.Entry<String, Map<String, JsonNode>> place : byPlace.entrySet()) {
            if (place.getValue().size() > 1) {
                draw(Latencies.chart(place.getKey(), place.getValue()), "compared-" + place.getKey());
            }
        }
        return 0;
    }

    private void draw(Chart<?, ?> chart, String name) throws IOException {
        Path file = out.resolve(name + ".svg");
        Svg.write(chart, file);
        System.out.println(file);
    }
}
