package io.tapedeck.server.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The folder that one process owns: journal and, by default, catalog and objects. Held from {@link #open} to
 * {@link #close}; the lock goes with the process even if it is killed.
 */
public final class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel lockFile;

    private DataFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /** @throws StartupException if the folder cannot be written, or another process has it */
    public static DataFolder open(Path path) {
        try {
            Files.createDirectories(path);
            return new DataFolder(path, lock(path));
        } catch (IOException e) {
            throw new StartupException(
                    "The data folder " + path.toAbsolutePath() + " cannot be used: " + e.getMessage()
                            + ". Give this process the right to write there, or choose another with --data-dir.",
                    e);
        }
    }

    public Path path() {
        return path;
    }

    /** Writes a file that only its owner may read. */
    public void writeSecret(String name, String content) {
        try {
            Path file = path.resolve(name);
            Files.deleteIfExists(file);
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(file, content + System.lineSeparator());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void deleteSecret(String name) {
        try {
            Files.deleteIfExists(path.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same if no other process has it; it is not made. */
    public static Optional<DataFolder> openIfFree(Path path) {
        try {
            FileChannel lockFile = Files.isDirectory(path) ? tryLock(path) : null;
            return lockFile == null ? Optional.empty() : Optional.of(new DataFolder(path, lockFile));
        } catch (IOException e) {
            throw new StartupException(
                    "The data folder " + path.toAbsolutePath() + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = tryLock(path);
        if (channel != null) {
            return channel;
        }
        String owner = Files.readString(path.resolve("lock")).strip();
        throw new StartupException(
                "The data folder " + path.toAbsolutePath() + " is in use by the process with id " + owner
                        + ". Stop that process, or choose another folder with --data-dir.",
                null);
    }

    /** Null if another process has it. */
    private static FileChannel tryLock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                channel.truncate(0);
                channel.write(
                        StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // The same process has it: an owner like any other.
        }
        channel.close();
        return null;
    }
}
