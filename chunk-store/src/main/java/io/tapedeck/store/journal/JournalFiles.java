package io.tapedeck.store.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The journal's files by their first number; the last one is being written to. It is never deleted, and so its name keeps
 * the numbers from starting again when every record has been trimmed. Thread-safe.
 */
final class JournalFiles {
    static final String UNFINISHED_SUFFIX = ".journal.tmp";

    private final Path folder;
    private final Disk disk;
    private final ConcurrentSkipListMap<Long, JournalFile> files = new ConcurrentSkipListMap<>();
    /** Whether deleted files may come back after a crash, as the folder could not be synced. */
    private boolean deletedUnsynced;

    JournalFiles(Path folder, Disk disk, List<JournalFile> recovered) {
        this.folder = folder;
        this.disk = disk;
        recovered.forEach(file -> files.put(file.firstNumber(), file));
    }

    /** A file that has just been created, and the channel at its end. */
    record Created(JournalFile file, FileChannel channel) {}

    /** Creates the file whose first record will have that number; it is on disk, with its name, when this returns. */
    Created create(long firstNumber) throws IOException {
        Path path = folder.resolve(JournalFormat.fileName(firstNumber));
        Path unfinished = folder.resolve(firstNumber + UNFINISHED_SUFFIX);
        FileChannel channel = disk.create(unfinished);
        try {
            writeFully(channel, JournalFormat.header(firstNumber));
            channel.force(true);
            disk.rename(unfinished, path);
            disk.syncFolder(folder);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        JournalFile file = new JournalFile(path, firstNumber, JournalFormat.HEADER_BYTES);
        files.put(firstNumber, file);
        return new Created(file, channel);
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The file that holds {@code number}, or the first after it; null if every file ends before it. */
    JournalFile holding(long number) {
        Map.Entry<Long, JournalFile> entry = files.floorEntry(number);
        if (entry == null) {
            entry = files.firstEntry();
        }
        return entry == null ? null : entry.getValue();
    }

    /** The file after the one given, or null if that is the last. */
    JournalFile after(JournalFile file) {
        Map.Entry<Long, JournalFile> entry = files.higherEntry(file.firstNumber());
        return entry == null ? null : entry.getValue();
    }

    /** Deletes the files all of whose records are below {@code number}, for good once this returns. */
    synchronized void trim(long number) throws IOException {
        for (JournalFile file : files.values()) {
            JournalFile next = after(file);
            if (next == null || next.firstNumber() > number) {
                break;
            }
            deletedUnsynced = true;
            disk.delete(file.path());
            files.remove(file.firstNumber());
        }
        if (deletedUnsynced) {
            disk.syncFolder(folder);
            deletedUnsynced = false;
        }
    }

    long first() {
        return files.firstKey();
    }

    long bytes() {
        long bytes = 0;
        for (JournalFile file : files.values()) {
            bytes += file.readable();
        }
        return bytes;
    }
}
