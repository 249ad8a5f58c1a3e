package io.tapedeck.store.upkeep;

import io.tapedeck.store.AdoptionCatalog.AdoptedSegment;
import io.tapedeck.store.Attempt;
import io.tapedeck.store.Calls;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkOrder;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SegmentKey;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.EncodedBlock;
import io.tapedeck.store.block.PackedLines;
import io.tapedeck.store.block.SegmentWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Puts those chunks of a recording that nothing else holds into a segment of their own. Used once, by one thread. */
final class TailOfRecording {
    private static final String NODE = "reindex";
    private static final long MEMORY_BYTES_MAX = 32L << 20;

    private final Adopting adopting;
    private final String key;
    private final RecordingIndex index;
    private final DecodedFrames decoded;
    private final BlockWriter blocks = new BlockWriter(BlockWriter.DEFAULT_LEVEL);
    private SegmentWriter segment;

    TailOfRecording(Adopting adopting, String key, RecordingIndex index) {
        this.adopting = adopting;
        this.key = key;
        this.index = index;
        this.decoded = new DecodedFrames(adopting.objects, MEMORY_BYTES_MAX);
    }

    /** Whether an object is a segment that this put. */
    static boolean isMade(String objectKey) {
        return SegmentKey.isMadeBy(NODE, objectKey);
    }

    /** @param known what is held elsewhere; holds the put chunks too when this returns */
    void put(SessionChunks known) throws InterruptedException {
        segment = new SegmentWriter(NODE, 0);
        for (Map.Entry<WindowId, List<ChunkRef>> window : index.chunks().entrySet()) {
            List<FrameRef> frames = index.frames().stream()
                    .filter(frame -> frame.window().equals(window.getKey()))
                    .toList();
            if (!ChunkOrder.hasOwnSeqs(window.getValue(), chunk -> chunk)) {
                addMerged(window.getKey(), window.getValue(), frames, known);
                continue;
            }
            FrameSequence lines = new FrameSequence(key, frames);
            long line = 0;
            for (ChunkRef chunk : window.getValue()) {
                if (!known.holds(window.getKey(), chunk)) {
                    add(window.getKey(), chunk, lines, line);
                }
                line += chunk.events();
            }
        }
        finish();
        known.addAll(index);
        adopting.keep(index.session(), known);
    }

    /**
     * Lines in the order of time do not tell whose they are: each frame becomes a chunk that may repeat events, and the
     * chunks that are not known are listed without any. Those events that are held elsewhere are told apart when they are
     * read and settled.
     */
    private void addMerged(WindowId window, List<ChunkRef> chunks, List<FrameRef> frames, SessionChunks known)
            throws InterruptedException {
        List<ChunkRef> missing =
                chunks.stream().filter(chunk -> !known.holds(window, chunk)).toList();
        if (missing.isEmpty()) {
            return;
        }
        for (FrameRef frame : frames) {
            byte[] lines = decoded.get(key, frame).bytes();
            ChunkRef chunk = new ChunkRef(
                    ChunkId.ofContent(ByteBuffer.wrap(lines)),
                    Chunk.OVERLAPPING,
                    frame.events(),
                    frame.firstAt(),
                    frame.lastAt(),
                    missing.get(0).receivedAt());
            add(window, chunk, ByteBuffer.wrap(lines), frame.fullSnapshotTimes());
        }
        for (ChunkRef chunk : missing) {
            ChunkRef listed =
                    new ChunkRef(chunk.id(), Chunk.NO_SEQ, 0, chunk.firstAt(), chunk.lastAt(), chunk.receivedAt());
            add(window, listed, ByteBuffer.allocate(0), List.of());
        }
    }

    private void add(WindowId window, ChunkRef chunk, FrameSequence lines, long firstLine) throws InterruptedException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        lines.each(firstLine, chunk.events(), decoded, (json, from, to) -> raw.write(json, from, to - from + 1));
        List<Long> fullSnapshots = index.frames().stream()
                .filter(frame -> frame.window().equals(window))
                .flatMap(frame -> frame.fullSnapshotTimes().stream())
                .filter(at -> at >= chunk.firstAt() && at <= chunk.lastAt())
                .sorted()
                .toList();
        add(window, chunk, ByteBuffer.wrap(raw.toByteArray()), fullSnapshots);
    }

    private void add(WindowId window, ChunkRef chunk, ByteBuffer lines, List<Long> fullSnapshots)
            throws InterruptedException {
        SessionFacts facts = index.facts().counting(chunk.events(), lines.remaining(), EventCounts.NONE);
        EncodedBlock block = blocks.encode(List.of(new Chunk(
                index.session(),
                window,
                chunk.id(),
                chunk.seq(),
                Chunk.NO_TIME,
                chunk.receivedAt(),
                PackedLines.of(lines, BlockWriter.DEFAULT_LEVEL),
                chunk.events(),
                chunk.firstAt(),
                chunk.lastAt(),
                fullSnapshots,
                facts)));
        segment.add(index.session(), facts, block);
        if (segment.bytes() > MEMORY_BYTES_MAX) {
            finish();
        }
    }

    private void finish() throws InterruptedException {
        if (segment.bytes() == 0) {
            return;
        }
        SegmentWriter.Segment whole = segment.finish(0, 0);
        segment = new SegmentWriter(NODE, 0);
        long at = adopting.clock.millis();
        String segmentKey = SegmentKey.of(at, NODE, Attempt.next());
        int bytes = whole.bytes().remaining();
        Calls.await(adopting.objects.put(segmentKey, whole.bytes()));
        adopting.adoption.adoptSegment(new AdoptedSegment(
                segmentKey,
                adopting.objectStoreId,
                bytes,
                NODE,
                0,
                0,
                0,
                whole.footer().sessions(),
                List.of(),
                at));
    }
}
