package io.tapedeck.store.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the journal may grow: its own cap, and the disk's free space as it was a moment ago. Thread-safe; the journal's
 * loop looks at the disk, everybody else at what it saw.
 */
final class JournalCapacity {
    private static final Logger LOG = LoggerFactory.getLogger(JournalCapacity.class);
    /** How old the view of the disk may get. */
    private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final JournalSettings settings;
    private final Path folder;
    private final Disk disk;
    private volatile long bytesMax;
    private volatile boolean diskFull;
    private long lookedAt;

    JournalCapacity(JournalSettings settings, Path folder, Disk disk) {
        this.settings = settings;
        this.folder = folder;
        this.disk = disk;
        this.bytesMax = settings.bytesMax();
        look();
    }

    /** Why so many more bytes may not be appended to a journal of that size, or null if they may. */
    String refusal(long journalBytes, long moreBytes) {
        if (diskFull) {
            return "the journal's disk is nearly full";
        }
        return journalBytes + moreBytes > bytesMax ? "the journal is at its cap" : null;
    }

    /** Looks at the disk unless that was done a moment ago. */
    void refresh() {
        if (System.nanoTime() - lookedAt >= LOOK_AGAIN_NANOS) {
            look();
        }
    }

    final void look() {
        lookedAt = System.nanoTime();
        try {
            long total = disk.totalBytes(folder);
            boolean full = disk.usableBytes(folder) < settings.freeShareMin() * total;
            if (full != diskFull) {
                LOG.warn(full ? "the journal's disk is nearly full: chunks are refused" : "the disk has room again");
            }
            bytesMax = Math.min(settings.bytesMax(), (long) (settings.diskShareMax() * total));
            diskFull = full;
        } catch (IOException e) {
            LOG.warn("the free space of the journal's disk cannot be read", e);
        }
    }
}
