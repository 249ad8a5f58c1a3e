package io.tapedeck.store.upkeep;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.SettlingLayout;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.upkeep.SettlePlan.Piece;
import io.tapedeck.store.upkeep.SettlePlan.StoredFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Decides which recording of a session is written next. Not thread-safe; used once.
 *
 * <p>A window's chunks are in play order over all parts: a chunk belongs into the part in whose range it falls, by
 * sequence number where those can be trusted and by time else, and what comes after all parts belongs into a new one. Of
 * what is to be done the planner picks one thing, in this order:
 *
 * <ol>
 *   <li>a new part, if what is new is more than one part may hold: the first of it, in order of receipt
 *   <li>a part settled again, with the late chunks that belong into it; to the last part belongs what is new, too, as long
 *       as both fit into one part
 *   <li>a new part with all that is new
 * </ol>
 *
 * A session of the usual size therefore is one part, whatever comes late.
 *
 * <p>In memory are descriptors of the hot chunks that were read, which {@link PartBounds} bounds, and of the chunks of one
 * part at a time.
 */
final class SettlePlanner {
    private final SettlingLayout layout;
    private final PartBounds bounds;
    private final Function<String, LocatedRecording> recordings;
    private final Map<WindowId, HotChunks> windows = new HashMap<>();
    private final List<PartOutline> parts = new ArrayList<>();

    /** Fresh chunks by the part that they belong into. */
    private final TreeMap<Integer, List<Placed>> late = new TreeMap<>();
    /** Fresh chunks after all parts. */
    private final List<Placed> open = new ArrayList<>();

    /** @param recordings finds one of the session's recordings by its key */
    SettlePlanner(SettlingLayout layout, PartBounds bounds, Function<String, LocatedRecording> recordings) {
        this.layout = layout;
        this.bounds = bounds;
        this.recordings = recordings;
    }

    /** A chunk, and the latest receipt of those before it in its window. */
    private record Placed(WindowId window, Piece piece, long receivedBy) {}

    /** What to write next; empty if the session's recordings hold every hot chunk that was read. */
    Optional<SettlePlan> plan() {
        for (LocatedBlock located : layout.blocks()) {
            windows.computeIfAbsent(located.block().window(), w -> new HotChunks())
                    .add(located);
        }
        layout.recordings().forEach(this::outline);
        windows.forEach(this::place);
        if (open.isEmpty() && late.isEmpty()) {
            return Optional.empty();
        }
        open.sort(Comparator.comparingLong(Placed::receivedBy));
        int full = fullPart();
        if (full < open.size()) {
            return Optional.of(newPart(open.subList(0, full)));
        }
        if (!open.isEmpty() && lastPartTakesAll()) {
            late.computeIfAbsent(parts.size() - 1, part -> new ArrayList<>()).addAll(open);
            open.clear();
        }
        return Optional.of(late.isEmpty() ? newPart(open) : again(late.firstEntry()));
    }

    private void outline(String key) {
        LocatedRecording recording = recordings.apply(key);
        PartOutline part = PartOutline.of(recording);
        parts.add(part);
        recording.index().chunks().forEach((window, chunks) -> {
            HotChunks hot = windows.get(window);
            if (hot != null) {
                hot.settled(chunks, part.windows().get(window));
            }
        });
    }

    private void place(WindowId window, HotChunks hot) {
        long receivedBy = Long.MIN_VALUE;
        for (Piece piece : hot.fresh()) {
            receivedBy = Math.max(receivedBy, piece.chunk().receivedAt());
            Placed placed = new Placed(window, piece, receivedBy);
            int part = partOf(window, piece, hot.hasOwnSeqs());
            if (part < 0) {
                open.add(placed);
            } else {
                late.computeIfAbsent(part, p -> new ArrayList<>()).add(placed);
            }
        }
    }

    /** Index of the part that the chunk belongs into, or -1 if it comes after all that have something of its window. */
    private int partOf(WindowId window, Piece piece, boolean bySeq) {
        int found = -1;
        boolean isAfter = true;
        for (int i = 0; i < parts.size(); i++) {
            PartOutline.Range range = parts.get(i).windows().get(window);
            if (range == null) {
                continue;
            }
            if (found < 0 || !range.beginsAfter(piece.chunk(), bySeq)) {
                found = i;
            }
            isAfter = range.endsBefore(piece.chunk(), bySeq);
        }
        return isAfter ? -1 : found;
    }

    /** How many of the open chunks, which are sorted, one part may hold. */
    private int fullPart() {
        long weight = 0;
        for (int i = 0; i < open.size(); i++) {
            weight += open.get(i).piece().weight();
            boolean fits = weight <= bounds.bytesMax()
                    && open.get(i).receivedBy() - open.get(0).receivedBy() <= bounds.ageMs();
            if (i > 0 && !fits) {
                return i;
            }
        }
        return open.size();
    }

    private boolean lastPartTakesAll() {
        if (parts.isEmpty() || !layout.isComplete()) {
            return false;
        }
        PartOutline last = parts.get(parts.size() - 1);
        long weight = open.stream().mapToLong(placed -> placed.piece().weight()).sum();
        long receivedBy = open.get(open.size() - 1).receivedBy();
        return last.weight() + weight <= bounds.bytesMax() && receivedBy - last.firstReceivedAt() <= bounds.ageMs();
    }

    private SettlePlan newPart(List<Placed> placed) {
        int number = parts.isEmpty() ? 0 : parts.get(parts.size() - 1).number() + 1;
        return plan(number, null, before(parts.size()), new HashMap<>(), placed);
    }

    private SettlePlan again(Map.Entry<Integer, List<Placed>> chosen) {
        int index = chosen.getKey();
        PartOutline part = parts.get(index);
        return plan(
                part.number(), part, before(index), SettlePlan.pieces(recordings.apply(part.key())), chosen.getValue());
    }

    private List<PartOutline> before(int index) {
        List<PartOutline> before = new ArrayList<>(parts.subList(0, index));
        Collections.reverse(before);
        return before;
    }

    private SettlePlan plan(
            int part,
            PartOutline replaced,
            List<PartOutline> before,
            Map<WindowId, List<Piece>> pieces,
            List<Placed> added) {
        Map<WindowId, Set<ChunkId>> ids = new HashMap<>();
        for (Placed placed : added) {
            pieces.computeIfAbsent(placed.window(), w -> new ArrayList<>()).add(placed.piece());
            ids.computeIfAbsent(placed.window(), w -> new HashSet<>())
                    .add(placed.piece().chunk().id());
        }
        List<Long> consumed = layout.blocks().stream()
                .filter(located -> isCovered(located.block(), ids))
                .map(LocatedBlock::blockId)
                .toList();
        return new SettlePlan(part, replaced, before, SettlePlan.inOrder(pieces), others(added, replaced), consumed);
    }

    /** What other parts hold of the times of chunks that may repeat events. One part's index at a time is in memory. */
    private Map<WindowId, List<StoredFrame>> others(List<Placed> added, PartOutline replaced) {
        Map<WindowId, long[]> times = new HashMap<>();
        for (Placed placed : added) {
            ChunkRef chunk = placed.piece().chunk();
            if (chunk.overlaps() && chunk.events() > 0) {
                long[] range = times.computeIfAbsent(placed.window(), w -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
                range[0] = Math.min(range[0], chunk.firstAt());
                range[1] = Math.max(range[1], chunk.lastAt());
            }
        }
        Map<WindowId, List<StoredFrame>> others = new HashMap<>();
        for (PartOutline part : times.isEmpty() ? List.<PartOutline>of() : parts) {
            if (part.equals(replaced) || Collections.disjoint(part.windows().keySet(), times.keySet())) {
                continue;
            }
            for (FrameRef frame : recordings.apply(part.key()).index().frames()) {
                long[] range = times.get(frame.window());
                if (range != null && frame.firstAt() <= range[1] && frame.lastAt() >= range[0]) {
                    others.computeIfAbsent(frame.window(), w -> new ArrayList<>())
                            .add(new StoredFrame(part.key(), frame));
                }
            }
        }
        return others;
    }

    private boolean isCovered(BlockRef block, Map<WindowId, Set<ChunkId>> added) {
        HotChunks hot = windows.get(block.window());
        Set<ChunkId> ids = added.getOrDefault(block.window(), Set.of());
        return block.chunks().stream().allMatch(chunk -> ids.contains(chunk.id()) || hot.isSettled(chunk.id()));
    }
}
