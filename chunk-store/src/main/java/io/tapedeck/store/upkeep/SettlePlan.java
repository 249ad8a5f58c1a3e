package io.tapedeck.store.upkeep;

import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkOrder;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.WindowId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * In which order the chunks of a session go into its recording, and where their lines are: descriptors only. Each chunk
 * is there once; windows are ordered by their first event. Immutable.
 */
final class SettlePlan {
    private final Map<WindowId, List<Piece>> windows;

    private SettlePlan(Map<WindowId, List<Piece>> windows) {
        this.windows = windows;
    }

    /** A chunk, and the lines {@code [firstLine, firstLine + chunk.events())} of a sequence, which are its own. */
    record Piece(ChunkRef chunk, FrameSequence source, long firstLine) {}

    static SettlePlan of(SessionLayout layout) {
        Gathering gathering = new Gathering();
        layout.recordings().forEach(gathering::add);
        layout.blocks().forEach(gathering::add);
        return gathering.plan();
    }

    /** Whether the session's recordings hold every chunk of its tail: late copies of what was settled. */
    static boolean isTailRepeated(SessionLayout layout) {
        Gathering settled = new Gathering();
        layout.recordings().forEach(settled::add);
        return layout.blocks().stream()
                .map(LocatedBlock::block)
                .allMatch(block -> settled.holds(block.window(), block.chunks()));
    }

    Map<WindowId, List<Piece>> windows() {
        return windows;
    }

    /** Per window the chunks in order, as the recording lists them. */
    Map<WindowId, List<ChunkRef>> chunks() {
        Map<WindowId, List<ChunkRef>> chunks = new LinkedHashMap<>();
        windows.forEach((window, pieces) ->
                chunks.put(window, pieces.stream().map(Piece::chunk).toList()));
        return chunks;
    }

    private static final class Gathering {
        private final Map<WindowId, List<Piece>> pieces = new HashMap<>();
        private final Map<WindowId, Set<ChunkId>> known = new HashMap<>();

        void add(LocatedRecording recording) {
            recording.index().chunks().forEach((window, chunks) -> {
                List<FrameRef> frames = recording.index().frames().stream()
                        .filter(frame -> frame.window().equals(window))
                        .toList();
                add(window, new FrameSequence(recording.key(), frames), chunks);
            });
        }

        void add(LocatedBlock located) {
            FrameSequence source = new FrameSequence(
                    located.segmentKey(), List.of(located.block().frame()));
            add(located.block().window(), source, located.block().chunks());
        }

        private void add(WindowId window, FrameSequence source, List<ChunkRef> chunks) {
            List<Piece> ofWindow = pieces.computeIfAbsent(window, w -> new ArrayList<>());
            Set<ChunkId> ids = known.computeIfAbsent(window, w -> new HashSet<>());
            long line = 0;
            for (ChunkRef chunk : chunks) {
                if (ids.add(chunk.id())) {
                    ofWindow.add(new Piece(chunk, source, line));
                }
                line += chunk.events();
            }
        }

        boolean holds(WindowId window, List<ChunkRef> chunks) {
            Set<ChunkId> ids = known.getOrDefault(window, Set.of());
            return chunks.stream().allMatch(chunk -> ids.contains(chunk.id()));
        }

        SettlePlan plan() {
            Map<WindowId, List<Piece>> ordered = new LinkedHashMap<>();
            pieces.entrySet().stream()
                    .sorted(Comparator.<Map.Entry<WindowId, List<Piece>>>comparingLong(
                                    entry -> firstAt(entry.getValue()))
                            .thenComparing(Map.Entry.comparingByKey()))
                    .forEach(entry -> ordered.put(entry.getKey(), ChunkOrder.sorted(entry.getValue(), Piece::chunk)));
            return new SettlePlan(ordered);
        }

        private static long firstAt(List<Piece> pieces) {
            return pieces.stream()
                    .filter(piece -> piece.chunk().events() > 0)
                    .mapToLong(piece -> piece.chunk().firstAt())
                    .min()
                    .orElse(Long.MAX_VALUE);
        }
    }
}
