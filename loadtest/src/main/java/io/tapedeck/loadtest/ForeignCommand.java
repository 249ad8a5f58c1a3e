package io.tapedeck.loadtest;

import io.tapedeck.loadtest.ForeignTraffic.Upload;
import io.tapedeck.loadtest.codec.Table;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what traffic that is no recording costs a server, against as much of a recording. */
@Command(
        name = "foreign",
        mixinStandardHelpOptions = true,
        description = {
            "Sends a server what PostHog's, Mixpanel's and Sentry's SDKs send beside recordings, and as much of a recording,",
            "and says how much processor time the server took for each. Nothing else should use the server meanwhile.",
            "Exit code 1: something was refused, or counted by the server as something else."
        })
final class ForeignCommand implements Callable<Integer> {
    private static final double MEGABYTE = 1e6;
    private static final double NANOS_PER_MS = 1e6;
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    /** What was acknowledged is put into a segment, and committed, within 3 s; and the JVM's own threads calm down. */
    private static final Duration REST = Duration.ofSeconds(8);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions target;

    @Mixin
    private KeyOptions write;

    @Option(names = "--megabytes", defaultValue = "200", description = "JSON of each kind (default: ${DEFAULT-VALUE}).")
    private int megabytes;

    @Option(
            names = "--body-bytes",
            defaultValue = "50000",
            description = "JSON of a body, at least (default: ${DEFAULT-VALUE}).")
    private int bodyBytes;

    @Option(names = "--json", description = "Where to write the result.")
    private Path json;

    private final BoundedHttp client = new BoundedHttp(ANSWER_WITHIN, ANSWER_WITHIN);
    private ServerProbe probe;
    private double idleNanosPerSecond;

    @Override
    public Integer call() throws Exception {
        target.requireSound(new Requirements(spec));
        probe = new ServerProbe(target.server(), target.token);
        idle();
        send(recorded().iterator(), megabytes / 4);
        Measured replay = measure(recorded().iterator());
        Table table = new Table();
        row(table, "a recording", replay, replay);
        boolean sound = true;
        for (ForeignTraffic kind : ForeignTraffic.values()) {
            Upload upload = kind.upload(write.key, bodyBytes);
            Iterator<Upload> same = Stream.generate(() -> upload).iterator();
            send(same, megabytes / 4);
            double before = counted(kind);
            Measured foreign = measure(same);
            sound &= counted(kind) - before == foreign.requests();
            row(table, kind.dialect + ", foreign", foreign, replay);
        }
        table.print(System.out);
        if (json != null) {
            Table.write(json, Map.of("foreign", table));
        }
        return sound ? 0 : 1;
    }

    /** The bundled recording again and again, each time as another session, in the chunks that the recorder would send. */
    private Stream<Upload> recorded() {
        Recording recording = Recording.bundled();
        List<ChunkCutter.Slice> slices = ChunkCutter.cut(recording);
        return Stream.generate(() -> new PlayedWindow(
                        recording,
                        slices,
                        "foreign-" + UUID.randomUUID(),
                        "w1",
                        System.currentTimeMillis() - recording.durationMs()))
                .flatMap(window -> IntStream.range(0, slices.size()).mapToObj(slice -> {
                    byte[] chunk = window.envelope(slice, System.currentTimeMillis(), "balanced");
                    return new Upload("/ingest/v1/chunks?key=" + write.key, chunk.length, ForeignTraffic.gzip(chunk));
                }));
    }

    /**
     * What was sent, and what it cost.
     *
     * @param cpuMs of the server, without what it takes when it has nothing to do
     */
    private record Measured(long requests, long jsonBytes, long sentBytes, double cpuMs) {
        double cpuMsPerMegabyte() {
            return cpuMs * MEGABYTE / jsonBytes;
        }
    }

    private void idle() throws IOException, InterruptedException {
        double before = cpuNanos();
        Thread.sleep(REST.toMillis());
        idleNanosPerSecond = (cpuNanos() - before) / REST.toSeconds();
    }

    private Measured measure(Iterator<Upload> uploads) throws IOException, InterruptedException {
        long beganNanos = System.nanoTime();
        double before = cpuNanos();
        Measured sent = send(uploads, megabytes);
        Thread.sleep(REST.toMillis());
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        double nanos = cpuNanos() - before - idleNanosPerSecond * seconds;
        return new Measured(sent.requests(), sent.jsonBytes(), sent.sentBytes(), nanos / NANOS_PER_MS);
    }

    private Measured send(Iterator<Upload> uploads, int megabytesMin) throws IOException, InterruptedException {
        long requests = 0;
        long jsonBytes = 0;
        long sentBytes = 0;
        while (jsonBytes < megabytesMin * MEGABYTE) {
            Upload upload = uploads.next();
            post(upload);
            requests++;
            jsonBytes += upload.jsonBytes();
            sentBytes += upload.body().length();
        }
        return new Measured(requests, jsonBytes, sentBytes, 0);
    }

    private void post(Upload upload) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        target.server().address(upload.path()).orElseThrow())
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofByteArray(upload.body().getBytes()))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(upload.path() + " was answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    private double cpuNanos() throws IOException, InterruptedException {
        return probe.metric("process_cpu_time_ns_total")
                .orElseThrow(() -> new IOException(target.address + " shows no metrics: is --token right?"));
    }

    private double counted(ForeignTraffic kind) throws InterruptedException {
        return probe.metric("tapedeck_ingest_requests_total", "dialect=\"" + kind.dialect + "\"", "outcome=\"foreign\"")
                .orElse(0);
    }

    private static void row(Table table, String name, Measured one, Measured replay) {
        table.row()
                .put("what", name)
                .put("requests", one.requests())
                .put("JSON, MB", one.jsonBytes() / MEGABYTE)
                .put("sent, MB", one.sentBytes() / MEGABYTE)
                .put("CPU ms per MB of JSON", one.cpuMsPerMegabyte())
                .put("× a recording", one.cpuMsPerMegabyte() / replay.cpuMsPerMegabyte());
    }
}
