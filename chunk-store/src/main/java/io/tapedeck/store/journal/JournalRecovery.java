package io.tapedeck.store.journal;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, at start, what journal files there are and which number comes next.
 *
 * <p>Only the newest file can have been written to when the process ended, so only that one is read through: what
 * follows its last whole record is set aside and cut off. Damage in the middle of any file is dealt with by whoever reads
 * it.
 */
final class JournalRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(JournalRecovery.class);

    private final Path folder;
    private final Quarantine quarantine;
    private final Disk disk;

    JournalRecovery(Path folder, Quarantine quarantine, Disk disk) {
        this.folder = folder;
        this.quarantine = quarantine;
        this.disk = disk;
    }

    /** What was found: files that hold records, in order, and the number after the last one used. */
    record Recovered(List<JournalFile> files, long next) {}

    Recovered recover() {
        try {
            List<JournalFile> files = files();
            if (files.isEmpty()) {
                return new Recovered(files, 1);
            }
            JournalFile newest = files.get(files.size() - 1);
            long next = readThrough(newest);
            if (newest.readable() <= JournalFormat.HEADER_BYTES) {
                files.remove(newest);
            }
            LOG.info("the journal has {} files with records; the next record is number {}", files.size(), next);
            return new Recovered(files, next);
        } catch (IOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "the journal folder cannot be read", e);
        }
    }

    private List<JournalFile> files() throws IOException {
        List<JournalFile> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                long first = JournalFormat.firstNumber(name);
                if (first >= 0) {
                    files.add(new JournalFile(entry, first, Files.size(entry)));
                } else if (name.endsWith(JournalFiles.UNFINISHED_SUFFIX)) {
                    Files.delete(entry);
                }
            }
        }
        files.sort(Comparator.comparingLong(JournalFile::firstNumber));
        return files;
    }

    /** Reads a file to its last whole record and cuts off what follows; returns the number after the last record's. */
    private long readThrough(JournalFile file) throws IOException {
        long next = file.firstNumber();
        long end;
        try (RecordScanner scanner = new RecordScanner(file, this::setAside)) {
            while (scanner.next() != null) {
                next = scanner.number() + 1;
            }
            end = scanner.position();
        }
        if (end < file.readable()) {
            setAside(file, end, file.readable());
            try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.WRITE)) {
                channel.truncate(end);
                channel.force(true);
            }
            disk.syncFolder(folder);
            file.setReadable(end);
        }
        return next;
    }

    private void setAside(JournalFile file, long from, long to) throws IOException {
        quarantine.setAside(file.path(), from, to);
    }
}
