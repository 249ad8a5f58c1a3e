package io.tapedeck.store.upkeep;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.WindowId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Which chunks of one session are known. A chunk's id is its own within its window only. Not thread-safe. */
final class SessionChunks {
    private final Set<InWindow> known = new HashSet<>();

    private record InWindow(WindowId window, ChunkId chunk) {}

    /** Returns how many were known before. */
    int addAll(RecordingIndex index) {
        int[] before = new int[1];
        index.chunks().forEach((window, chunks) -> before[0] += addAll(window, chunks));
        return before[0];
    }

    int addAll(BlockRef block) {
        return addAll(block.window(), block.chunks());
    }

    private int addAll(WindowId window, Collection<ChunkRef> chunks) {
        int before = 0;
        for (ChunkRef chunk : chunks) {
            before += known.add(new InWindow(window, chunk.id())) ? 0 : 1;
        }
        return before;
    }

    boolean holds(WindowId window, ChunkRef chunk) {
        return known.contains(new InWindow(window, chunk.id()));
    }

    boolean holdsAll(BlockRef block) {
        return block.chunks().stream().allMatch(chunk -> holds(block.window(), chunk));
    }

    /** How many of a recording's chunks are known. */
    int countOf(RecordingIndex index) {
        int[] count = new int[1];
        index.chunks()
                .forEach((window, chunks) -> count[0] += (int)
                        chunks.stream().filter(chunk -> holds(window, chunk)).count());
        return count[0];
    }

    int count() {
        return known.size();
    }
}
