package io.tapedeck.store.flush;

import io.tapedeck.store.Catalog.NodeStart;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the keys of a node's segments: {@code segments/{yyyyMMdd}/{HH}/{node}-{epoch}-{counter}-{attempt}.seg}. The
 * random attempt makes every key new, whatever became of earlier processes. Thread-safe.
 */
final class SegmentKeys {
    private static final DateTimeFormatter FOLDER =
            DateTimeFormatter.ofPattern("yyyyMMdd/HH").withZone(ZoneOffset.UTC);
    private static final int ATTEMPT_BYTES = 6;

    private final NodeStart node;
    private final String objectStoreId;
    private final AtomicLong counter = new AtomicLong();
    private final SecureRandom random = new SecureRandom();

    SegmentKeys(NodeStart node, String objectStoreId) {
        this.node = node;
        this.objectStoreId = objectStoreId;
    }

    /** Names the object store in the catalog. */
    String objectStoreId() {
        return objectStoreId;
    }

    String next(long now) {
        byte[] attempt = new byte[ATTEMPT_BYTES];
        random.nextBytes(attempt);
        return "segments/" + FOLDER.format(Instant.ofEpochMilli(now)) + "/" + node.node() + "-" + node.epoch() + "-"
                + counter.incrementAndGet() + "-" + HexFormat.of().formatHex(attempt) + ".seg";
    }
}
