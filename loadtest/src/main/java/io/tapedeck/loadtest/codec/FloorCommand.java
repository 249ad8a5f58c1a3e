package io.tapedeck.loadtest.codec;

import io.tapedeck.store.Chunk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Settles a corpus at several levels, and says how near each comes to the floor and what it costs. */
@Command(
        name = "floor",
        mixinStandardHelpOptions = true,
        description = {
            "Settles a corpus at several levels of zstd: bytes, bytes against zstd -19 --long=27 of each whole session,",
            "and processor seconds, finding markers included. Needs no server. Takes some minutes."
        })
public final class FloorCommand implements Callable<Integer> {
    private static final double MEGABYTE = 1e6;

    @Option(
            names = "--corpus",
            defaultValue = "chunk-store/src/test/resources/corpus",
            description = "Folder of *.ndjson.zst (default: ${DEFAULT-VALUE}).")
    private Path corpus;

    @Option(
            names = "--levels",
            split = ",",
            defaultValue = "3,6,9,11,12,13,15,17,19",
            description = "Levels to try (default: ${DEFAULT-VALUE}).")
    private List<Integer> levels;

    @Option(names = "--json", description = "Where to write the result.")
    private Path json;

    @Override
    public Integer call() throws IOException {
        List<List<Chunk>> sessions = new ArrayList<>();
        long raw = 0;
        long floor = 0;
        double floorSeconds = 0;
        for (Path path : CorpusFile.in(corpus)) {
            CorpusFile file = CorpusFile.read(path);
            sessions.add(Settled.chunks(file));
            raw += file.ndjson().length;
            CpuTime.Timed<Long> timed = CpuTime.of(() -> Peers.FLOOR.bytes(file));
            floor += timed.result();
            floorSeconds += timed.seconds();
        }
        Table table = new Table();
        Path folder = Files.createTempDirectory("tapedeck-floor");
        try {
            // The first run is slower, whatever the level: it is not counted.
            settle(sessions, levels.get(0), folder);
            for (int level : levels) {
                CpuTime.Timed<Long> timed = CpuTime.of(() -> settle(sessions, level, folder));
                row(table, "settled, level " + level, raw, timed.result(), floor, timed.seconds());
            }
        } finally {
            Files.delete(folder);
        }
        row(table, "floor", raw, floor, floor, floorSeconds);
        table.print(System.out);
        if (json != null) {
            Table.write(json, Map.of("levels", table));
        }
        return 0;
    }

    private static long settle(List<List<Chunk>> sessions, int level, Path folder) throws IOException {
        long bytes = 0;
        for (List<Chunk> chunks : sessions) {
            bytes += Settled.write(chunks, level, folder).bytes();
        }
        return bytes;
    }

    private static void row(Table table, String name, long raw, long bytes, long floor, double seconds) {
        table.row()
                .put("what", name)
                .put("bytes", bytes)
                .put("ratio", (double) raw / bytes)
                .put("× floor", (double) bytes / floor)
                .put("CPU s", seconds)
                .put("MB/s", raw / MEGABYTE / seconds);
    }
}
