package io.tapedeck.store.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** What the journal asks of the operating system where a disk may fail. */
interface Disk {
    /** Opens a file for writing from its start; it is created, or emptied. */
    FileChannel create(Path file) throws IOException;

    /** Gives a file, which is synced, its final name in the same folder; whatever has that name is replaced. */
    void rename(Path file, Path to) throws IOException;

    /** Deletes a file; none there: nothing. */
    void delete(Path file) throws IOException;

    /** Makes creations, renames and deletions in a folder durable. */
    void syncFolder(Path folder) throws IOException;

    /** Bytes that this process may still write to the folder's disk. */
    long usableBytes(Path folder) throws IOException;

    /** Size of the folder's disk. */
    long totalBytes(Path folder) throws IOException;

    /** The real one. */
    static Disk system() {
        return new Disk() {
            @Override
            public FileChannel create(Path file) throws IOException {
                return FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
            }

            @Override
            public void rename(Path file, Path to) throws IOException {
                Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
            }

            @Override
            public void delete(Path file) throws IOException {
                Files.deleteIfExists(file);
            }

            @Override
            public void syncFolder(Path folder) throws IOException {
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }

            @Override
            public long usableBytes(Path folder) throws IOException {
                return store(folder).getUsableSpace();
            }

            @Override
            public long totalBytes(Path folder) throws IOException {
                return store(folder).getTotalSpace();
            }

            private FileStore store(Path folder) throws IOException {
                return Files.getFileStore(folder);
            }
        };
    }
}
