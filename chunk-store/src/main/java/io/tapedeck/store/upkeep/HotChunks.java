package io.tapedeck.store.upkeep;

import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkOrder;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.upkeep.SettlePlan.Piece;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The hot chunks of one window, each once, and which of them are settled already. Not thread-safe. */
final class HotChunks {
    private final Map<ChunkId, Piece> fresh = new LinkedHashMap<>();
    private final Set<ChunkId> settled = new HashSet<>();
    private final Set<Long> seqs = new HashSet<>();
    private boolean hasOwnSeqs = true;

    void add(LocatedBlock located) {
        FrameSequence source =
                new FrameSequence(located.segmentKey(), List.of(located.block().frame()));
        long line = 0;
        for (ChunkRef chunk : located.block().chunks()) {
            long rawBytes = located.block().rawLength()
                    * (long) chunk.events()
                    / Math.max(1, located.block().events());
            Piece piece = new Piece(chunk, source, line, PartBounds.weight(rawBytes, 1));
            if (fresh.putIfAbsent(chunk.id(), piece) == null) {
                hasOwnSeqs &= chunk.hasSeq() && seqs.add(chunk.seq());
            }
            line += chunk.events();
        }
    }

    /** A part of the session holds these chunks of the window. */
    void settled(List<ChunkRef> chunks, PartOutline.Range range) {
        hasOwnSeqs &= range.hasOwnSeqs();
        for (ChunkRef chunk : chunks) {
            if (fresh.remove(chunk.id()) != null) {
                settled.add(chunk.id());
            } else if (!settled.contains(chunk.id()) && seqs.contains(chunk.seq())) {
                hasOwnSeqs = false;
            }
        }
    }

    /** Those that no part holds, in play order. */
    List<Piece> fresh() {
        return ChunkOrder.sorted(List.copyOf(fresh.values()), Piece::chunk);
    }

    /** Whether sequence numbers say where a fresh chunk belongs among the settled ones; if not, times do. */
    boolean hasOwnSeqs() {
        return hasOwnSeqs;
    }

    boolean isSettled(ChunkId id) {
        return settled.contains(id);
    }
}
