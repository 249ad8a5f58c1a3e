package io.tapedeck.store.upkeep;

import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.ChunkOrder;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.WindowId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One recording to be written: in which order chunks go into it, where their lines are, and what it replaces.
 * Descriptors only. Each chunk is there once; windows are ordered by their first event. Immutable.
 *
 * @param part its number
 * @param replaced the recording that it takes the place of, or null
 * @param before the parts before it, the nearest first
 * @param others per window the frames of other parts that may hold events which the pieces repeat
 * @param consumedBlocks the blocks that nobody needs any more once it is committed
 */
record SettlePlan(
        int part,
        PartOutline replaced,
        List<PartOutline> before,
        Map<WindowId, List<Piece>> windows,
        Map<WindowId, List<StoredFrame>> others,
        List<Long> consumedBlocks) {
    /** A frame of one of the session's recordings. */
    record StoredFrame(String key, FrameRef frame) {}

    /**
     * A chunk, and the lines {@code [firstLine, firstLine + chunk.events())} of a sequence, which are its own; in a recording
     * only if numbers order the window's chunks: else its lines are in the order of time, and nobody's.
     *
     * @param weight as {@link io.tapedeck.store.PartBounds} has it; 0 where it is of no interest
     */
    record Piece(ChunkRef chunk, FrameSequence source, long firstLine, long weight) {}

    /** The pieces by window and in play order. */
    static Map<WindowId, List<Piece>> inOrder(Map<WindowId, List<Piece>> pieces) {
        Map<WindowId, List<Piece>> ordered = new LinkedHashMap<>();
        pieces.entrySet().stream()
                .sorted(Comparator.<Map.Entry<WindowId, List<Piece>>>comparingLong(entry -> firstAt(entry.getValue()))
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> ordered.put(entry.getKey(), ChunkOrder.sorted(entry.getValue(), Piece::chunk)));
        return ordered;
    }

    private static long firstAt(List<Piece> pieces) {
        return pieces.stream()
                .filter(piece -> piece.chunk().events() > 0)
                .mapToLong(piece -> piece.chunk().firstAt())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** What a recording holds, as pieces of it. */
    static Map<WindowId, List<Piece>> pieces(LocatedRecording recording) {
        Map<WindowId, List<Piece>> pieces = new HashMap<>();
        recording.index().chunks().forEach((window, chunks) -> {
            List<FrameRef> frames = recording.index().frames().stream()
                    .filter(frame -> frame.window().equals(window))
                    .toList();
            FrameSequence source = new FrameSequence(recording.key(), frames);
            List<Piece> ofWindow = new ArrayList<>(chunks.size());
            long line = 0;
            for (ChunkRef chunk : chunks) {
                ofWindow.add(new Piece(chunk, source, line, 0));
                line += chunk.events();
            }
            pieces.put(window, ofWindow);
        });
        return pieces;
    }

    /** Per window the chunks in order, as the recording lists them. */
    Map<WindowId, List<ChunkRef>> chunks() {
        Map<WindowId, List<ChunkRef>> chunks = new LinkedHashMap<>();
        windows.forEach((window, pieces) ->
                chunks.put(window, pieces.stream().map(Piece::chunk).toList()));
        return chunks;
    }
}
