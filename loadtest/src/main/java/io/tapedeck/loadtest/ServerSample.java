package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalDouble;

/**
 * How a server is at one moment, by its metrics: what it has used since its start, and what it holds now. What it does not
 * export is empty where it is judged, and otherwise 0.
 */
record ServerSample(
        double cpuSeconds,
        double gcSeconds,
        long gcPauses,
        long bytesReceived,
        long bytesInflated,
        long bytesServed,
        OptionalDouble residentBytes,
        long heapBytes,
        OptionalDouble openFiles,
        OptionalDouble threads,
        long inFlightUploads,
        long inFlightBytes,
        long streams,
        long journalBytes,
        long flushLagMs,
        long sessionsUnsettled,
        long segments) {
    private static final double NANOS = 1e9;

    static ServerSample of(MetricsPage page) {
        return new ServerSample(
                page.sum("process_cpu_time_ns_total").orElse(0) / NANOS,
                page.sum("jvm_gc_pause_seconds_sum").orElse(0),
                whole(page, "jvm_gc_pause_seconds_count"),
                whole(page, "tapedeck_ingest_wire_bytes_total"),
                whole(page, "tapedeck_ingest_inflated_bytes_total"),
                whole(page, "tapedeck_playback_bytes_total"),
                page.sum("process_resident_memory_bytes"),
                (long) page.sum("jvm_memory_used_bytes", "area=\"heap\"").orElse(0),
                page.sum("process_files_open_files"),
                page.sum("jvm_threads_live_threads"),
                whole(page, "tapedeck_ingest_inflight_requests"),
                whole(page, "tapedeck_ingest_inflight_bytes"),
                whole(page, "tapedeck_playback_streams"),
                whole(page, "tapedeck_journal_bytes"),
                whole(page, "tapedeck_flush_lag_ms"),
                whole(page, "tapedeck_sessions_unsettled"),
                whole(page, "tapedeck_segments"));
    }

    private static long whole(MetricsPage page, String name) {
        return (long) page.sum(name).orElse(0);
    }

    /** What was used since an earlier sample; what is held stays as it is here. */
    ServerSample minus(ServerSample earlier) {
        return new ServerSample(
                cpuSeconds - earlier.cpuSeconds,
                gcSeconds - earlier.gcSeconds,
                gcPauses - earlier.gcPauses,
                bytesReceived - earlier.bytesReceived,
                bytesInflated - earlier.bytesInflated,
                bytesServed - earlier.bytesServed,
                residentBytes,
                heapBytes,
                openFiles,
                threads,
                inFlightUploads,
                inFlightBytes,
                streams,
                journalBytes,
                flushLagMs,
                sessionsUnsettled,
                segments);
    }

    void addTo(ObjectNode node) {
        node.put("cpuSeconds", Report.round(cpuSeconds));
        residentBytes.ifPresent(bytes -> node.put("residentBytes", (long) bytes));
        node.put("heapBytes", heapBytes);
        openFiles.ifPresent(files -> node.put("openFiles", (long) files));
        threads.ifPresent(count -> node.put("threads", (long) count));
        node.put("inFlightUploads", inFlightUploads);
        node.put("inFlightBytes", inFlightBytes);
        node.put("streams", streams);
        node.put("journalBytes", journalBytes);
        node.put("flushLagMs", flushLagMs);
        node.put("sessionsUnsettled", sessionsUnsettled);
        node.put("segments", segments);
    }
}
