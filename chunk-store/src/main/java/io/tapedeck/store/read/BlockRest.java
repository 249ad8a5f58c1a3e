package io.tapedeck.store.read;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.merge.RepeatedEvents.Rest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What of a block counts: without chunks, and without events, that another frame has. Immutable.
 *
 * @param first the first of its chunks that counts
 * @param kept numbers of the lines that count, or null for all
 * @param suffix tells a block without some of its events from the whole, and from one without others: which it goes without
 *     may change when a part of the session is settled, and when blocks are joined
 * @param isInOrder whether the lines that count are in the order of time
 */
record BlockRest(
        ChunkRef first,
        BitSet kept,
        String suffix,
        boolean isInOrder,
        int events,
        long firstAt,
        long lastAt,
        List<Long> fullSnapshotTimes) {

    /**
     * @param chunks which of its chunks count, at least one
     * @param rests what is left of those of its chunks, by their index, that repeat events
     */
    static BlockRest of(BlockRef block, BitSet chunks, Map<Integer, Rest> rests) {
        BitSet kept = new BitSet(block.events());
        TreeSet<Long> snapshots = new TreeSet<>();
        List<long[]> ranges = new ArrayList<>();
        int line = 0;
        for (int i = 0; i < block.chunks().size(); i++) {
            ChunkRef chunk = block.chunks().get(i);
            if (chunks.get(i)) {
                kept.set(line, line + chunk.events());
                Rest rest = rests.get(i);
                if (rest != null) {
                    kept.andNot(rest.repeated());
                    snapshots.addAll(rest.fullSnapshotTimes());
                    if (rest.repeated().cardinality() < chunk.events()) {
                        ranges.add(new long[] {rest.firstAt(), rest.lastAt()});
                    }
                } else if (chunk.events() > 0) {
                    block.fullSnapshotTimes().stream()
                            .filter(at -> at >= chunk.firstAt() && at <= chunk.lastAt())
                            .forEach(snapshots::add);
                    ranges.add(new long[] {chunk.firstAt(), chunk.lastAt()});
                }
            }
            line += chunk.events();
        }
        boolean whole = kept.cardinality() == block.events();
        return new BlockRest(
                block.chunks().get(chunks.nextSetBit(0)),
                whole ? null : kept,
                whole ? "" : "-" + HexFormat.of().toHexDigits(kept.hashCode()),
                isInOrder(ranges),
                kept.cardinality(),
                ranges.stream().mapToLong(range -> range[0]).min().orElse(block.firstAt()),
                ranges.stream().mapToLong(range -> range[1]).max().orElse(block.lastAt()),
                whole ? block.fullSnapshotTimes() : List.copyOf(snapshots));
    }

    /** The lines of each chunk are. */
    private static boolean isInOrder(List<long[]> ranges) {
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i - 1)[1] > ranges.get(i)[0]) {
                return false;
            }
        }
        return true;
    }
}
