package io.tapedeck.store.block;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.event.MalformedEventsException;
import io.tapedeck.store.merge.TimedLines;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Makes chunks of one (session, window) one block: a single zstd frame of their lines. Immutable and
 * thread-safe; each thread that uses it keeps native buffers of its own for as long as it lives.
 */
public final class BlockWriter {
    public static final int DEFAULT_LEVEL = 1;

    private final int level;

    /** @param level of zstd, 1 to 19 */
    public BlockWriter(int level) {
        this.level = level;
    }

    /**
     * @param chunks of one window, at least one, in the order in which their lines are to be stored; together at most
     *     512 MB raw. The lines of a chunk without a number are stored in the order of their times
     */
    public EncodedBlock encode(List<Chunk> chunks) {
        WindowId window = chunks.get(0).window();
        List<ChunkRef> refs = new ArrayList<>(chunks.size());
        List<Long> fullSnapshotTimes = new ArrayList<>();
        int rawLength = 0;
        int events = 0;
        for (Chunk chunk : chunks) {
            if (!chunk.window().equals(window)) {
                throw new IllegalArgumentException("chunks of several windows in one block");
            }
            refs.add(ChunkRef.of(chunk));
            fullSnapshotTimes.addAll(chunk.fullSnapshotTimes());
            rawLength = Math.addExact(rawLength, chunk.lines().rawLength());
            events += chunk.events();
        }
        Collections.sort(fullSnapshotTimes);
        ByteBuffer frame = frame(chunks);
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

    /** The lines of all chunks; those of a block's only chunk are packed already, mostly in their order. */
    private ByteBuffer frame(List<Chunk> chunks) {
        Chunk first = chunks.get(0);
        if (chunks.size() == 1 && ChunkRef.of(first).hasSeq()) {
            return first.lines().frame();
        }
        List<ByteBuffer> lines = new ArrayList<>(chunks.size());
        boolean moved = false;
        for (Chunk chunk : chunks) {
            moved |= addLines(chunk, lines);
        }
        return chunks.size() == 1 && !moved ? first.lines().frame() : ByteBuffer.wrap(Frames.encode(level, lines));
    }

    /**
     * Those of a chunk that no number orders in the order of time, so that a block need not be sorted when it is read.
     *
     * @return whether that is another order than they came in
     */
    private static boolean addLines(Chunk chunk, List<ByteBuffer> lines) {
        byte[] json = chunk.lines().unpack();
        ByteBuffer asSent = ByteBuffer.wrap(json);
        if (!ChunkRef.of(chunk).hasSeq()) {
            try {
                TimedLines timed = TimedLines.of(json, 0, json.length, line -> true);
                if (timed.isMoved()) {
                    lines.addAll(timed.parts());
                    return true;
                }
            } catch (MalformedEventsException e) {
                // What a damaged journal gives back must not hold up the rest of a segment.
            }
        }
        lines.add(asSent);
        return false;
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
