package io.tapedeck.store.upkeep;

import io.tapedeck.store.Calls;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.RecordingKey;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.Sha256;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.meta.TombstoneFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Copies objects from one store to another as they are, encrypted ones encrypted. Each is put whole, read back, and compared
 * by SHA-256. Used by one thread; blocks.
 */
final class ObjectCopying {
    private static final int SLICE_BYTES = 8 << 20;
    private static final Pattern WRAPPED_KEY =
            Pattern.compile(ObjectFolders.KEYS + "([A-Za-z0-9_-]+)/([A-Za-z0-9_-]+)");

    private final ObjectStore from;
    private final ObjectStore to;
    private final Path temporary;
    private final CopyReport report;
    private final TombstoneFiles tombstones;

    /** @param temporary a folder for one object at a time */
    ObjectCopying(ObjectStore from, ObjectStore to, Path temporary, CopyReport report) {
        this.from = from;
        this.to = to;
        this.temporary = temporary;
        this.report = report;
        this.tombstones = new TombstoneFiles(to);
    }

    /** The size of an object; nothing if there is none. */
    static Optional<Long> size(ObjectStore store, String key) throws InterruptedException {
        try {
            return Optional.of(Calls.await(store.size(key)));
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Copies an object unless it is there, or the target says that it is erased.
     *
     * @return false if the source does not have it (any more)
     * @throws StoreException CONFLICT if the target has another object of that key, CORRUPT if what was put reads back as
     *     something else
     */
    boolean copy(String key) throws InterruptedException {
        Optional<Long> size = size(from, key);
        if (size.isEmpty()) {
            return false;
        }
        Optional<Long> there = size(to, key);
        if (there.isPresent()) {
            if (!there.get().equals(size.get())) {
                throw new StoreException(StoreErrorKind.CONFLICT, "the target has another object " + key);
            }
            report.present(key);
            return true;
        }
        if (isErased(key)) {
            report.erased(key);
            return true;
        }
        return transfer(key, size.get());
    }

    /** Whether both stores have the same bytes under a key. */
    boolean isSame(String key) throws InterruptedException {
        Optional<Long> one = size(from, key);
        if (one.isEmpty() || !one.equals(size(to, key))) {
            return false;
        }
        try {
            return Arrays.equals(digest(from, key, one.get(), null), digest(to, key, one.get(), null));
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private boolean isErased(String key) throws InterruptedException {
        Optional<SessionKey> session = RecordingKey.session(key);
        Matcher wrapped = WRAPPED_KEY.matcher(key);
        if (session.isEmpty() && wrapped.matches()) {
            session = Optional.of(new SessionKey(wrapped.group(1), wrapped.group(2)));
        }
        return session.isPresent() && tombstones.covers(session.get());
    }

    private boolean transfer(String key, long size) throws InterruptedException {
        Path file = null;
        try {
            Files.createDirectories(temporary);
            file = Files.createTempFile(temporary, "copy", ".object");
            byte[] read;
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                read = digest(from, key, size, channel);
            }
            Calls.await(to.put(key, file));
            readBack(key, size, read);
            report.copied(key, size);
            return true;
        } catch (IOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "the folder " + temporary + " cannot be used", e);
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.NOT_FOUND && size(from, key).isEmpty()) {
                return false;
            }
            throw e;
        } finally {
            delete(file);
        }
    }

    /** What does not read back as it was put is deleted: the next run would take it for a copy. */
    private void readBack(String key, long size, byte[] digest) throws InterruptedException {
        boolean isSame = false;
        try {
            isSame = Arrays.equals(digest, digest(to, key, size, null));
        } finally {
            if (!isSame) {
                Calls.await(to.delete(key));
            }
        }
        if (!isSame) {
            throw new StoreException(
                    StoreErrorKind.CORRUPT, "the copy of " + key + " reads back as something else, and was deleted");
        }
    }

    private static byte[] digest(ObjectStore store, String key, long size, FileChannel copy)
            throws InterruptedException {
        MessageDigest sha256 = Sha256.fresh();
        for (long at = 0; at < size; at += SLICE_BYTES) {
            int length = (int) Math.min(SLICE_BYTES, size - at);
            ByteBuffer slice = Calls.await(store.get(key, at, length));
            sha256.update(slice.duplicate());
            write(copy, slice);
        }
        return sha256.digest();
    }

    private static void write(FileChannel copy, ByteBuffer slice) {
        try {
            while (copy != null && slice.hasRemaining()) {
                copy.write(slice);
            }
        } catch (IOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "a temporary file cannot be written", e);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "a temporary file cannot be deleted", e);
        }
    }
}
