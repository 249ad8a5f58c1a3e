package io.tapedeck.loadtest.plot;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The latency percentiles of a result, wherever they are in it. */
final class Latencies {
    private static final List<String> PERCENTILES = List.of("p50", "p90", "p99", "p999", "max");
    private static final List<String> LABELS = List.of("50 %", "90 %", "99 %", "99.9 %", "max");
    /** What a logarithmic axis shows of 0. */
    private static final double MS_MIN = 0.01;

    private static final int WIDTH = 900;
    private static final int HEIGHT = 500;

    private Latencies() {}

    /** By their place in the result, such as {@code requests.seek.ms}; those of which nothing was measured are left out. */
    static Map<String, JsonNode> of(JsonNode result) {
        Map<String, JsonNode> found = new TreeMap<>();
        collect("", result, found);
        return found;
    }

    private static void collect(String place, JsonNode node, Map<String, JsonNode> found) {
        node.properties().forEach(member -> {
            String name = place.isEmpty() ? member.getKey() : place + "." + member.getKey();
            JsonNode value = member.getValue();
            if (PERCENTILES.stream().allMatch(value::has)) {
                if (value.path("max").asDouble() > 0) {
                    found.put(name, value);
                }
            } else if (value.isObject()) {
                collect(name, value, found);
            }
        });
    }

    /** @param latencies by what they are called in the chart; not empty */
    static CategoryChart chart(String title, Map<String, JsonNode> latencies) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("share of requests that were faster")
                .yAxisTitle("ms")
                .build();
        chart.getStyler()
                .setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line)
                .setOverlapped(true)
                .setYAxisLogarithmic(true)
                .setYAxisDecimalPattern("#,##0.##")
                .setLegendPosition(LegendPosition.OutsideE)
                .setChartBackgroundColor(Color.WHITE);
        double least = Double.MAX_VALUE;
        double most = MS_MIN;
        for (Map.Entry<String, JsonNode> latency : latencies.entrySet()) {
            List<Double> values = new ArrayList<>();
            for (String percentile : PERCENTILES) {
                double ms = Math.max(MS_MIN, latency.getValue().path(percentile).asDouble());
                values.add(ms);
                least = Math.min(least, ms);
                most = Math.max(most, ms);
            }
            chart.addSeries(latency.getKey(), LABELS, values);
        }
        // Whole decades, so that the axis has labels.
        chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))));
        chart.getStyler().setYAxisMax(Math.pow(10, Math.ceil(Math.log10(most))));
        return chart;
    }
}
