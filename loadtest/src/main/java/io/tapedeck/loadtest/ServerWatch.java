package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads the metrics of a server, or of several processes as if they were one, at its beginning, every few seconds, and at
 * its end, and says what the server used meanwhile. A server whose metrics cannot be read is no error: there are no facts
 * of it then. Thread-safe.
 */
final class ServerWatch implements AutoCloseable {
    private static final long EVERY_S = 5;
    private static final double GB = 1e9;

    private final List<ServerProbe> probes;
    private final ScheduledExecutorService timer;
    private final long startedNanos = System.nanoTime();
    private final ServerSample first;
    private ServerSample last;
    private long residentBytesMax;
    private long heapBytesMax;
    private long openFilesMax;
    private long threadsMax;

    ServerWatch(List<ServerProbe> probes) {
        this.probes = probes;
        this.first = sample().orElse(null);
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "server-watch");
            thread.setDaemon(true);
            return thread;
        });
        if (first != null) {
            timer.scheduleWithFixedDelay(this::sample, EVERY_S, EVERY_S, TimeUnit.SECONDS);
        }
    }

    /** Whether the metrics of every process could be read at the beginning. */
    boolean isReachable() {
        return first != null;
    }

    /** How the server is now; empty if that cannot be told. */
    Optional<ServerSample> sample() {
        Optional<ServerSample> now = read();
        now.ifPresent(this::take);
        return now;
    }

    private synchronized void take(ServerSample now) {
        last = now;
        residentBytesMax = Math.max(residentBytesMax, (long) now.residentBytes().orElse(0));
        heapBytesMax = Math.max(heapBytesMax, now.heapBytes());
        openFilesMax = Math.max(openFilesMax, (long) now.openFiles().orElse(0));
        threadsMax = Math.max(threadsMax, (long) now.threads().orElse(0));
    }

    private Optional<ServerSample> read() {
        try {
            MetricsPage all = MetricsPage.of("");
            for (ServerProbe probe : probes) {
                Optional<MetricsPage> page = probe.metrics();
                if (page.isEmpty()) {
                    return Optional.empty();
                }
                all = all.plus(page.get());
            }
            return Optional.of(ServerSample.of(all));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Ends the watch and adds what the server used from its beginning to now; nothing if its metrics cannot be read. */
    void addTo(ObjectNode result) {
        close();
        if (first == null || sample().isEmpty()) {
            return;
        }
        synchronized (this) {
            ServerSample used = last.minus(first);
            ObjectNode server = result.putObject("server");
            server.put("processes", probes.size());
            server.put("seconds", Report.round((System.nanoTime() - startedNanos) / GB));
            server.put("cpuSeconds", Report.round(used.cpuSeconds()));
            server.put("residentBytesMax", residentBytesMax);
            server.put("heapBytesMax", heapBytesMax);
            server.put("openFilesMax", openFilesMax);
            server.put("threadsMax", threadsMax);
            server.put("gcSeconds", Report.round(used.gcSeconds()));
            server.put("gcPauses", used.gcPauses());
            server.put("bytesReceived", used.bytesReceived());
            server.put("bytesInflated", used.bytesInflated());
            server.put("bytesServed", used.bytesServed());
            perGb(server, "cpuSecondsPerGbInflated", used.cpuSeconds(), used.bytesInflated());
            perGb(server, "cpuSecondsPerGbServed", used.cpuSeconds(), used.bytesServed());
        }
    }

    private static void perGb(ObjectNode node, String name, double seconds, long bytes) {
        if (bytes > 0) {
            node.put(name, Report.round(seconds / (bytes / GB)));
        }
    }

    /** Reads no more. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
