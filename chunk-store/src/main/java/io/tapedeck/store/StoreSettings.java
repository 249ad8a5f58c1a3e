package io.tapedeck.store;

import io.tapedeck.store.flush.FlushPolicy;
import io.tapedeck.store.journal.JournalSettings;
import io.tapedeck.store.upkeep.UpkeepSettings;
import java.nio.file.Path;
import java.util.Objects;

/**
 * How a {@link ChunkStore} works.
 *
 * @param folder where the journal and temporary files are; made if absent; held by one process at a time, unless that
 *     neither appends nor keeps up
 * @param objectStoreId names the object store in the catalog, so that a start with another one can be refused
 * @param appends whether this process takes chunks; if not, it has no journal
 * @param keepsUp whether this process settles sessions and deletes objects
 * @param ack what is done before a chunk is acknowledged
 * @param storedWaitMs with {@link Ack#STORED}, how long a chunk may wait before its append fails with TIMEOUT
 */
public record StoreSettings(
        Path folder,
        String objectStoreId,
        boolean appends,
        boolean keepsUp,
        Ack ack,
        long storedWaitMs,
        JournalSettings journal,
        FlushPolicy flush,
        UpkeepSettings upkeep) {
    /** What is done before a chunk is acknowledged. */
    public enum Ack {
        /** It is on this machine's disk. */
        JOURNALED,
        /** It is in the object store and in the catalog. */
        STORED
    }

    public StoreSettings {
        Objects.requireNonNull(folder);
        Objects.requireNonNull(objectStoreId);
        Objects.requireNonNull(ack);
        Objects.requireNonNull(journal);
        Objects.requireNonNull(flush);
        Objects.requireNonNull(upkeep);
        if (storedWaitMs <= 0) {
            throw new IllegalArgumentException("storedWaitMs must be positive");
        }
    }

    /** The defaults, with every role in this process. */
    public static StoreSettings defaults(Path folder, String objectStoreId, Ack ack) {
        return new StoreSettings(
                folder,
                objectStoreId,
                true,
                true,
                ack,
                30_000,
                JournalSettings.DEFAULT,
                ack == Ack.STORED ? FlushPolicy.STORED : FlushPolicy.JOURNALED,
                UpkeepSettings.DEFAULT);
    }
}
