package io.tapedeck.store.flush;

import io.tapedeck.store.Catalog;
import io.tapedeck.store.Catalog.NodeStart;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.block.SegmentWriter.Segment;
import java.time.Clock;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one segment into the object store and the catalog, however long that takes. Used by one worker thread.
 *
 * <p>Each step is repeated until its outcome is known to be good, and only that step: intending, putting and committing
 * are idempotent by key. A conflict means that the key is lost (its intent was given up while the store was away): the
 * same segment is then put again under another key.
 */
final class SegmentUpload {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentUpload.class);

    private final Catalog catalog;
    private final ObjectStore objectStore;
    private final SegmentKeys keys;
    private final NodeStart node;
    private final Clock clock;
    private final Segment segment;
    private String key;
    private boolean intended;
    private boolean put;
    private boolean putFailed;

    SegmentUpload(
            Catalog catalog, ObjectStore objectStore, SegmentKeys keys, NodeStart node, Clock clock, Segment segment) {
        this.catalog = catalog;
        this.objectStore = objectStore;
        this.keys = keys;
        this.node = node;
        this.clock = clock;
        this.segment = segment;
    }

    /** Thrown when another process has become this node: nothing can be committed any more. */
    static final class SupersededException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Goes on where the last attempt stopped.
     *
     * @return the sessions that the commit left out
     * @throws StoreException if this attempt failed; another one may follow
     */
    Collection<SessionKey> attempt() throws SupersededException, InterruptedException {
        try {
            if (key == null) {
                key = keys.next(clock.millis());
                intended = false;
                put = false;
            }
            if (!intended) {
                catalog.intend(
                        new ObjectIntent(key, ObjectKind.SEGMENT, keys.objectStoreId(), node.node(), clock.millis()));
                intended = true;
            }
            if (!put) {
                put();
                put = true;
            }
            return catalog.commitSegment(new SegmentCommit(
                    key,
                    node.node(),
                    node.epoch(),
                    segment.bytes().remaining(),
                    segment.footer().journalFrom(),
                    segment.footer().journalTo(),
                    clock.millis(),
                    segment.footer().sessions()));
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.CONFLICT) {
                giveKeyUp();
            }
            throw e;
        }
    }

    /** Size of the object. */
    int bytes() {
        return segment.bytes().remaining();
    }

    /** What held the object, once it is committed; empty if a put that seemed to fail might still read it. */
    Optional<byte[]> spare() {
        return putFailed ? Optional.empty() : Optional.of(segment.bytes().array());
    }

    private void put() throws InterruptedException {
        try {
            objectStore.put(key, segment.bytes().duplicate()).get();
        } catch (ExecutionException e) {
            putFailed = true;
            throw StoreException.of(e);
        }
    }

    private void giveKeyUp() throws SupersededException {
        if (catalog.epoch(node.node()) != node.epoch()) {
            throw new SupersededException();
        }
        LOG.warn("the segment {} cannot be committed any more and is put again under another key", key);
        catalog.doom(key, clock.millis());
        key = null;
    }
}
