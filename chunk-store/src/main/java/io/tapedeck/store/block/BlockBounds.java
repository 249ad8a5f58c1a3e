package io.tapedeck.store.block;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.SessionFacts;
import java.util.List;

/** Checks what footers and indexes say before anybody relies on it: they may be damaged or hostile. */
final class BlockBounds {
    private BlockBounds() {}

    /** @param end one past the last byte that blocks may have in the object */
    static void check(BlockRef block, long end) {
        require(block != null && block.window() != null, "a block without window");
        checkPlace(block.offset(), block.length(), block.rawLength(), end);
        checkTimes(block.fullSnapshotTimes());
        checkChunks(block.chunks());
        long events = 0;
        for (ChunkRef chunk : block.chunks()) {
            events += chunk.events();
        }
        require(events == block.events(), "a block with other events than its chunks");
    }

    static void check(FrameRef frame, long end) {
        require(frame != null && frame.window() != null, "a frame without window");
        checkPlace(frame.offset(), frame.length(), frame.rawLength(), end);
        checkTimes(frame.fullSnapshotTimes());
        require(frame.events() > 0, "a frame without events");
    }

    static void checkChunks(List<ChunkRef> chunks) {
        require(chunks != null, "no chunks");
        for (ChunkRef chunk : chunks) {
            require(chunk != null && chunk.id() != null && chunk.events() >= 0, "a chunk without id");
        }
    }

    static void check(SessionFacts facts) {
        require(facts != null, "no facts");
    }

    static void require(boolean holds, String problem) {
        if (!holds) {
            throw Frames.corrupt(problem, null);
        }
    }

    private static void checkPlace(long offset, int length, int rawLength, long end) {
        require(offset >= 0 && length > 0 && offset <= end - length, "a place outside of the object");
        require(rawLength >= 0 && rawLength <= Frames.RAW_BYTES_MAX, "a raw length out of range");
    }

    private static void checkTimes(List<Long> times) {
        require(times != null && !times.contains(null), "no times of full snapshots");
    }
}
