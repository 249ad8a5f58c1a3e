package io.tapedeck.loadtest.plot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;
import org.w3c.dom.Document;
import picocli.CommandLine;

class PlotCommandTest {
    private static final String LATENCY = "{\"p50\":1.5,\"p90\":3,\"p99\":12,\"p999\":40,\"max\":41}";
    private static final String NOTHING = "{\"p50\":0,\"p90\":0,\"p99\":0,\"p999\":0,\"max\":0}";

    @TempDir
    private Path folder;

    @Test
    void latencies_areDrawnForEach_andSideBySide() throws Exception {
        Path before = write("before", "{\"ackMs\":" + LATENCY + ",\"requests\":{\"seek\":{\"ms\":" + LATENCY + "}}}");
        Path after = write("after", "{\"ackMs\":" + LATENCY + ",\"other\":{\"ms\":" + NOTHING + "}}");

        assertThat(plot(before, after))
                .containsExactly("after-latency.svg", "before-latency.svg", "compared-ackMs.svg");

        assertThat(Latencies.of(read(before))).containsOnlyKeys("ackMs", "requests.seek.ms");
        assertThat(Latencies.of(read(after))).containsOnlyKeys("ackMs");
        assertIsDrawn("compared-ackMs.svg");
    }

    @Test
    void resultsOfTheSameName_areRefused() throws IOException {
        Path one = write("one", "{}");

        assertThat(new CommandLine(new PlotCommand()).execute("--out=" + folder, one.toString(), one.toString()))
                .isEqualTo(2);
    }

    @Test
    void soak_isDrawnOverTime() throws Exception {
        String lines =
                line(60, 100) + "," + line(120, 250) + ",{\"second\":180,\"acked\":300,\"answered\":9,\"errors\":0}";

        Path night = write("night", "{\"lines\":[" + lines + "]}");

        assertThat(plot(night))
                .containsExactly(
                        "night-backlog.svg",
                        "night-handles.svg",
                        "night-latency.svg",
                        "night-memory.svg",
                        "night-throughput.svg");

        assertIsDrawn("night-memory.svg");
        Map<String, XYChart> charts = new Course(read(night).path("lines")).charts("night");
        assertThat(charts.get("memory").getSeriesMap().get("resident").getYData())
                .containsExactly(250, 250);
        assertThat(charts.get("throughput")
                        .getSeriesMap()
                        .get("chunks acknowledged")
                        .getYData())
                .containsExactly(2.5, 50 / 60.0);
    }

    private static String line(int second, int acked) {
        return "{\"second\":" + second + ",\"acked\":" + acked + ",\"answered\":5,\"errors\":0,\"ackMs\":" + LATENCY
                + ",\"openMs\":" + LATENCY + ",\"server\":{\"residentBytes\":250000000,\"heapBytes\":100000000,"
                + "\"openFiles\":90,\"threads\":40,\"sessionsUnsettled\":3,\"segments\":2,\"inFlightUploads\":0,"
                + "\"journalBytes\":1000,\"flushLagMs\":2}}";
    }

    private Path write(String name, String json) throws IOException {
        return Files.writeString(folder.resolve(name + ".json"), json);
    }

    private List<String> plot(Path... results) throws IOException {
        String[] arguments = Stream.concat(
                        Stream.of("--out=" + folder.resolve("out")),
                        Stream.of(results).map(Path::toString))
                .toArray(String[]::new);
        assertThat(new CommandLine(new PlotCommand()).execute(arguments)).isZero();
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static JsonNode read(Path result) throws IOException {
        return new ObjectMapper().readTree(Files.readAllBytes(result));
    }

    /** The drawing has lines, and its letters, which are drawn too. */
    private void assertIsDrawn(String file) throws Exception {
        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("out").resolve(file).toFile());
        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg.getDoctype()).isNull();
        assertThat(svg.getElementsByTagName("path").getLength()).isGreaterThan(20);
    }
}
