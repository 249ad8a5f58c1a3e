package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * How a server and the load on it were, again and again: a line of JSON each time, all of which it keeps. Used by one
 * thread.
 */
final class SoakLog {
    /** A resident set breathes with the garbage collector; a leak of less in half a run is not told from that. */
    private static final double RESIDENT_FLOOR = 32 * 1024 * 1024;

    private static final double OPEN_FILES_FLOOR = 64;
    private static final double THREADS_FLOOR = 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServerWatch watch;
    private final Counts recorders;
    private final PlaybackCounts viewers;
    private final PrintStream out;
    private final long startedNanos = System.nanoTime();
    private final List<ObjectNode> lines = new ArrayList<>();
    private final List<Sampled> sampled = new ArrayList<>();
    private Histogram ackedBefore;
    private Histogram openedBefore;

    private record Sampled(double second, ServerSample sample) {}

    SoakLog(ServerWatch watch, Counts recorders, PlaybackCounts viewers, PrintStream out) {
        this.watch = watch;
        this.recorders = recorders;
        this.viewers = viewers;
        this.out = out;
        this.ackedBefore = recorders.ackMicros();
        this.openedBefore = viewers.openMicros();
    }

    /** Writes how things are now, and latencies since the line before. */
    void line() {
        double second = (System.nanoTime() - startedNanos) / 1e9;
        ObjectNode line = JSON.createObjectNode();
        line.put("at", System.currentTimeMillis());
        line.put("second", Report.round(second));
        Optional<ServerSample> now = watch.sample();
        now.ifPresent(sample -> {
            sampled.add(new Sampled(second, sample));
            sample.addTo(line.putObject("server"));
        });
        line.put("acked", recorders.acked.sum());
        line.put("givenUp", recorders.givenUp.sum());
        line.put("answered", viewers.answered());
        line.put("damaged", viewers.damaged.sum());
        Map<String, Long> errors = new TreeMap<>(recorders.errors());
        viewers.errors().forEach((error, count) -> errors.merge(error, count, Long::sum));
        Report.addErrors(line, errors);
        Histogram acked = recorders.ackMicros();
        Histogram opened = viewers.openMicros();
        Report.addLatency(line.putObject("ackMs"), since(ackedBefore, acked));
        Report.addLatency(line.putObject("openMs"), since(openedBefore, opened));
        ackedBefore = acked;
        openedBefore = opened;
        lines.add(line);
        out.println(line);
    }

    private static Histogram since(Histogram before, Histogram now) {
        Histogram between = now.copy();
        between.subtract(before);
        return between;
    }

    /** Lines without the server's part: its metrics could not be read then. */
    int unreachable() {
        return lines.size() - sampled.size();
    }

    /**
     * Whether the server's memory, descriptors and threads stayed level.
     *
     * @param middleSecond of the time for which lines were to be written
     * @param shareMax rise in the second half that still counts as level
     * @return by what is judged; empty where the server told too seldom, or nothing
     */
    Map<String, Optional<Trend>> trends(double middleSecond, double shareMax) {
        Map<String, Optional<Trend>> trends = new TreeMap<>();
        trends.put(
                "residentBytes", Trend.of(points(ServerSample::residentBytes), middleSecond, shareMax, RESIDENT_FLOOR));
        trends.put("openFiles", Trend.of(points(ServerSample::openFiles), middleSecond, shareMax, OPEN_FILES_FLOOR));
        trends.put("threads", Trend.of(points(ServerSample::threads), middleSecond, shareMax, THREADS_FLOOR));
        return trends;
    }

    private List<Trend.Point> points(Function<ServerSample, OptionalDouble> value) {
        List<Trend.Point> points = new ArrayList<>();
        for (Sampled at : sampled) {
            value.apply(at.sample()).ifPresent(known -> points.add(new Trend.Point(at.second(), known)));
        }
        return points;
    }

    List<ObjectNode> lines() {
        return List.copyOf(lines);
    }
}
