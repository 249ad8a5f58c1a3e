package io.tapedeck.loadtest.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The least that taking uploads in can cost: each body is inflated, its JSON is read once (by Jackson, which finds the
 * tokens and keeps nothing), and the JSON is compressed with zstd. On one thread, with no network, no disk and no answer.
 * Not thread-safe.
 */
public final class IngestFloor {
    private static final double WARM_UP_SECONDS = 3;
    private static final double MEASURED_SECONDS = 6;
    private static final double GB = 1e9;

    private final JsonFactory json = new JsonFactory();
    private final List<byte[]> bodies;
    private final int level;

    /** @param bodies gzipped JSON */
    public IngestFloor(List<byte[]> bodies, int level) {
        this.bodies = List.copyOf(bodies);
        this.level = level;
    }

    /** Processor seconds for each GB of JSON; takes about ten seconds. */
    public double cpuSecondsPerGb() throws IOException {
        try (ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(level)) {
            run(zstd, WARM_UP_SECONDS);
            return run(zstd, MEASURED_SECONDS);
        }
    }

    private double run(ZstdCompressCtx zstd, double forSeconds) throws IOException {
        double seconds = 0;
        long raw = 0;
        while (seconds < forSeconds) {
            CpuTime.Timed<Long> timed = CpuTime.of(() -> work(zstd));
            seconds += timed.seconds();
            raw += timed.result();
        }
        return seconds / (raw / GB);
    }

    private long work(ZstdCompressCtx zstd) throws IOException {
        long raw = 0;
        for (byte[] body : bodies) {
            byte[] inflated = new GZIPInputStream(new ByteArrayInputStream(body), body.length).readAllBytes();
            try (JsonParser parser = json.createParser(inflated)) {
                while (parser.nextToken() != null) {
                    // the tokens are found, which is the work
                }
            }
            if (zstd.compress(inflated).length == 0) {
                throw new IOException("nothing was compressed");
            }
            raw += inflated.length;
        }
        return raw;
    }
}
