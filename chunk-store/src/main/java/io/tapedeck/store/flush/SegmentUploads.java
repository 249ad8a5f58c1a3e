package io.tapedeck.store.flush;

import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.NodeStart;
import io.tapedeck.store.Loops;
import io.tapedeck.store.Loops.Loop;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WorkTracer;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.SegmentWriter.Segment;
import io.tapedeck.store.flush.SegmentUpload.SupersededException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loops that compress sealed segments and bring them into the object store and the catalog, each one segment at a time,
 * trying again for as long as this process lives. Thread-safe. The queue before them is bounded by the memory that the
 * flusher allows for segments.
 */
final class SegmentUploads {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentUploads.class);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final FlushPolicy policy;
    private final ObjectStore objectStore;
    private final Catalog catalog;
    private final NodeStart node;
    private final SegmentKeys keys;
    private final Clock clock;
    private final WorkTracer tracer;
    private final FlushMeters meters;
    private final Listener listener;
    private final BlockWriter blocks;
    private final SegmentArray arrays = new SegmentArray();
    private final ArrayDeque<OpenSegment> queue = new ArrayDeque<>();
    private final List<Loop> loops = new ArrayList<>();
    private volatile boolean stopped;

    /** Is told, within a loop's step, how a segment gets on. */
    interface Listener {
        /** The segment's chunks are let go of, and so many bytes are held instead. */
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
            WorkTracer tracer,
            FlushMeters meters,
            Listener listener) {
        this.policy = policy;
        this.blocks = new BlockWriter(policy.level());
        this.objectStore = objectStore;
        this.catalog = catalog;
        this.node = node;
        this.keys = new SegmentKeys(node, objectStoreId);
        this.clock = clock;
        this.tracer = tracer;
        this.meters = meters;
        this.listener = listener;
    }

    synchronized void start(Loops on) {
        for (int i = 1; i <= policy.uploadsMax(); i++) {
            loops.add(on.begin("tapedeck-flush-" + i, new Worker()::step));
        }
    }

    /** Takes a sealed segment. */
    synchronized void submit(OpenSegment sealed) {
        queue.add(sealed);
        loops.forEach(Loop::wake);
    }

    private synchronized OpenSegment poll() {
        return queue.poll();
    }

    /** What one loop is at. */
    private final class Worker {
        private final Backoff backoff = new Backoff(policy);
        private OpenSegment sealed;
        /** Null until it is compressed. */
        private SegmentUpload upload;

        /** One attempt to bring one segment further. */
        long step() {
            if (sealed == null) {
                sealed = poll();
            }
            if (stopped || sealed == null) {
                return stopped ? Loops.ENDED : Loops.UNTIL_WOKEN;
            }
            int chunks = sealed.chunks();
            try {
                committed(attempt());
                return 0;
            } catch (SupersededException e) {
                listener.superseded();
                return Loops.ENDED;
            } catch (InterruptedException e) {
                return Loops.ENDED;
            } catch (RuntimeException | Error e) {
                meters.retried.increment();
                if (!stopped) {
                    LOG.warn("a segment of {} chunks cannot be stored yet; trying again", chunks, e);
                }
                return backoff.nextNanos();
            }
        }

        private Collection<SessionKey> attempt() throws SupersededException, InterruptedException {
            try (WorkTracer.Work work = tracer.begin("flush")) {
                try {
                    if (upload == null) {
                        compress();
                    }
                    return upload.attempt();
                } catch (RuntimeException | Error e) {
                    work.failed();
                    throw e;
                }
            }
        }

        /** Whatever fails once the upload is there, the chunks are let go of and not encoded again. */
        private void compress() {
            Segment segment = sealed.encode(blocks, node.node(), node.epoch(), arrays::take);
            upload = new SegmentUpload(catalog, objectStore, keys, node, clock, segment);
            listener.compressed(sealed, upload.bytes());
            sealed.release();
        }

        private void committed(Collection<SessionKey> leftOut) {
            OpenSegment done = sealed;
            int bytes = upload.bytes();
            upload.spare().ifPresent(arrays::giveBack);
            sealed = null;
            upload = null;
            backoff.reset();
            meters.flushed.increment();
            meters.bytes.record(bytes);
            listener.committed(done, bytes, leftOut);
        }
    }

    /** Ends the loops; segments that are not committed by then are given up, and are still in the journal. */
    void close() {
        stopped = true;
        List<Loop> begun;
        synchronized (this) {
            begun = List.copyOf(loops);
        }
        begun.forEach(loop -> loop.stop(CLOSE_WAIT));
    }
}
