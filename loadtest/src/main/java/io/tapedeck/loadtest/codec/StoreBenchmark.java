package io.tapedeck.loadtest.codec;

import io.tapedeck.store.Chunk;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.EncodedBlock;
import io.tapedeck.store.event.EventScanner;
import io.tapedeck.store.event.ScanLimits;
import io.tapedeck.store.event.ScannedEvents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How long the store's hot paths take for the recording that is bundled, 1.7 MB raw in 173 events. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class StoreBenchmark {
    private static final String BUNDLED = "/recordings/sbadmin.ndjson.zst";

    /** Levels of zstd, of blocks and of recordings. */
    @State(Scope.Thread)
    public static class Level {
        @Param({"1", "3", "9", "12"})
        int level;
    }

    private final EventScanner scanner = new EventScanner(ScanLimits.DEFAULT);
    private final WindowId window = new WindowId(CorpusFile.WINDOW);
    private byte[] upload;
    private List<Chunk> chunks;
    private Path folder;

    /** Reads the recording. */
    @Setup
    public void read() throws IOException {
        folder = Files.createTempDirectory("tapedeck-micro");
        Path file = folder.resolve("sbadmin.ndjson.zst");
        try (InputStream in = StoreBenchmark.class.getResourceAsStream(BUNDLED)) {
            Files.copy(in, file);
        }
        try {
            CorpusFile session = CorpusFile.read(file);
            upload = CorpusFile.array(session.events());
            chunks = Settled.chunks(session);
        } finally {
            Files.delete(file);
        }
    }

    /** Deletes the folder. */
    @TearDown
    public void clean() throws IOException {
        Files.delete(folder);
    }

    /** One pass over an upload: validates it, finds the events, counts, makes lines. */
    @Benchmark
    public ScannedEvents scan() {
        return scanner.scan(upload, 0, upload.length, window, 0);
    }

    /** Compresses a segment's block. */
    @Benchmark
    public EncodedBlock block(Level level) {
        return new BlockWriter(level.level).encode(chunks);
    }

    /** Settles: finds markers, compresses and writes a recording. */
    @Benchmark
    public long recording(Level level) throws IOException {
        return Settled.write(chunks, level.level, folder).bytes();
    }
}
