package io.tapedeck.store.upkeep;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.block.BlockReader;
import io.tapedeck.store.block.RecordingReader;
import io.tapedeck.store.block.SegmentFooter;
import io.tapedeck.store.block.SegmentReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what objects say of themselves, and whether all of their bytes are what that says. Blocks; thread-safe. */
final class StoredObjects {
    /** Blocks that lie together are read together, up to this. */
    private static final long READ_BYTES_MAX = 8L << 20;

    private final StoredBytes objects;

    StoredObjects(ObjectStore objects) {
        this(StoredBytes.of(objects));
    }

    StoredObjects(StoredBytes objects) {
        this.objects = objects;
    }

    long size(String key) throws InterruptedException {
        return objects.size(key);
    }

    ByteBuffer get(String key, long offset, int length) throws InterruptedException {
        return objects.get(key, offset, length);
    }

    /** @throws StoreException NOT_FOUND, CORRUPT or UNSUPPORTED_VERSION */
    SegmentFooter footer(String key) throws InterruptedException {
        long size = size(key);
        ByteBuffer tail = tail(key, size, SegmentReader.TAIL_BYTES);
        int needed = SegmentReader.tailBytes(size, tail);
        return SegmentReader.footer(size, needed <= tail.remaining() ? tail : tail(key, size, needed));
    }

    /** @throws StoreException NOT_FOUND, CORRUPT or UNSUPPORTED_VERSION */
    RecordingIndex index(String key) throws InterruptedException {
        long size = size(key);
        ByteBuffer tail = tail(key, size, RecordingReader.TAIL_BYTES);
        int needed = RecordingReader.tailBytes(size, tail);
        return RecordingReader.index(size, needed <= tail.remaining() ? tail : tail(key, size, needed));
    }

    /**
     * Reads and decompresses every frame and the markers.
     *
     * @throws StoreException CORRUPT at the first that is not what the index says
     */
    void checkRecording(String key, RecordingIndex index) throws InterruptedException {
        Map<WindowId, Long> events = new HashMap<>();
        for (FrameRef frame : index.frames()) {
            byte[] lines = RecordingReader.lines(frame, objects.get(key, frame.offset(), frame.length()));
            if (count(lines) != frame.events()) {
                throw corrupt("the frame at " + frame.offset() + " has another number of lines than the index says");
            }
            events.merge(frame.window(), (long) frame.events(), Long::sum);
        }
        index.chunks().forEach((window, chunks) -> {
            long sent = chunks.stream().mapToLong(ChunkRef::events).sum();
            long held = events.getOrDefault(window, 0L);
            boolean mayBeFewer = chunks.stream().anyMatch(ChunkRef::overlaps);
            if (held > sent || (held < sent && !mayBeFewer)) {
                throw corrupt("the frames of window " + window + " hold other events than its chunks");
            }
        });
        if (!index.chunks().keySet().containsAll(events.keySet())) {
            throw corrupt("there are frames of a window without chunks");
        }
        RecordingReader.markers(0, objects.get(key, index.markersOffset(), index.markersLength()));
    }

    /**
     * Reads and decompresses blocks of a segment.
     *
     * @throws StoreException CORRUPT at the first that is not what its reference says
     */
    void checkBlocks(String key, List<BlockRef> blocks) throws InterruptedException {
        List<BlockRef> sorted = new ArrayList<>(blocks);
        sorted.sort(Comparator.comparingLong(BlockRef::offset));
        int from = 0;
        while (from < sorted.size()) {
            long start = sorted.get(from).offset();
            int to = from + 1;
            while (to < sorted.size() && end(sorted.get(to)) - start <= READ_BYTES_MAX) {
                to++;
            }
            int length = Math.toIntExact(end(sorted.get(to - 1)) - start);
            ByteBuffer bytes = objects.get(key, start, length);
            for (BlockRef block : sorted.subList(from, to)) {
                BlockReader.open(block, bytes.slice(Math.toIntExact(block.offset() - start), block.length()));
            }
            from = to;
        }
    }

    private ByteBuffer tail(String key, long size, int length) throws InterruptedException {
        int wanted = (int) Math.min(size, length);
        return objects.get(key, size - wanted, wanted);
    }

    private static long end(BlockRef block) {
        return block.offset() + block.length();
    }

    private static long count(byte[] lines) {
        long count = 0;
        for (byte b : lines) {
            if (b == '\n') {
                count++;
            }
        }
        return count;
    }

    private static StoreException corrupt(String what) {
        return new StoreException(StoreErrorKind.CORRUPT, what);
    }
}
