package io.tapedeck.loadtest.plot;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What the lines of a soak say of its course: charts over time. */
final class Course {
    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 400;
    private static final double MB = 1e6;
    private static final double HOUR_S = 3_600;
    private static final double MINUTE_S = 60;
    private static final double LONG_S = 3 * HOUR_S;
    private static final double SHORT_S = 3 * MINUTE_S;

    private final List<JsonNode> lines = new ArrayList<>();

    /** @param lines of a soak's result, in the order of time */
    Course(JsonNode lines) {
        lines.forEach(this.lines::add);
    }

    /** By what a file with it may be called; empty if there are fewer than two lines. */
    Map<String, XYChart> charts(String title) {
        Map<String, XYChart> charts = new LinkedHashMap<>();
        if (lines.size() < 2) {
            return charts;
        }
        XYChart memory = chart(title + ": the server's memory", "MB");
        add(memory, "resident", "/server/residentBytes", MB);
        add(memory, "heap", "/server/heapBytes", MB);
        charts.put("memory", memory);
        XYChart handles = chart(title + ": the server's descriptors and threads", "");
        add(handles, "open files", "/server/openFiles", 1);
        add(handles, "threads", "/server/threads", 1);
        charts.put("handles", handles);
        XYChart backlog = chart(title + ": what waits in the server", "");
        add(backlog, "sessions unsettled", "/server/sessionsUnsettled", 1);
        add(backlog, "segments", "/server/segments", 1);
        add(backlog, "uploads in flight", "/server/inFlightUploads", 1);
        add(backlog, "journal, MB", "/server/journalBytes", MB);
        charts.put("backlog", backlog);
        XYChart lag = chart(title + ": latencies", "ms");
        add(lag, "acknowledgement, 50 %", "/ackMs/p50", 1);
        add(lag, "acknowledgement, 99 %", "/ackMs/p99", 1);
        add(lag, "first events of a session, 99 %", "/openMs/p99", 1);
        add(lag, "flush lag", "/server/flushLagMs", 1);
        charts.put("latency", lag);
        XYChart rate = chart(title + ": throughput", "per second");
        addRate(rate, "chunks acknowledged", "/acked");
        addRate(rate, "viewers' requests answered", "/answered");
        addRate(rate, "errors", "/errors");
        charts.put("throughput", rate);
        return charts;
    }

    private XYChart chart(String title, String unit) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(timeUnit())
                .yAxisTitle(unit)
                .build();
        chart.getStyler()
                .setYAxisMin(0.0)
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE);
        return chart;
    }

    private double lastSecond() {
        return lines.get(lines.size() - 1).path("second").asDouble();
    }

    private String timeUnit() {
        return lastSecond() > LONG_S ? "hours" : lastSecond() > SHORT_S ? "minutes" : "seconds";
    }

    private double timeOf(JsonNode line) {
        double second = line.path("second").asDouble();
        return lastSecond() > LONG_S ? second / HOUR_S : lastSecond() > SHORT_S ? second / MINUTE_S : second;
    }

    private void add(XYChart chart, String name, String place, double unit) {
        // A line without the server's part was written while its metrics could not be read.
        List<JsonNode> known =
                lines.stream().filter(line -> !line.at(place).isMissingNode()).toList();
        if (!known.isEmpty()) {
            double[] x = known.stream().mapToDouble(this::timeOf).toArray();
            double[] y = known.stream()
                    .mapToDouble(line -> line.at(place).asDouble() / unit)
                    .toArray();
            chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
        }
    }

    /** What was added since the line before, by the second. */
    private void addRate(XYChart chart, String name, String place) {
        double[] x = new double[lines.size() - 1];
        double[] y = new double[lines.size() - 1];
        for (int i = 1; i < lines.size(); i++) {
            JsonNode before = lines.get(i - 1);
            JsonNode line = lines.get(i);
            double seconds =
                    line.path("second").asDouble() - before.path("second").asDouble();
            x[i - 1] = timeOf(line);
            y[i - 1] = (line.at(place).asDouble() - before.at(place).asDouble()) / seconds;
        }
        chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
    }
}
