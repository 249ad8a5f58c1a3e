package io.tapedeck.store.flush;

import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.NodeStart;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.SegmentWriter.Segment;
import io.tapedeck.store.flush.SegmentUpload.SupersededException;
import java.time.Clock;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers that compress sealed segments and bring them into the object store and the catalog, each one segment at a
 * time, trying again for as long as this process lives. Thread-safe. The queue before them is bounded by the memory that
 * the flusher allows for segments.
 */
final class SegmentUploads {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentUploads.class);
    private static final long CLOSE_WAIT_MS = 10_000;

    private final FlushPolicy policy;
    private final ObjectStore objectStore;
    private final Catalog catalog;
    private final NodeStart node;
    private final SegmentKeys keys;
    private final Clock clock;
    private final FlushMeters meters;
    private final Listener listener;
    private final BlockWriter blocks = new BlockWriter(BlockWriter.DEFAULT_LEVEL);
    private final ExecutorService workers;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Is told, on a worker's thread, how a segment gets on. */
    interface Listener {
        /** The segment's chunks were let go of, and so many bytes are held instead. */
        void compressed(OpenSegment segment, long bytes);

        /** It is committed, and its bytes were let go of. */
        void committed(OpenSegment segment, long bytes, Collection<SessionKey> leftOut);

        /** Another process has become this node. */
        void superseded();
    }

    SegmentUploads(
            FlushPolicy policy,
            ObjectStore objectStore,
            String objectStoreId,
            Catalog catalog,
            NodeStart node,
            Clock clock,
            FlushMeters meters,
            Listener listener) {
        this.policy = policy;
        this.objectStore = objectStore;
        this.catalog = catalog;
        this.node = node;
        this.keys = new SegmentKeys(node, objectStoreId);
        this.clock = clock;
        this.meters = meters;
        this.listener = listener;
        AtomicInteger threads = new AtomicInteger();
        this.workers = Executors.newFixedThreadPool(policy.uploadsMax(), work -> {
            Thread thread = new Thread(work, "tapedeck-flush-" + threads.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Takes a sealed segment. */
    void submit(OpenSegment sealed) {
        workers.execute(() -> upload(sealed));
    }

    private void upload(OpenSegment sealed) {
        Backoff backoff = new Backoff(policy, stopped);
        SegmentUpload upload = null;
        Collection<SessionKey> leftOut = null;
        while (leftOut == null) {
            try {
                if (upload == null) {
                    upload = compress(sealed);
                }
                leftOut = upload.attempt();
            } catch (SupersededException e) {
                listener.superseded();
                return;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                meters.retried.increment();
                if (!backoff.pause()) {
                    return;
                }
                LOG.warn("a segment of {} chunks cannot be stored yet; trying again", sealed.chunks(), e);
            }
        }
        meters.flushed.increment();
        meters.bytes.record(upload.bytes());
        listener.committed(sealed, upload.bytes(), leftOut);
    }

    private SegmentUpload compress(OpenSegment sealed) {
        Segment segment = sealed.encode(blocks, node.node(), node.epoch());
        listener.compressed(sealed, segment.bytes().remaining());
        return new SegmentUpload(catalog, objectStore, keys, node, clock, segment);
    }

    /** Ends the workers; segments that are not committed by then are given up, and are still in the journal. */
    void close() {
        stopped.countDown();
        workers.shutdownNow();
        try {
            workers.awaitTermination(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
