package io.tapedeck.store.upkeep;

import io.tapedeck.store.FrameRef;
import io.tapedeck.store.Lines;
import io.tapedeck.store.merge.LineSource;
import io.tapedeck.store.merge.MergeMeters;
import io.tapedeck.store.merge.RepeatedEvents;
import io.tapedeck.store.merge.RepeatedEvents.Cluster;
import io.tapedeck.store.merge.RepeatedEvents.Piece;
import io.tapedeck.store.merge.RepeatedEvents.Rest;
import io.tapedeck.store.merge.TimeMerge;
import io.tapedeck.store.upkeep.SettlePlan.StoredFrame;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines of a window whose chunks no number orders, as they go into a recording: in the order of time, without events
 * that the session has already. Blocks; used by one thread.
 *
 * <p>What the recording to be replaced holds of the window is merged as a whole: once its lines are in the order of time,
 * they do not tell whose they are.
 */
final class MergedWindow {
    private final DecodedFrames decoded;
    private final long bytesMax;
    private final MergeMeters meters;

    /** @param bytesMax of frames that are merged at a time, beside those that {@code decoded} keeps */
    MergedWindow(DecodedFrames decoded, long bytesMax, MergeMeters meters) {
        this.decoded = decoded;
        this.bytesMax = bytesMax;
        this.meters = meters;
    }

    /**
     * Gives the lines to the consumer.
     *
     * @param pieces of the window, in the order of their first events
     * @param replacedKey the recording to be replaced, or null
     * @param others frames of other parts that may have events that the pieces repeat
     */
    void each(List<SettlePlan.Piece> pieces, String replacedKey, List<StoredFrame> others, Lines.LineConsumer consumer)
            throws InterruptedException {
        List<Frame> settled = new ArrayList<>();
        Map<FrameSequence, Frame> blocks = new LinkedHashMap<>();
        List<Piece> overlapping = new ArrayList<>();
        for (SettlePlan.Piece piece : pieces) {
            FrameSequence source = piece.source();
            if (source.objectKey().equals(replacedKey)) {
                if (settled.isEmpty()) {
                    source.frames().forEach(frame -> settled.add(new Frame(replacedKey, frame, null)));
                }
                continue;
            }
            Frame block = blocks.computeIfAbsent(
                    source, s -> new Frame(s.objectKey(), s.frames().get(0), new BitSet()));
            int firstLine = Math.toIntExact(piece.firstLine());
            int events = piece.chunk().events();
            block.kept.set(firstLine, firstLine + events);
            if (piece.chunk().overlaps()) {
                overlapping.add(new Piece(
                        block,
                        firstLine,
                        events,
                        piece.chunk().firstAt(),
                        piece.chunk().lastAt()));
            }
        }
        cutRepeated(overlapping, settled, others);
        List<Frame> sources = new ArrayList<>(settled);
        sources.addAll(blocks.values());
        new TimeMerge(sources, bytesMax, meters).each(consumer);
    }

    private void cutRepeated(List<Piece> overlapping, List<Frame> settled, List<StoredFrame> others)
            throws InterruptedException {
        List<LineSource> known = new ArrayList<>(settled);
        others.forEach(other -> known.add(new Frame(other.key(), other.frame(), null)));
        for (Cluster cluster : RepeatedEvents.clusters(overlapping, known)) {
            List<Rest> rests = RepeatedEvents.rests(cluster, meters);
            for (int i = 0; i < rests.size(); i++) {
                ((Frame) cluster.pieces().get(i).source())
                        .kept.andNot(rests.get(i).repeated());
            }
        }
    }

    /** A frame of which all lines count, or those kept. */
    private final class Frame implements LineSource {
        private final String key;
        private final FrameRef ref;
        private final BitSet kept;

        Frame(String key, FrameRef ref, BitSet kept) {
            this.key = key;
            this.ref = ref;
            this.kept = kept;
        }

        @Override
        public long firstAt() {
            return ref.firstAt();
        }

        @Override
        public long lastAt() {
            return ref.lastAt();
        }

        @Override
        public int rawLength() {
            return ref.rawLength();
        }

        @Override
        public boolean holds(int line) {
            return kept == null || kept.get(line);
        }

        @Override
        public byte[] open() throws InterruptedException {
            return decoded.get(key, ref).bytes();
        }
    }
}
