package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.loadtest.ReadBack.Findings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** A run's result as a JSON document and as a table. */
final class Report {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final ObjectNode document = JSON.createObjectNode();

    /** What the fleet has sent so far, and what became of it. */
    static Report of(Fleet fleet) {
        Report report = new Report();
        report.addLoad(fleet);
        report.addCounts(fleet.counts());
        return report;
    }

    /** What viewers have asked for so far, and what became of it. */
    static Report of(Viewers viewers) {
        Report report = new Report();
        addViewers(report.document, viewers);
        return report;
    }

    static void addViewers(ObjectNode node, Viewers viewers) {
        double seconds = viewers.seconds();
        node.put("viewers", viewers.settings().viewers());
        node.put("speed", viewers.settings().speed());
        node.put("encoding", viewers.settings().encoding().toString());
        node.put("seconds", round(seconds));
        node.put("answeredPerSecond", round(viewers.counts().answered() / seconds));
        node.put("megabytesPerSecond", round(viewers.counts().bytes() / seconds / 1e6));
        viewers.counts().addTo(node);
    }

    private void addLoad(Fleet fleet) {
        document.put("recorders", fleet.settings().recorders());
        document.put("sessions", fleet.sessions().size());
        document.put("speed", fleet.settings().speed());
        document.put("seconds", round(fleet.seconds()));
        document.put("drainSeconds", round(fleet.drainSeconds()));
        document.put("ackedPerSecond", round(fleet.ackedPerSecond()));
        document.put("megabytesRawPerSecond", round(fleet.bytesRawPerSecond() / 1e6));
    }

    private void addCounts(Counts counts) {
        document.put("requests", counts.requests.sum());
        document.put("repeats", counts.repeats.sum());
        document.put("late", counts.late.sum());
        document.put("lateToSettled", counts.lateToSettled.sum());
        document.put("acked", counts.acked.sum());
        document.put("ackedEvents", counts.ackedEvents.sum());
        document.put("givenUp", counts.givenUp.sum());
        document.put("delayed", counts.delayed.sum());
        document.put("unsent", counts.unsent.sum());
        document.put("unfinished", counts.unfinished.sum());
        document.put("bytesRaw", counts.bytesRaw.sum());
        document.put("bytesSent", counts.bytesSent.sum());
        addErrors(document, counts.errors());
        document.put("retryAfterMissing", counts.retryAfterMissing.sum());
        addLatency(document.putObject("ackMs"), counts.ackMicros());
    }

    /** @param findings of the read-back, or null if there was none */
    Report verified(Findings findings) {
        document.put("verified", findings != null);
        if (findings != null) {
            addFindings(document, findings);
        }
        return this;
    }

    static void addFindings(ObjectNode node, Findings findings) {
        node.put("ackedButMissing", findings.chunksMissing());
        node.put("eventsMissing", findings.eventsMissing());
        node.put("duplicated", findings.duplicated());
        node.put("corrupted", findings.corrupted());
        node.put("outOfOrder", findings.outOfOrder());
        findings.unreadable().forEach(node.putArray("unreadable")::add);
    }

    /** @param broken what was promised and not kept, in words */
    Report broken(List<String> broken) {
        broken.forEach(document.putArray("brokenPromises")::add);
        return this;
    }

    /** Ends the watch and adds what the server used, if that can be told. */
    Report server(ServerWatch watch) {
        watch.addTo(document);
        return this;
    }

    /** Adds what the figures were measured on. */
    Report machine() {
        addMachine(document.putObject("machine"));
        return this;
    }

    ObjectNode document() {
        return document;
    }

    void write(Path file) throws IOException {
        JSON.writeValue(file.toFile(), document);
    }

    void print(PrintStream out) {
        print(out, "", document);
    }

    private static void print(PrintStream out, String prefix, ObjectNode node) {
        Iterator<Map.Entry<String, JsonNode>> fields = node.properties().iterator();
        while (fields.hasNext()) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (field.getValue() instanceof ObjectNode inner) {
                print(out, prefix + field.getKey() + ".", inner);
            } else if (!field.getKey().equals("lines")) { // which a soak has printed already
                out.printf(
                        Locale.ROOT,
                        "%-24s %s%n",
                        prefix + field.getKey(),
                        field.getValue().toString());
            }
        }
    }

    static void addLatency(ObjectNode node, Histogram micros) {
        node.put("p50", millis(micros.getValueAtPercentile(50)));
        node.put("p90", millis(micros.getValueAtPercentile(90)));
        node.put("p99", millis(micros.getValueAtPercentile(99)));
        node.put("p999", millis(micros.getValueAtPercentile(99.9)));
        node.put("max", millis(micros.getMaxValue()));
    }

    private static void addMachine(ObjectNode node) {
        Runtime runtime = Runtime.getRuntime();
        node.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        node.put("arch", System.getProperty("os.arch"));
        node.put("processors", runtime.availableProcessors());
        node.put("java", System.getProperty("java.runtime.version"));
        node.put("heapBytesMax", runtime.maxMemory());
    }

    static void addErrors(ObjectNode node, Map<String, Long> errors) {
        node.put("errors", errors.values().stream().mapToLong(Long::longValue).sum());
        ObjectNode byKind = node.putObject("errorsByKind");
        errors.forEach(byKind::put);
    }

    private static double millis(long micros) {
        return micros / 1_000.0;
    }

    static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
