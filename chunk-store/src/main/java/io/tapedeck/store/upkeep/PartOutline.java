package io.tapedeck.store.upkeep;

import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.WindowId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a settled part holds, in outline: enough to say which chunks belong into it, without a list of those it has.
 * Immutable.
 *
 * @param key of its recording
 * @param number the part's
 * @param weight as {@link PartBounds} has it
 * @param firstReceivedAt when its first chunk was received
 * @param lastReceivedAt when its last chunk was received
 * @param markersOffset of its marker track
 * @param markersLength of its marker track
 */
record PartOutline(
        String key,
        int number,
        long weight,
        long firstReceivedAt,
        long lastReceivedAt,
        Map<WindowId, Range> windows,
        long markersOffset,
        int markersLength) {
    /**
     * One window's chunks.
     *
     * @param hasOwnSeqs whether each has a sequence number that no other one in the part has
     */
    record Range(boolean hasOwnSeqs, long seqMin, long seqMax, long atMin, long atMax) {
        static Range of(List<ChunkRef> chunks) {
            long seqMin = Long.MAX_VALUE;
            long seqMax = Long.MIN_VALUE;
            long atMin = Long.MAX_VALUE;
            long atMax = Long.MIN_VALUE;
            Set<Long> seqs = new HashSet<>();
            boolean hasOwnSeqs = true;
            for (ChunkRef chunk : chunks) {
                hasOwnSeqs &= chunk.hasSeq() && seqs.add(chunk.seq());
                seqMin = Math.min(seqMin, chunk.seq());
                seqMax = Math.max(seqMax, chunk.seq());
                atMin = Math.min(atMin, chunk.firstAt());
                atMax = Math.max(atMax, chunk.firstAt());
            }
            return new Range(hasOwnSeqs, seqMin, seqMax, atMin, atMax);
        }

        boolean beginsAfter(ChunkRef chunk, boolean bySeq) {
            return bySeq ? chunk.seq() < seqMin : chunk.firstAt() < atMin;
        }

        boolean endsBefore(ChunkRef chunk, boolean bySeq) {
            return bySeq ? chunk.seq() > seqMax : chunk.firstAt() > atMax;
        }
    }

    static PartOutline of(LocatedRecording recording) {
        RecordingIndex index = recording.index();
        long rawBytes = index.frames().stream().mapToLong(FrameRef::rawLength).sum();
        long chunks = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        Map<WindowId, Range> windows = new HashMap<>();
        for (Map.Entry<WindowId, List<ChunkRef>> window : index.chunks().entrySet()) {
            chunks += window.getValue().size();
            for (ChunkRef chunk : window.getValue()) {
                first = Math.min(first, chunk.receivedAt());
                last = Math.max(last, chunk.receivedAt());
            }
            windows.put(window.getKey(), Range.of(window.getValue()));
        }
        return new PartOutline(
                recording.key(),
                index.part(),
                PartBounds.weight(rawBytes, chunks),
                first,
                last,
                Map.copyOf(windows),
                index.markersOffset(),
                index.markersLength());
    }
}
