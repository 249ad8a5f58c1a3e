package io.tapedeck.store.flush;

import io.tapedeck.store.Attempt;
import io.tapedeck.store.Catalog.NodeStart;
import io.tapedeck.store.SegmentKey;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the keys of a node's segments. The random attempt makes every key new, whatever became of earlier processes.
 * Thread-safe.
 */
final class SegmentKeys {
    private final NodeStart node;
    private final String objectStoreId;
    private final AtomicLong counter = new AtomicLong();

    SegmentKeys(NodeStart node, String objectStoreId) {
        this.node = node;
        this.objectStoreId = objectStoreId;
    }

    /** Names the object store in the catalog. */
    String objectStoreId() {
        return objectStoreId;
    }

    String next(long now) {
        return SegmentKey.of(now, node.node(), node.epoch(), counter.incrementAndGet(), Attempt.next());
    }
}
