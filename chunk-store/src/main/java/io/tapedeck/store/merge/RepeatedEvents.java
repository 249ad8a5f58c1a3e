package io.tapedeck.store.merge;

import io.tapedeck.store.ChunkId;
import io.tapedeck.store.event.EventHead;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the events that several chunks of a window have, for clients that send an event again in another chunk.
 *
 * <p>Lines that are equal to the byte are one event. If a chunk has the same line several times, so does the window: as
 * often as the chunk that has it most often. What is settled counts as one chunk, and stays whole. Of the others, the one
 * that begins first keeps its lines, of those that begin together the one that is listed first.
 *
 * <p>As a line holds its time, only chunks whose ranges of time meet can have an event in common: the rest is not even
 * read. What is read is read one source at a time. In memory is a hash of each line of those chunks; at most
 * {@value #LINES_MAX} at a time, beyond which an event that is sent again is not recognised and stays twice: nothing is
 * ever lost. Such events are counted ({@link MergeMeters}).
 */
public final class RepeatedEvents {
    static final int LINES_MAX = 100_000;

    private RepeatedEvents() {}

    /**
     * A chunk that may repeat events.
     *
     * @param firstLine number of its first line in the source
     * @param lines how many it has
     * @param firstAt time of its first event
     * @param lastAt time of its last event
     */
    public record Piece(LineSource source, int firstLine, int lines, long firstAt, long lastAt) {}

    /** Chunks whose ranges of time meet, in the order in which they count, and what of the settled lines meets them. */
    public record Cluster(List<Piece> pieces, List<LineSource> settled) {}

    /**
     * What is left of a piece without the events that were there before.
     *
     * @param repeated numbers of lines, in the source, that do not count
     * @param firstAt time of the first line that counts
     * @param lastAt time of the last line that counts
     * @param fullSnapshotTimes of those that count, ascending
     */
    public record Rest(BitSet repeated, long firstAt, long lastAt, List<Long> fullSnapshotTimes) {}

    /** The chunks that have to be looked into. Those that meet no other, and nothing settled, are left out. */
    public static List<Cluster> clusters(List<Piece> pieces, List<? extends LineSource> settled) {
        List<Piece> sorted = pieces.stream()
                .filter(piece -> piece.lines() > 0)
                .sorted(Comparator.comparingLong(Piece::firstAt))
                .toList();
        List<Cluster> clusters = new ArrayList<>();
        int from = 0;
        while (from < sorted.size()) {
            long lastAt = sorted.get(from).lastAt();
            int to = from + 1;
            while (to < sorted.size() && sorted.get(to).firstAt() <= lastAt) {
                lastAt = Math.max(lastAt, sorted.get(to).lastAt());
                to++;
            }
            long firstAt = sorted.get(from).firstAt();
            long end = lastAt;
            List<LineSource> met = new ArrayList<>();
            for (LineSource source : settled) {
                if (source.firstAt() <= end && source.lastAt() >= firstAt) {
                    met.add(source);
                }
            }
            if (to - from > 1 || !met.isEmpty()) {
                clusters.add(new Cluster(sorted.subList(from, to), met));
            }
            from = to;
        }
        return clusters;
    }

    /** What is left of each of the cluster's pieces, in their order. Blocks. */
    public static List<Rest> rests(Cluster cluster, MergeMeters meters) throws InterruptedException {
        Search search = new Search(cluster);
        for (LineSource source : cluster.settled()) {
            search.settled(source);
        }
        List<Rest> rests = new ArrayList<>();
        for (Piece piece : cluster.pieces()) {
            rests.add(search.rest(piece));
        }
        meters.unremembered(search.unremembered);
        return rests;
    }

    /** How often a line is there. */
    private static final class Seen {
        private final long at;
        /** In the chunk that had it most often so far. */
        private int most;
        /** In the chunk that is looked at, or that had it last. */
        private int here;

        private int chunk;

        Seen(long at) {
            this.at = at;
        }

        /** Once more in this chunk; false if an earlier one had it as often. */
        boolean isNew(int number) {
            here = chunk == number ? here + 1 : 1;
            chunk = number;
            boolean more = here > most;
            most = Math.max(most, here);
            return more;
        }
    }

    private static final class Search {
        private static final int SETTLED = 1;

        private final EventHead head = new EventHead();
        private final Map<ChunkId, Seen> seen = new HashMap<>();
        private final long firstAt;
        private final long lastAt;
        private int unremembered;
        private int chunk = SETTLED;
        private LineSource opened;
        private byte[] json;

        Search(Cluster cluster) {
            firstAt = cluster.pieces().get(0).firstAt();
            lastAt = cluster.pieces().stream().mapToLong(Piece::lastAt).max().orElseThrow();
        }

        void settled(LineSource source) throws InterruptedException {
            open(source);
            int line = 0;
            int from = 0;
            for (int at = 0; at < json.length; at++) {
                if (json[at] == '\n') {
                    if (source.holds(line)) {
                        head.read(json, from, at);
                        if (head.timestamp() >= firstAt && head.timestamp() <= lastAt) {
                            isNew(from, at);
                        }
                    }
                    line++;
                    from = at + 1;
                }
            }
        }

        Rest rest(Piece piece) throws InterruptedException {
            chunk++;
            forgetBefore(piece.firstAt());
            open(piece.source());
            BitSet repeated = new BitSet();
            List<Long> snapshots = new ArrayList<>();
            long first = Long.MAX_VALUE;
            long last = Long.MIN_VALUE;
            int line = 0;
            int from = 0;
            for (int at = 0; at < json.length && line < piece.firstLine() + piece.lines(); at++) {
                if (json[at] != '\n') {
                    continue;
                }
                if (line >= piece.firstLine()) {
                    head.read(json, from, at);
                    if (isNew(from, at)) {
                        first = Math.min(first, head.timestamp());
                        last = Math.max(last, head.timestamp());
                        if (head.type() == EventHead.FULL_SNAPSHOT) {
                            snapshots.add(head.timestamp());
                        }
                    } else {
                        repeated.set(line);
                    }
                }
                line++;
                from = at + 1;
            }
            snapshots.sort(null);
            return new Rest(repeated, first, last, List.copyOf(snapshots));
        }

        private void open(LineSource source) throws InterruptedException {
            if (source != opened) {
                json = source.open();
                opened = source;
            }
        }

        private boolean isNew(int from, int to) {
            ChunkId hash = ChunkId.ofContent(ByteBuffer.wrap(json, from, to - from));
            Seen known = seen.get(hash);
            if (known == null) {
                if (seen.size() == LINES_MAX) {
                    unremembered++;
                    return true;
                }
                known = new Seen(head.timestamp());
                seen.put(hash, known);
            }
            return known.isNew(chunk);
        }

        /** What is before a chunk's first event is not among its events, nor among those of the chunks after it. */
        private void forgetBefore(long at) {
            if (seen.size() > LINES_MAX / 2) {
                seen.values().removeIf(one -> one.at < at);
            }
        }
    }
}
