package io.tapedeck.loadtest.codec;

import io.tapedeck.store.block.RecordingWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Settles each session of a corpus and compares its size with what others would store. */
@Command(
        name = "codec",
        mixinStandardHelpOptions = true,
        description = {
            "Compares the settled bytes of each recorded session with what others would store for the same events,",
            "and says what a seek into it costs. Needs no server. Takes a minute or two."
        })
public final class CodecCommand implements Callable<Integer> {
    @Option(
            names = "--corpus",
            defaultValue = "chunk-store/src/test/resources/corpus",
            description = "Folder of *.ndjson.zst (default: ${DEFAULT-VALUE}).")
    private Path corpus;

    @Option(names = "--level", description = "Level of zstd in recordings (default: ${DEFAULT-VALUE}).")
    private int level = RecordingWriter.DEFAULT_LEVEL;

    @Option(names = "--json", description = "Where to write the result.")
    private Path json;

    private final Table sizes = new Table();
    private final Table seeks = new Table();

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("tapedeck-codec");
        Sums all = new Sums();
        try {
            for (Path path : CorpusFile.in(corpus)) {
                measure(CorpusFile.read(path), folder, all);
            }
        } finally {
            Files.delete(folder);
        }
        row("all", all);
        sizes.print(System.out);
        System.out.println();
        seeks.print(System.out);
        if (json != null) {
            Map<String, Table> tables = new LinkedHashMap<>();
            tables.put("sizes", sizes);
            tables.put("seeks", seeks);
            Table.write(json, tables);
        }
        return 0;
    }

    private void measure(CorpusFile file, Path folder, Sums all) throws IOException {
        Sums one = new Sums();
        Settled settled = Settled.write(Settled.chunks(file), level, folder);
        one.raw = file.ndjson().length;
        one.settled = settled.bytes();
        for (Peers peer : Peers.values()) {
            one.peers.put(peer, peer.bytes(file));
        }
        all.add(one);
        row(file.name(), one);
        SeekCost cost = SeekCost.of(settled);
        seeks.row()
                .put("session", file.name())
                .put("frames", settled.index().frames().size())
                .put(
                        "largest frame",
                        settled.index().frames().stream()
                                .mapToLong(frame -> frame.length())
                                .max()
                                .orElseThrow())
                .put("fetched, median", cost.bytesMedian())
                .put("fetched, most", cost.bytesMax())
                .put("parsed, median", cost.rawBytesMedian())
                .put("parsed, most", cost.rawBytesMax())
                .put("since the snapshot, median", cost.neededMedian());
    }

    private void row(String name, Sums sums) {
        sizes.row().put("session", name).put("raw", sums.raw).put("Tapedeck", sums.settled);
        sums.peers.forEach((peer, bytes) ->
                sizes.put(peer.title(), bytes).put("× " + peer.title(), (double) sums.settled / bytes));
    }

    private static final class Sums {
        private long raw;
        private long settled;
        private final Map<Peers, Long> peers = new EnumMap<>(Peers.class);

        void add(Sums other) {
            raw += other.raw;
            settled += other.settled;
            other.peers.forEach((peer, bytes) -> peers.merge(peer, bytes, Long::sum));
        }
    }
}
