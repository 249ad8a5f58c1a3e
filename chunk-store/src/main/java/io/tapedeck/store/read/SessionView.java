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
import io.tapedeck.store.WindowId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
 * first never changes for a block that stays, so a frame's id means the same lines for as long as it is listed.
 */
final class SessionView {
    private final SessionLayout layout;
    private final Map<WindowId, List<StoredFrame>> frames = new LinkedHashMap<>();
    private final Map<WindowId, List<ChunkRef>> chunks = new HashMap<>();

    private SessionView(SessionLayout layout) {
        this.layout = layout;
    }

    static SessionView of(SessionLayout layout) {
        SessionView view = new SessionView(layout);
        Map<WindowId, Set<ChunkId>> known = new HashMap<>();
        Map<WindowId, List<StoredFrame>> settled = new HashMap<>();
        for (LocatedRecording recording : layout.recordings()) {
            view.addRecording(recording, known, settled);
        }
        Map<WindowId, List<Tail>> tails = new HashMap<>();
        for (LocatedBlock block : layout.blocks()) {
            view.addBlock(block, known, tails);
        }
        Map<WindowId, List<StoredFrame>> merged = new HashMap<>();
        settled.forEach((window, ofWindow) -> merged.put(window, new ArrayList<>(ofWindow)));
        tails.forEach((window, tail) -> mergeTail(merged.computeIfAbsent(window, w -> new ArrayList<>()), tail));
        merged.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> firstAt(entry.getValue())))
                .forEach(entry -> view.frames.put(entry.getKey(), List.copyOf(entry.getValue())));
        return view;
    }

    /** A block's frame and the first of its chunks that counts. */
    private record Tail(StoredFrame frame, ChunkRef first) {}

    private void addRecording(
            LocatedRecording recording, Map<WindowId, Set<ChunkId>> known, Map<WindowId, List<StoredFrame>> settled) {
        recording.index().chunks().forEach((window, held) -> {
            chunks.computeIfAbsent(window, w -> new ArrayList<>()).addAll(held);
            Set<ChunkId> ids = known.computeIfAbsent(window, w -> new HashSet<>());
            held.forEach(chunk -> ids.add(chunk.id()));
        });
        String object = hash(recording.key());
        List<FrameRef> ofRecording = recording.index().frames();
        for (int i = 0; i < ofRecording.size(); i++) {
            StoredFrame frame = StoredFrame.ofRecording("r" + object + "-" + i, recording, ofRecording.get(i));
            settled.computeIfAbsent(frame.window(), w -> new ArrayList<>()).add(frame);
        }
    }

    private void addBlock(LocatedBlock located, Map<WindowId, Set<ChunkId>> known, Map<WindowId, List<Tail>> tails) {
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
        if (kept.isEmpty()) {
            return;
        }
        String id = "b" + located.blockId();
        boolean whole = kept.cardinality() == block.chunks().size();
        StoredFrame frame = whole ? StoredFrame.ofBlock(id, located) : StoredFrame.ofBlock(id, located, kept);
        if (frame.events() > 0) {
            ChunkRef first = block.chunks().get(kept.nextSetBit(0));
            tails.computeIfAbsent(block.window(), w -> new ArrayList<>()).add(new Tail(frame, first));
        }
    }

    /** Puts the tail's frames, in their own order, before the first settled frame that begins later. */
    private static void mergeTail(List<StoredFrame> settled, List<Tail> tail) {
        int at = 0;
        for (Tail next : ChunkOrder.sorted(tail, Tail::first)) {
            while (at < settled.size()
                    && settled.get(at).firstAt() <= next.frame().firstAt()) {
                at++;
            }
            settled.add(at, next.frame());
            at++;
        }
    }

    private static long firstAt(List<StoredFrame> frames) {
        return frames.stream().mapToLong(StoredFrame::firstAt).min().orElseThrow();
    }

    private static String hash(String key) {
        ByteBuffer bytes = ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
        return ChunkId.ofContent(bytes).toString().substring(0, 16);
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
