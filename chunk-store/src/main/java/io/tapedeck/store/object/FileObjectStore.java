package io.tapedeck.store.object;

import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * Objects as files below a folder, an object's key being its path. Thread-safe; blocking work is done on threads of its
 * own. Several processes may share the folder.
 *
 * <p>A put writes and syncs a file in the temporary area {@code .tmp}, links it to its name, which fails if the name is
 * taken, and syncs the name's folder: whatever happens, a name stands for a whole object or for none. The area is there
 * for as long as the store is: where it is missing, the folder is not the one that was opened (a disk that is not
 * mounted any more), and that is an outage and not an absence of objects.
 */
public final class FileObjectStore implements ObjectStore {
    private static final int THREADS = 8;
    private static final int PUBLISH_ATTEMPTS_MAX = 10;
    /** The JDK copies what is written at once into native memory of the thread's own, and keeps that for good. */
    private static final int WRITTEN_BYTES_MAX = 256 << 10;
    /** A temporary file untouched for so long belongs to a process that is gone. */
    private static final Duration ABANDONED_AFTER = Duration.ofMinutes(10);

    private final Path root;
    private final Path temporaryArea;
    private final DurableFolders folders;
    private final boolean linksSupported;
    private final StoreThreads threads = new StoreThreads("file-objects", THREADS);

    /**
     * Opens the folder and makes it if it is not there.
     *
     * @throws StoreException if the folder cannot be used
     */
    public FileObjectStore(Path folder) {
        this(folder, true);
    }

    FileObjectStore(Path folder, boolean mayLink) {
        root = folder.toAbsolutePath().normalize();
        temporaryArea = root.resolve(".tmp");
        folders = new DurableFolders(root);
        try {
            Files.createDirectories(temporaryArea);
            removeAbandoned();
            linksSupported = mayLink && canLink();
        } catch (IOException e) {
            throw new StoreException(kindOf(e), "cannot use the folder " + root + ": " + e, e);
        }
    }

    @Override
    public CompletableFuture<Void> put(String key, ByteBuffer body) {
        Path target = pathOf(key);
        ByteBuffer bytes = body.asReadOnlyBuffer();
        return call(
                "put",
                key,
                () -> create(target, out -> {
                    while (bytes.hasRemaining()) {
                        int length = Math.min(WRITTEN_BYTES_MAX, bytes.remaining());
                        bytes.position(bytes.position() + out.write(bytes.slice(bytes.position(), length)));
                    }
                }));
    }

    @Override
    public CompletableFuture<Void> put(String key, Path file) {
        Path target = pathOf(key);
        return call(
                "put",
                key,
                () -> create(target, out -> {
                    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
                        long size = in.size();
                        long copied = 0;
                        while (copied < size) {
                            copied += in.transferTo(copied, size - copied, out);
                        }
                    }
                }));
    }

    @Override
    public CompletableFuture<ByteBuffer> get(String key, long offset, int length) {
        Path path = pathOf(key);
        ObjectKeys.requireRange(offset, length);
        return call("get", key, () -> {
            try (OpenFile file = OpenFile.open(path, offset, length)) {
                ByteBuffer bytes = ByteBuffer.allocate(length);
                file.read(offset, bytes);
                return bytes.flip();
            }
        });
    }

    @Override
    public Flow.Publisher<ByteBuffer> stream(String key, long offset, long length) {
        Path path = pathOf(key);
        ObjectKeys.requireRange(offset, length);
        return new RangePublisher(
                threads,
                () -> OpenFile.open(path, offset, length),
                offset,
                length,
                error -> toStoreException("stream", key, error));
    }

    @Override
    public CompletableFuture<Long> size(String key) {
        Path path = pathOf(key);
        return call("size", key, () -> {
            BasicFileAttributes found = attributes(path);
            if (found == null) {
                throw new NoSuchFileException(path.toString());
            }
            return found.size();
        });
    }

    @Override
    public CompletableFuture<Void> delete(String key) {
        Path path = pathOf(key);
        return call("delete", key, () -> {
            if (attributes(path) != null) {
                Files.deleteIfExists(path);
                folders.syncNearest(path.getParent());
                folders.removeEmpty(path.getParent());
            }
            requireOpen();
            return null;
        });
    }

    @Override
    public CompletableFuture<List<StoredObject>> list(String prefix, String after, int limit) {
        ObjectKeys.requirePrefix(prefix);
        ObjectKeys.requireListLimit(limit);
        return call("list", prefix, () -> {
            List<StoredObject> page = new FileKeyList(root, prefix, after, limit).read();
            requireOpen();
            return page;
        });
    }

    @Override
    public CompletableFuture<Void> check() {
        return Outcomes.of(ObjectStoreProbe.run(this));
    }

    @Override
    public void close() {
        threads.close();
    }

    @Override
    public String toString() {
        return "files in " + root;
    }

    /** Work that may fail as files fail. */
    private interface Work<T> {
        T run() throws IOException;
    }

    /** Writes an object's bytes. */
    private interface Content {
        void writeTo(FileChannel out) throws IOException;
    }

    private <T> CompletableFuture<T> call(String operation, String key, Work<T> work) {
        return threads.call(work::run, error -> toStoreException(operation, key, error));
    }

    private Path pathOf(String key) {
        return root.resolve(ObjectKeys.require(key));
    }

    private Void create(Path target, Content content) throws IOException {
        Path temporary = temporaryArea.resolve(UUID.randomUUID().toString());
        try {
            try (FileChannel out =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(out);
                out.force(true);
            }
            publish(temporary, target);
            return null;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private void publish(Path temporary, Path target) throws IOException {
        Path folder = target.getParent();
        for (int attempt = 1; ; attempt++) {
            try {
                folders.ensure(folder);
                link(temporary, target);
                break;
            } catch (FileAlreadyExistsException e) {
                if (!Files.isRegularFile(target) || Files.mismatch(temporary, target) >= 0) {
                    throw new StoreException(StoreErrorKind.CONFLICT, "the key is taken", e);
                }
                break;
            } catch (NoSuchFileException e) {
                // A delete removed the folder, or the other object, between two of these steps.
                if (attempt == PUBLISH_ATTEMPTS_MAX || !Files.exists(temporary)) {
                    throw e;
                }
            }
        }
        DurableFolders.sync(folder);
    }

    private void link(Path temporary, Path target) throws IOException {
        if (linksSupported) {
            Files.createLink(target, temporary);
            return;
        }
        synchronized (this) { // a move replaces what is there: only this process is kept from doing so
            if (Files.exists(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private boolean canLink() throws IOException {
        Path file = temporaryArea.resolve(UUID.randomUUID().toString());
        Path link = temporaryArea.resolve(UUID.randomUUID().toString());
        try {
            Files.createFile(file);
            Files.createLink(link, file);
            return true;
        } catch (UnsupportedOperationException | IOException e) {
            if (!Files.exists(file)) {
                throw e;
            }
            return false;
        } finally {
            Files.deleteIfExists(link);
            Files.deleteIfExists(file);
        }
    }

    private void removeAbandoned() throws IOException {
        Instant limit = Instant.now().minus(ABANDONED_AFTER);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(temporaryArea)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(limit)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /**
     * Null if there is no object; {@link Files#isRegularFile} would say so too of one that cannot be looked at.
     *
     * @throws IOException if that cannot be told
     */
    private static BasicFileAttributes attributes(Path path) throws IOException {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            return found.isRegularFile() ? found : null;
        } catch (NoSuchFileException e) {
            return null;
        } catch (FileSystemException e) {
            if (isBelowFile(path)) {
                return null;
            }
            throw e;
        }
    }

    /** Whether an object's key stands where a folder of this key would be. */
    private static boolean isBelowFile(Path path) {
        for (Path folder = path.getParent(); folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder)) {
                return true;
            }
        }
        return false;
    }

    private void requireOpen() {
        if (!Files.isDirectory(temporaryArea)) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "the folder " + root + " is not the one opened");
        }
    }

    private StoreException toStoreException(String operation, String key, Throwable error) {
        if (error instanceof StoreException known) {
            return known;
        }
        StoreErrorKind kind = kindOf(error);
        return new StoreException(kind, operation + " of " + key + " failed: " + error, error);
    }

    private StoreErrorKind kindOf(Throwable error) {
        if (error instanceof NoSuchFileException) {
            return Files.isDirectory(temporaryArea) ? StoreErrorKind.NOT_FOUND : StoreErrorKind.UNAVAILABLE;
        }
        if (error instanceof FileAlreadyExistsException) {
            return StoreErrorKind.CONFLICT;
        }
        if (error instanceof AccessDeniedException) {
            return StoreErrorKind.UNAUTHORIZED;
        }
        return isDiskFull(error) ? StoreErrorKind.OVER_CAPACITY : StoreErrorKind.UNAVAILABLE;
    }

    /** The JDK has no exception of its own for it: only the system's text tells. */
    private static boolean isDiskFull(Throwable error) {
        String text = String.valueOf(error.getMessage());
        return text.contains("No space left on device") || text.contains("Disk quota exceeded");
    }

    /** A file that holds the range it is read for. */
    private record OpenFile(FileChannel channel) implements RangePublisher.Source {
        static OpenFile open(Path path, long offset, long length) throws IOException {
            if (attributes(path) == null) {
                throw new NoSuchFileException(path.toString());
            }
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            if (channel.size() < offset + length) {
                channel.close();
                throw tooShort();
            }
            return new OpenFile(channel);
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            long at = offset;
            while (into.hasRemaining()) {
                int count = channel.read(into, at);
                if (count < 0) {
                    throw tooShort();
                }
                at += count;
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        private static StoreException tooShort() {
            return new StoreException(StoreErrorKind.CORRUPT, "the object ends before the range asked for");
        }
    }
}
