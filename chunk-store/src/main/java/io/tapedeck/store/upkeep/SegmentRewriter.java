package io.tapedeck.store.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Calls;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.CompactionCatalog.LiveSegment;
import io.tapedeck.store.CompactionCatalog.LiveSession;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.block.EncodedBlock;
import io.tapedeck.store.block.SegmentWriter;
import io.tapedeck.store.block.SegmentWriter.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what is live of segments into a new one: the blocks' bytes as they are, not compressed again, with a footer that
 * names nothing else. Thread-safe; holds one new segment in memory and what was read for it, at most twice as much again.
 *
 * <p>A block whose bytes do not match their checksum is copied as it is too, counted and logged: it is no more readable
 * than it was, and it neither stops the others nor keeps what was erased. A segment whose blocks cannot be read at all is
 * left out.
 */
final class SegmentRewriter {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRewriter.class);
    private static final int READS_AT_ONCE = 4;
    /** Of one read, unless a block is larger. */
    private static final long READ_BYTES_MAX = 8L << 20;

    private final ObjectStore objectStore;
    private final Counter damaged;

    SegmentRewriter(ObjectStore objectStore, MeterRegistry meters) {
        this.objectStore = objectStore;
        this.damaged = Counter.builder("tapedeck.compact.damaged")
                .description("blocks that were copied although they do not match their checksum")
                .register(meters);
    }

    /** @param copied those of the segments that the new one replaces, in their order; the others cannot be read */
    record Copy(Segment segment, List<LiveSegment> copied) {}

    /**
     * @param node names the writer in the footer
     * @throws StoreException if the object store is away
     */
    Copy copy(List<LiveSegment> segments, String node) throws InterruptedException {
        SegmentWriter writer = new SegmentWriter(node, 0);
        List<LiveSegment> copied = new ArrayList<>();
        for (LiveSegment segment : segments) {
            try {
                Map<Long, ByteBuffer> frames = read(segment);
                for (LiveSession session : segment.sessions()) {
                    SegmentSession held = session.held();
                    List<EncodedBlock> blocks = held.blocks().stream()
                            .map(block -> verified(segment.key(), block, frames.get(block.offset())))
                            .toList();
                    writer.add(held.session(), held.facts(), blocks);
                }
                copied.add(segment);
            } catch (StoreException e) {
                if (!isOfThisSegment(e)) {
                    throw e;
                }
                LOG.error("the segment {} cannot be read; it is left as it is", segment.key(), e);
            }
        }
        return new Copy(writer.finish(0, 0), copied);
    }

    /** Rather than of the object store, which would say the same of the next one. */
    private static boolean isOfThisSegment(StoreException e) {
        return switch (e.kind()) {
            case NOT_FOUND, CORRUPT, UNSUPPORTED_VERSION -> true;
            case CONFLICT, UNAVAILABLE, THROTTLED, TIMEOUT, OVER_CAPACITY, UNAUTHORIZED, ERASED -> false;
        };
    }

    /** The frames of all blocks, by their offsets: a request for each of thousands of sessions would take minutes. */
    private Map<Long, ByteBuffer> read(LiveSegment segment) throws InterruptedException {
        List<Range> ranges = ranges(segment);
        Map<Long, ByteBuffer> frames = new HashMap<>();
        for (int from = 0; from < ranges.size(); from += READS_AT_ONCE) {
            List<Range> some = ranges.subList(from, Math.min(ranges.size(), from + READS_AT_ONCE));
            List<CompletableFuture<ByteBuffer>> reads = some.stream()
                    .map(range -> objectStore.get(segment.key(), range.start(), range.length()))
                    .toList();
            for (int i = 0; i < some.size(); i++) {
                some.get(i).cut(Calls.await(reads.get(i)), frames);
            }
        }
        return frames;
    }

    private static List<Range> ranges(LiveSegment segment) {
        List<Range> ranges = new ArrayList<>();
        segment.sessions().stream()
                .flatMap(session -> session.held().blocks().stream())
                .sorted(Comparator.comparingLong(BlockRef::offset))
                .forEach(block -> {
                    if (ranges.isEmpty() || !ranges.get(ranges.size() - 1).takes(block)) {
                        ranges.add(new Range());
                    }
                    ranges.get(ranges.size() - 1).add(block);
                });
        return ranges;
    }

    /** Blocks that are read at once, in the order of their offsets. */
    private static final class Range {
        private final List<BlockRef> blocks = new ArrayList<>();
        private long bytes;

        /** At least half of what is read is wanted. */
        boolean takes(BlockRef next) {
            long length = end(next) - start();
            return length <= READ_BYTES_MAX && length <= 2 * (bytes + next.length());
        }

        void add(BlockRef block) {
            blocks.add(block);
            bytes += block.length();
        }

        long start() {
            return blocks.get(0).offset();
        }

        int length() {
            return Math.toIntExact(end(blocks.get(blocks.size() - 1)) - start());
        }

        void cut(ByteBuffer read, Map<Long, ByteBuffer> into) {
            for (BlockRef block : blocks) {
                int at = read.position() + Math.toIntExact(block.offset() - start());
                into.put(block.offset(), read.slice(at, block.length()));
            }
        }

        private static long end(BlockRef block) {
            return block.offset() + block.length();
        }
    }

    private EncodedBlock verified(String key, BlockRef block, ByteBuffer frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame.duplicate());
        if ((int) crc.getValue() != block.crc32c()) {
            damaged.increment();
            LOG.error("a block at {} of the segment {} is damaged; it is copied as it is", block.offset(), key);
        }
        return new EncodedBlock(block, frame);
    }
}
