package io.tapedeck.store.upkeep;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tapedeck.store.BlockRef;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what is live of segments into a new one: the blocks' bytes as they are, not compressed again, with a footer that
 * names nothing else. Thread-safe; holds one new segment and its blocks in memory.
 *
 * <p>A block whose bytes do not match their checksum is copied as it is too, counted and logged: it is no more readable
 * than it was, and it neither stops the others nor keeps what was erased. A segment whose blocks cannot be read at all is
 * left out.
 */
final class SegmentRewriter {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRewriter.class);
    private static final int READS_AT_ONCE = 16;

    private final ObjectStore objectStore;
    private final Counter damaged;

    SegmentRewriter(ObjectStore objectStore, MeterRegistry registry) {
        this.objectStore = objectStore;
        this.damaged = Counter.builder("tapedeck.compact.damaged")
                .description("blocks that were copied although they do not match their checksum")
                .register(registry);
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
                List<List<EncodedBlock>> blocks = new ArrayList<>();
                for (LiveSession session : segment.sessions()) {
                    blocks.add(read(segment.key(), session.held().blocks()));
                }
                for (int i = 0; i < blocks.size(); i++) {
                    SegmentSession held = segment.sessions().get(i).held();
                    writer.add(held.session(), held.facts(), blocks.get(i));
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

    private List<EncodedBlock> read(String key, List<BlockRef> blocks) throws InterruptedException {
        List<EncodedBlock> read = new ArrayList<>(blocks.size());
        for (int from = 0; from < blocks.size(); from += READS_AT_ONCE) {
            List<BlockRef> some = blocks.subList(from, Math.min(blocks.size(), from + READS_AT_ONCE));
            List<CompletableFuture<ByteBuffer>> frames = some.stream()
                    .map(block -> objectStore.get(key, block.offset(), block.length()))
                    .toList();
            for (int i = 0; i < some.size(); i++) {
                read.add(verified(key, some.get(i), await(frames.get(i))));
            }
        }
        return read;
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

    private static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw StoreException.of(e);
        }
    }
}
