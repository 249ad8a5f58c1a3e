package io.tapedeck.store.block;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.WindowId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Compresses chunks of one (session, window) into one block: a single zstd frame of their lines. Immutable and
 * thread-safe; each thread that uses it keeps native buffers of its own for as long as it lives.
 */
public final class BlockWriter {
    public static final int DEFAULT_LEVEL = 3;

    private final int level;

    /** @param level of zstd, 1 to 19 */
    public BlockWriter(int level) {
        this.level = level;
    }

    /**
     * @param chunks of one window, at least one, in the order in which their lines are to be stored; together at most
     *     512 MB raw
     */
    public EncodedBlock encode(List<Chunk> chunks) {
        WindowId window = chunks.get(0).window();
        List<ByteBuffer> lines = new ArrayList<>(chunks.size());
        List<ChunkRef> refs = new ArrayList<>(chunks.size());
        List<Long> fullSnapshotTimes = new ArrayList<>();
        int rawLength = 0;
        int events = 0;
        for (Chunk chunk : chunks) {
            if (!chunk.window().equals(window)) {
                throw new IllegalArgumentException("chunks of several windows in one block");
            }
            lines.add(chunk.lines());
            refs.add(ChunkRef.of(chunk));
            fullSnapshotTimes.addAll(chunk.fullSnapshotTimes());
            rawLength = Math.addExact(rawLength, chunk.lines().remaining());
            events += chunk.events();
        }
        Collections.sort(fullSnapshotTimes);
        ByteBuffer frame = ByteBuffer.wrap(Frames.encode(level, lines));
        return new EncodedBlock(
                new BlockRef(
                        window,
                        0,
                        frame.remaining(),
                        rawLength,
                        Frames.crc32c(frame),
                        events,
                        firstAt(refs, events),
                        lastAt(refs, events),
                        List.copyOf(fullSnapshotTimes),
                        List.copyOf(refs)),
                frame);
    }

    /** Chunks without events have the receipt's time, which counts only if there are no events at all. */
    private static long firstAt(List<ChunkRef> refs, int events) {
        return refs.stream()
                .filter(ref -> ref.events() > 0 || events == 0)
                .mapToLong(ChunkRef::firstAt)
                .min()
                .orElseThrow();
    }

    private static long lastAt(List<ChunkRef> refs, int events) {
        return refs.stream()
                .filter(ref -> ref.events() > 0 || events == 0)
                .mapToLong(ChunkRef::lastAt)
                .max()
                .orElseThrow();
    }
}
