package io.tapedeck.store.read;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkOrder;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.Manifest;
import io.tapedeck.store.SessionSummary;
import io.tapedeck.store.Sha256;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.merge.RepeatedEvents.Rest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One session as readers see it at one rev: recordings and hot tail merged, each chunk once, in play order. Immutable.
 *
 * <p>A chunk counts where it is found first: in a recording, else in the block that was committed first. What is found
 * first never changes for a block that stays, so a frame's id means the same lines for as long as it is listed. Events that
 * chunks repeat ({@link Overlaps}) are cut out of blocks, too; which ones may change, and the id names them then.
 */
final class SessionView {
    private final SessionLayout layout;
    private final Map<WindowId, List<StoredFrame>> frames = new LinkedHashMap<>();
    private final Map<WindowId, List<ChunkRef>> chunks = new HashMap<>();
    private final Map<WindowId, Boolean> byTime = new HashMap<>();

    private SessionView(SessionLayout layout) {
        this.layout = layout;
    }

    /** @param repeated what is left of chunks that repeat events, by block and by their index in it */
    static SessionView of(SessionLayout layout, Map<Long, Map<Integer, Rest>> repeated) {
        SessionView view = new SessionView(layout);
        Map<WindowId, Set<ChunkId>> known = new HashMap<>();
        for (LocatedRecording recording : layout.recordings()) {
            recording.index().chunks().forEach((window, held) -> view.addChunks(window, held, known));
        }
        Map<WindowId, List<Tail>> tails = new HashMap<>();
        for (LocatedBlock block : layout.blocks()) {
            view.addBlock(block, repeated.getOrDefault(block.blockId(), Map.of()), known, tails);
        }
        Map<WindowId, List<StoredFrame>> merged = view.settledFrames();
        tails.forEach((window, tail) ->
                mergeTail(merged.computeIfAbsent(window, w -> new ArrayList<>()), tail, view.isByTime(window)));
        merged.values().removeIf(List::isEmpty);
        merged.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> firstAt(entry.getValue())))
                .forEach(entry -> view.frames.put(entry.getKey(), List.copyOf(entry.getValue())));
        return view;
    }

    /** A block of the tail and what of it counts. */
    private record Tail(LocatedBlock block, BlockRest rest) {
        StoredFrame frame(boolean byTime) {
            return StoredFrame.ofBlock(block, rest, byTime);
        }
    }

    private void addChunks(WindowId window, List<ChunkRef> held, Map<WindowId, Set<ChunkId>> known) {
        chunks.computeIfAbsent(window, w -> new ArrayList<>()).addAll(held);
        Set<ChunkId> ids = known.computeIfAbsent(window, w -> new HashSet<>());
        held.forEach(chunk -> ids.add(chunk.id()));
    }

    private void addBlock(
            LocatedBlock located,
            Map<Integer, Rest> repeated,
            Map<WindowId, Set<ChunkId>> known,
            Map<WindowId, List<Tail>> tails) {
        BlockRef block = located.block();
        Set<ChunkId> ids = known.computeIfAbsent(block.window(), w -> new HashSet<>());
        List<ChunkRef> ofWindow = chunks.computeIfAbsent(block.window(), w -> new ArrayList<>());
        BitSet kept = new BitSet();
        for (int i = 0; i < block.chunks().size(); i++) {
            ChunkRef chunk = block.chunks().get(i);
            if (ids.add(chunk.id())) {
                kept.set(i);
                ofWindow.add(chunk);
            }
        }
        if (!kept.isEmpty()) {
            tails.computeIfAbsent(block.window(), w -> new ArrayList<>())
                    .add(new Tail(located, BlockRest.of(block, kept, repeated)));
        }
    }

    private boolean isByTime(WindowId window) {
        return byTime.computeIfAbsent(
                window, w -> !ChunkOrder.hasOwnSeqs(chunks.getOrDefault(w, List.of()), chunk -> chunk));
    }

    private Map<WindowId, List<StoredFrame>> settledFrames() {
        Map<WindowId, List<StoredFrame>> settled = new HashMap<>();
        for (LocatedRecording recording : layout.recordings()) {
            String object = hash(recording.key());
            List<FrameRef> ofRecording = recording.index().frames();
            for (int i = 0; i < ofRecording.size(); i++) {
                FrameRef frame = ofRecording.get(i);
                settled.computeIfAbsent(frame.window(), w -> new ArrayList<>())
                        .add(StoredFrame.ofRecording(
                                "r" + object + "-" + i, recording, frame, isByTime(frame.window())));
            }
        }
        return settled;
    }

    /**
     * Puts the tail's frames, in their own order, before the first settled frame that begins later. Where time is the
     * order, all frames are in the order of their first events.
     */
    private static void mergeTail(List<StoredFrame> settled, List<Tail> tail, boolean byTime) {
        int at = 0;
        for (Tail next : ChunkOrder.sorted(tail, one -> one.rest().first())) {
            StoredFrame frame = next.frame(byTime);
            if (frame.events() == 0) {
                continue;
            }
            while (at < settled.size() && settled.get(at).firstAt() <= frame.firstAt()) {
                at++;
            }
            settled.add(at, frame);
            at++;
        }
        if (byTime) {
            settled.sort(Comparator.comparingLong(StoredFrame::firstAt));
        }
    }

    private static long firstAt(List<StoredFrame> frames) {
        return frames.stream().mapToLong(StoredFrame::firstAt).min().orElseThrow();
    }

    private static String hash(String key) {
        return Sha256.hex(key).substring(0, 16);
    }

    SessionLayout layout() {
        return layout;
    }

    /** The windows that have events, by first event. */
    List<WindowId> windows() {
        return List.copyOf(frames.keySet());
    }

    /** A window's frames in play order; none if there is no such window. */
    List<StoredFrame> frames(WindowId window) {
        return frames.getOrDefault(window, List.of());
    }

    List<StoredFrame> frames() {
        return frames.values().stream().flatMap(List::stream).toList();
    }

    /** Whether the recordings alone hold everything that is to be seen. */
    boolean isSettled() {
        return !layout.recordings().isEmpty() && frames().stream().allMatch(frame -> frame.block() == null);
    }

    /** Whether the session was settled in several parts. */
    boolean isInParts() {
        return layout.recordings().size() > 1;
    }

    Manifest manifest(long behindMs) {
        return new Manifest(
                summary(),
                behindMs,
                frames.keySet().stream().map(this::window).toList(),
                frames().stream().map(StoredFrame::inManifest).toList(),
                gaps());
    }

    private SessionSummary summary() {
        long bytesStored =
                layout.recordings().stream().mapToLong(LocatedRecording::bytes).sum()
                        + layout.blocks().stream()
                                .mapToLong(located -> located.block().length())
                                .sum();
        return new SessionSummary(
                layout.session(),
                layout.facts(),
                !layout.recordings().isEmpty() && layout.blocks().isEmpty(),
                layout.activeMs(),
                bytesStored,
                layout.pinned(),
                layout.held(),
                layout.expiresAt(),
                layout.rev());
    }

    private Manifest.Window window(WindowId id) {
        List<StoredFrame> ofWindow = frames(id);
        return new Manifest.Window(
                id,
                firstAt(ofWindow),
                ofWindow.stream().mapToLong(StoredFrame::lastAt).max().orElseThrow(),
                ofWindow.stream().mapToLong(StoredFrame::events).sum(),
                ofWindow.stream()
                        .flatMap(frame -> frame.fullSnapshotTimes().stream())
                        .sorted()
                        .toList());
    }

    private List<Manifest.Gap> gaps() {
        List<Manifest.Gap> gaps = new ArrayList<>();
        for (WindowId window : frames.keySet()) {
            TreeMap<Long, ChunkRef> bySeq = new TreeMap<>();
            for (ChunkRef chunk : chunks.getOrDefault(window, List.of())) {
                if (chunk.hasSeq()) {
                    bySeq.putIfAbsent(chunk.seq(), chunk);
                }
            }
            ChunkRef before = null;
            for (ChunkRef chunk : bySeq.values()) {
                long afterSeq = before == null ? -1 : before.seq();
                if (chunk.seq() > afterSeq + 1) {
                    long from = before == null ? chunk.firstAt() : before.lastAt();
                    gaps.add(new Manifest.Gap(window, afterSeq, chunk.seq(), from, chunk.firstAt()));
                }
                before = chunk;
            }
        }
        return gaps;
    }
}
