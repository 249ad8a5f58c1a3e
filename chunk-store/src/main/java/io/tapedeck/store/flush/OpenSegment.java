package io.tapedeck.store.flush;

import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkOrder;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.SegmentWriter;
import io.tapedeck.store.block.SegmentWriter.Segment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Chunks gathered for the next segment, by session and window, from a contiguous range of journal numbers. Not
 * thread-safe; once sealed, nobody adds to it any more.
 */
final class OpenSegment {
    /** A window's chunks go on in another block once one holds so many bytes of events: what a reader decompresses at once. */
    private static final long BLOCK_BYTES = 8L << 20;
    /** Counted for each chunk beside its packed lines. */
    private static final long CHUNK_OVERHEAD_BYTES = 2_048;

    private final long journalFrom;
    private final long openedAtNanos;
    private final LineSlabs.Lines lines;
    /** In the order of their numbers; put by session and window only when they are encoded, so that less waits with them. */
    private final List<Chunk> chunks = new ArrayList<>();

    private long journalTo;
    private int count;

    /**
     * @param journalFrom the first number of the range
     * @param slabs where the lines wait
     */
    OpenSegment(long journalFrom, long openedAtNanos, LineSlabs slabs) {
        this.lines = slabs.open();
        this.journalFrom = journalFrom;
        this.journalTo = journalFrom;
        this.openedAtNanos = openedAtNanos;
    }

    /** What a chunk takes of memory, but for the slab that may be begun for it. */
    static long bytes(Chunk chunk) {
        return chunk.lines().length() + CHUNK_OVERHEAD_BYTES;
    }

    void add(long number, Chunk chunk) {
        assert number >= journalTo : "numbers ascend";
        chunks.add(chunk.withLines(lines.keep(chunk.lines())));
        journalTo = number + 1;
        count++;
    }

    long journalFrom() {
        return journalFrom;
    }

    /** One past the last number. */
    long journalTo() {
        return journalTo;
    }

    long openedAtNanos() {
        return openedAtNanos;
    }

    /** What it takes of memory until it is {@link #release released}. */
    long bytes() {
        return lines.bytes() + count * CHUNK_OVERHEAD_BYTES;
    }

    int chunks() {
        return count;
    }

    /** Puts everything into a segment, in an array of {@code arrays}. May be repeated. */
    Segment encode(BlockWriter blocks, String node, long epoch, IntFunction<byte[]> arrays) {
        if (chunks.size() != count) {
            throw new IllegalStateException("encoded after its chunks were let go of");
        }
        SegmentWriter writer = new SegmentWriter(node, epoch);
        bySession()
                .forEach((session, windows) -> windows.values().forEach(chunksOfWindow -> {
                    for (List<Chunk> block : split(ChunkOrder.sorted(chunksOfWindow, ChunkRef::of))) {
                        SessionFacts facts = block.stream()
                                .map(Chunk::facts)
                                .reduce(SessionFacts::plus)
                                .orElseThrow();
                        writer.add(session, facts, blocks.encode(block));
                    }
                }));
        return writer.finish(journalFrom, journalTo, arrays);
    }

    /** Lets go of the chunks: it is not encoded again. */
    void release() {
        chunks.clear();
        lines.close();
    }

    private Map<SessionKey, Map<WindowId, List<Chunk>>> bySession() {
        Map<SessionKey, Map<WindowId, List<Chunk>>> sessions = new LinkedHashMap<>();
        for (Chunk chunk : chunks) {
            sessions.computeIfAbsent(chunk.session(), session -> new LinkedHashMap<>())
                    .computeIfAbsent(chunk.window(), window -> new ArrayList<>())
                    .add(chunk);
        }
        return sessions;
    }

    private static List<List<Chunk>> split(List<Chunk> chunks) {
        List<List<Chunk>> blocks = new ArrayList<>();
        List<Chunk> block = new ArrayList<>();
        long blockBytes = 0;
        for (Chunk chunk : chunks) {
            if (!block.isEmpty() && blockBytes + chunk.lines().rawLength() > BLOCK_BYTES) {
                blocks.add(block);
                block = new ArrayList<>();
                blockBytes = 0;
            }
            block.add(chunk);
            blockBytes += chunk.lines().rawLength();
        }
        blocks.add(block);
        return blocks;
    }
}
