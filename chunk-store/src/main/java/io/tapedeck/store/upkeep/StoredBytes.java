package io.tapedeck.store.upkeep;

import io.tapedeck.store.Calls;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where the bytes of objects come from: an object store, or files on this machine. Blocks. */
interface StoredBytes {
    /** @throws StoreException NOT_FOUND if there is no such object */
    long size(String key) throws InterruptedException;

    /** @throws StoreException NOT_FOUND, or CORRUPT if the object is shorter */
    ByteBuffer get(String key, long offset, int length) throws InterruptedException;

    static StoredBytes of(ObjectStore objects) {
        return new StoredBytes() {
            @Override
            public long size(String key) throws InterruptedException {
                return Calls.await(objects.size(key));
            }

            @Override
            public ByteBuffer get(String key, long offset, int length) throws InterruptedException {
                return Calls.await(objects.get(key, offset, length));
            }
        };
    }

    /** Keys are paths. */
    static StoredBytes ofFiles() {
        return new StoredBytes() {
            @Override
            public long size(String path) {
                try (FileChannel file = open(path)) {
                    return file.size();
                } catch (IOException e) {
                    throw failed(path, e);
                }
            }

            @Override
            public ByteBuffer get(String path, long offset, int length) {
                ByteBuffer bytes = ByteBuffer.allocate(length);
                try (FileChannel file = open(path)) {
                    while (bytes.hasRemaining()) {
                        if (file.read(bytes, offset + bytes.position()) < 0) {
                            throw new StoreException(StoreErrorKind.CORRUPT, path + " is too short");
                        }
                    }
                } catch (IOException e) {
                    throw failed(path, e);
                }
                return bytes.flip();
            }

            private FileChannel open(String path) throws IOException {
                return FileChannel.open(Path.of(path), StandardOpenOption.READ);
            }

            private StoreException failed(String path, IOException cause) {
                boolean absent = cause instanceof NoSuchFileException;
                return new StoreException(
                        absent ? StoreErrorKind.NOT_FOUND : StoreErrorKind.UNAVAILABLE,
                        absent ? "there is no file " + path : "the file " + path + " cannot be read",
                        cause);
            }
        };
    }
}
