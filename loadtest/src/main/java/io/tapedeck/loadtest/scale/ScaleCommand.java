package io.tapedeck.loadtest.scale;

import io.tapedeck.loadtest.Requirements;
import io.tapedeck.loadtest.codec.Table;
import io.tapedeck.loadtest.scale.GatewaySimulation.Rates;
import io.tapedeck.loadtest.scale.GatewaySimulation.Visits;
import io.tapedeck.store.flush.FlushPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what so many recorders at once ask of gateways, object store, catalog and settlers, and what the store costs. */
@Command(
        name = "scale",
        mixinStandardHelpOptions = true,
        description = {
            "Simulates gateways by the bounds at which segments are sealed: requests, rows and bytes for each part, and a",
            "month's price of the object store against one object per chunk. Needs no server."
        })
public final class ScaleCommand implements Callable<Integer> {
    private static final double GB = 1e9;
    private static final double MONTH_S = 30 * 86_400.0;
    /** What the store counts for a chunk in an open segment, beside its packed bytes. */
    private static final long CHUNK_OVERHEAD_BYTES = 2_048;

    private static final long SEED = 1;
    /** Long enough for hundreds of segments of each gateway. */
    private static final long SIMULATED_MS = 600_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--recorders", split = ",", defaultValue = "1000,20000,100000,1000000", description = "At once.")
    private List<Integer> recorders;

    @Option(names = "--chunk-bytes", defaultValue = "20000", description = "JSON in a chunk.")
    private long chunkBytes;

    @Option(names = "--every", defaultValue = "5s", description = "Pause between two chunks.")
    private Duration every;

    @Option(names = "--visit", defaultValue = "5m", description = "How long a visit takes.")
    private Duration visit;

    @Option(names = "--per-gateway", defaultValue = "5000", description = "Recorders that one gateway is given.")
    private int perGateway;

    @Option(names = "--ratio", defaultValue = "16.6", description = "JSON bytes for each byte stored once settled.")
    private double ratio;

    @Option(
            names = "--packed-ratio",
            defaultValue = "8.8",
            description = "JSON bytes for each byte of a chunk on its way.")
    private double packedRatio;

    @Option(names = "--retention", defaultValue = "720h", description = "How long sessions are kept.")
    private Duration retention;

    @Option(names = "--json", description = "Where to write the result.")
    private Path json;

    @Override
    public Integer call() throws Exception {
        requireSoundOptions();
        Table load = new Table();
        Table price = new Table();
        for (int atOnce : recorders) {
            int gateways = (atOnce + perGateway - 1) / perGateway;
            Visits visits = new Visits(atOnce / gateways, packedBytes(), every.toMillis(), visit.toMillis());
            Rates one = new GatewaySimulation(FlushPolicy.STORED, visits, SEED).run(SIMULATED_MS);
            load(load, atOnce, gateways, one);
            price(price, atOnce, gateways, one);
        }
        load.print(System.out);
        System.out.println();
        price.print(System.out);
        if (json != null) {
            Table.write(json, Map.of("load", load, "price", price));
        }
        return 0;
    }

    private void requireSoundOptions() {
        new Requirements(spec)
                .require(recorders.stream().allMatch(atOnce -> atOnce > 0), "--recorders must be positive")
                .require(chunkBytes > 0, "--chunk-bytes must be positive")
                .require(every.toMillis() > 0, "--every must be positive")
                .require(visit.toMillis() > 0, "--visit must be positive")
                .require(perGateway > 0, "--per-gateway must be positive")
                .require(ratio > 0, "--ratio must be positive")
                .require(packedRatio > 0, "--packed-ratio must be positive")
                .require(!retention.isNegative(), "--retention must not be negative");
    }

    private void load(Table table, int atOnce, int gateways, Rates one) {
        table.row()
                .put("recorders", atOnce)
                .put("gateways", gateways)
                .put("chunks/s", gateways * one.chunks())
                .put("JSON MB/s", gateways * one.chunks() * chunkBytes / 1e6)
                .put("segments/s, commits/s", gateways * one.segments())
                .put("sessions in a segment", one.blocks() / one.segments())
                .put("sessions settled/s", gateways * one.sessions())
                .put("block reads/s", gateways * one.blocks())
                .put("stored TB after retention", storedGb(gateways * one.chunks()) / 1_000);
    }

    private void price(Table table, int atOnce, int gateways, Rates one) {
        Prices s3 = Prices.S3;
        double months = MONTH_S * gateways;
        double segments = s3.puts(one.segments() * months);
        double recordings = s3.puts(one.sessions() * months);
        double reads = s3.gets(one.blocks() * months);
        double kept = storedGb(gateways * one.chunks()) * s3.gbMonth();
        table.row()
                .put("recorders", atOnce)
                .put("segments, $", segments)
                .put("recordings, $", recordings)
                .put("block reads, $", reads)
                .put("storage, $", kept)
                .put("in all, $", segments + recordings + reads + kept)
                .put("one object per chunk: requests alone, $", s3.puts(one.chunks() * months));
    }

    private long packedBytes() {
        return Math.round(chunkBytes / packedRatio) + CHUNK_OVERHEAD_BYTES;
    }

    private double storedGb(double chunksPerSecond) {
        return chunksPerSecond * chunkBytes / ratio * retention.toSeconds() / GB;
    }
}
