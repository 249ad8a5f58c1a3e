package io.tapedeck.store.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder where unreadable pieces of journal files are kept for people to look at. Each piece is kept once, however
 * often it is met. Thread-safe.
 */
final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    private final Path folder;
    private final Counter pieces;

    Quarantine(Path folder, MeterRegistry meters) {
        this.folder = folder;
        this.pieces = Counter.builder("tapedeck.journal.quarantined")
                .description("unreadable pieces of journal files that were set aside")
                .register(meters);
    }

    /** Keeps a copy of the bytes {@code [from, to)} of a journal file, durably. */
    synchronized void setAside(Path file, long from, long to) throws IOException {
        Path kept = folder.resolve(file.getFileName() + "." + from + "-" + to);
        if (Files.exists(kept)) {
            return;
        }
        Files.createDirectories(folder);
        Path unfinished = folder.resolve(kept.getFileName() + ".tmp");
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel target = FileChannel.open(
                        unfinished,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            long position = from;
            while (position < to) {
                long copied = source.transferTo(position, to - position, target);
                if (copied <= 0) {
                    break;
                }
                position += copied;
            }
            target.force(true);
        }
        Files.move(unfinished, kept, StandardCopyOption.ATOMIC_MOVE);
        Disk.system().syncFolder(folder);
        pieces.increment();
        LOG.warn("set aside {} unreadable bytes of the journal file {} as {}", to - from, file.getFileName(), kept);
    }
}
