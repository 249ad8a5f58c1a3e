package io.tapedeck.store.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.merge.LineSource;
import io.tapedeck.store.merge.MergeMeters;
import io.tapedeck.store.merge.RepeatedEvents;
import io.tapedeck.store.merge.RepeatedEvents.Cluster;
import io.tapedeck.store.merge.RepeatedEvents.Piece;
import io.tapedeck.store.merge.RepeatedEvents.Rest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds out which events of a session's hot blocks the session has already, where chunks may repeat events: in another
 * block, or in a recording. Thread-safe.
 *
 * <p>Only blocks whose ranges of time meet are read, one at a time; as they never change, what was found is kept for the
 * next call. Sessions without such chunks cost a look at their chunk lists.
 */
final class Overlaps {
    /** Lines of chunks that were looked into, of all sessions together, whose outcome is kept. */
    private static final long CACHED_LINES_MAX = 8_000_000;

    private final FrameReader frames;
    private final MergeMeters meters;
    private final Cache<List<String>, List<Rest>> cached = Caffeine.newBuilder()
            .maximumWeight(CACHED_LINES_MAX)
            .weigher((List<String> key, List<Rest> rests) -> 1_000
                    + rests.stream().mapToInt(rest -> rest.repeated().length()).sum())
            .executor(Runnable::run)
            .build();

    Overlaps(FrameReader frames, MergeMeters meters) {
        this.frames = frames;
        this.meters = meters;
    }

    /** Whether any chunk that is not settled may repeat events. */
    static boolean arePossible(SessionLayout layout) {
        return layout.blocks().stream()
                .anyMatch(located -> located.block().chunks().stream().anyMatch(ChunkRef::overlaps));
    }

    /** What is left of chunks that have been looked into, by block and by their index in it. Blocks. */
    Map<Long, Map<Integer, Rest>> in(SessionLayout layout) throws InterruptedException {
        Map<Long, Map<Integer, Rest>> found = new HashMap<>();
        for (Map.Entry<WindowId, List<Piece>> window : pieces(layout).entrySet()) {
            for (Cluster cluster : RepeatedEvents.clusters(window.getValue(), settled(layout, window.getKey()))) {
                List<Rest> rests = rests(cluster);
                for (int i = 0; i < rests.size(); i++) {
                    Hot source = (Hot) cluster.pieces().get(i).source();
                    int firstLine = cluster.pieces().get(i).firstLine();
                    found.computeIfAbsent(source.located.blockId(), b -> new HashMap<>())
                            .put(source.chunkAt(firstLine), rests.get(i));
                }
            }
        }
        return found;
    }

    private List<Rest> rests(Cluster cluster) throws InterruptedException {
        List<String> key = new ArrayList<>();
        cluster.pieces().forEach(piece -> key.add(piece.source() + "+" + piece.firstLine()));
        cluster.settled().forEach(source -> key.add(source.toString()));
        List<Rest> known = cached.getIfPresent(key);
        if (known == null) {
            known = RepeatedEvents.rests(cluster, meters);
            cached.put(key, known);
        }
        return known;
    }

    /** Chunks that a recording has, or that were seen before, are cut out whole: they are left aside. */
    private Map<WindowId, List<Piece>> pieces(SessionLayout layout) {
        Map<WindowId, Set<ChunkId>> known = new HashMap<>();
        for (LocatedRecording recording : layout.recordings()) {
            recording.index().chunks().forEach((window, chunks) -> {
                Set<ChunkId> ids = known.computeIfAbsent(window, w -> new HashSet<>());
                chunks.forEach(chunk -> ids.add(chunk.id()));
            });
        }
        Map<WindowId, List<Piece>> pieces = new LinkedHashMap<>();
        for (LocatedBlock located : layout.blocks()) {
            BlockRef block = located.block();
            Hot source = new Hot(located);
            Set<ChunkId> ids = known.computeIfAbsent(block.window(), w -> new HashSet<>());
            int line = 0;
            for (ChunkRef chunk : block.chunks()) {
                if (ids.add(chunk.id()) && chunk.overlaps() && chunk.events() > 0) {
                    pieces.computeIfAbsent(block.window(), w -> new ArrayList<>())
                            .add(new Piece(source, line, chunk.events(), chunk.firstAt(), chunk.lastAt()));
                }
                line += chunk.events();
            }
        }
        return pieces;
    }

    private List<Settled> settled(SessionLayout layout, WindowId window) {
        List<Settled> settled = new ArrayList<>();
        for (LocatedRecording recording : layout.recordings()) {
            for (FrameRef frame : recording.index().frames()) {
                if (frame.window().equals(window)) {
                    settled.add(new Settled(recording.key(), frame));
                }
            }
        }
        return settled;
    }

    /** A block. */
    private final class Hot implements LineSource {
        private final LocatedBlock located;

        Hot(LocatedBlock located) {
            this.located = located;
        }

        int chunkAt(int line) {
            int chunk = 0;
            int at = 0;
            List<ChunkRef> chunks = located.block().chunks();
            while (at < line || chunks.get(chunk).events() == 0) {
                at += chunks.get(chunk).events();
                chunk++;
            }
            return chunk;
        }

        @Override
        public long firstAt() {
            return located.block().firstAt();
        }

        @Override
        public long lastAt() {
            return located.block().lastAt();
        }

        @Override
        public int rawLength() {
            return located.block().rawLength();
        }

        @Override
        public boolean holds(int line) {
            return true;
        }

        @Override
        public byte[] open() throws InterruptedException {
            return frames.raw(located.segmentKey(), located.block().frame());
        }

        @Override
        public String toString() {
            return "b" + located.blockId();
        }
    }

    /** A recording's frame. */
    private final class Settled implements LineSource {
        private final String key;
        private final FrameRef frame;

        Settled(String key, FrameRef frame) {
            this.key = key;
            this.frame = frame;
        }

        @Override
        public long firstAt() {
            return frame.firstAt();
        }

        @Override
        public long lastAt() {
            return frame.lastAt();
        }

        @Override
        public int rawLength() {
            return frame.rawLength();
        }

        @Override
        public boolean holds(int line) {
            return true;
        }

        @Override
        public byte[] open() throws InterruptedException {
            return frames.raw(key, frame);
        }

        @Override
        public String toString() {
            return key + "@" + frame.offset();
        }
    }
}
