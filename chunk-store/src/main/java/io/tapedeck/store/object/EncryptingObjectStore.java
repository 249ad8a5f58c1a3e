package io.tapedeck.store.object;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tapedeck.store.Calls;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.RecordingKey;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WrappedKeyCatalog;
import io.tapedeck.store.object.PageCipher.KeyRef;
import io.tapedeck.store.object.PageCipher.Salting;
import io.tapedeck.store.object.PageCipher.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * Encrypts what is put into another store, which it owns, and decrypts what is read from it. {@link PageCipher} says how.
 * Thread-safe.
 *
 * <p>A recording is encrypted with the key of its session, so that destroying the key destroys the recording wherever
 * there may be copies. Everything else (segments, which hold many sessions, and what is in {@code meta/}) is encrypted
 * with the master key; only the wrapped keys of sessions below {@code meta/keys/} are put as they are. Objects from before
 * encryption was switched on are read as they are. Sizes in lists are those of the encrypted objects.
 *
 * <p>A first read of an object asks for its header; what it says is remembered for a while. Streams read ahead by up to
 * {@value #READ_AHEAD_PAGES} pages. Calls wait for keys and for the other store on threads of this store's own.
 */
public final class EncryptingObjectStore implements ObjectStore {
    private static final int THREADS = 16;
    private static final int READ_AHEAD_PAGES = 16;
    private static final long OPENED_MAX = 50_000;
    private static final Duration OPENED_FOR = Duration.ofMinutes(1);

    private final ObjectStore store;
    private final MasterKeys masters;
    private final WrappedKeyRing wrappedKeys;
    private final StoreThreads threads = new StoreThreads("tapedeck-cipher", THREADS);
    private final Cache<String, Opened> opened = Caffeine.newBuilder()
            .maximumSize(OPENED_MAX)
            .expireAfterWrite(OPENED_FOR)
            .executor(Runnable::run)
            .build();

    public EncryptingObjectStore(ObjectStore store, WrappedKeyCatalog wrappedKeys, MasterKeys masters) {
        this.store = store;
        this.masters = masters;
        this.wrappedKeys = new WrappedKeyRing(wrappedKeys, store, masters);
    }

    /** @param cipher null if the object is not encrypted */
    private record Opened(PageCipher cipher) {}

    @Override
    public CompletableFuture<Void> put(String key, ByteBuffer body) {
        ByteBuffer plain = body.duplicate();
        if (isPutAsItIs(ObjectKeys.require(key))) {
            return store.put(key, plain);
        }
        return call(() -> {
            PageCipher cipher = cipherFor(key, plain.remaining(), salting -> salting.add(plain.duplicate()));
            ByteBuffer stored = ByteBuffer.allocate(Math.toIntExact(cipher.storedLength()));
            stored.put(cipher.header());
            for (long page = 0; page < cipher.pages(); page++) {
                cipher.encrypt(page, plain, stored);
            }
            return Calls.awaitOrFail(store.put(key, stored.flip()));
        });
    }

    @Override
    public CompletableFuture<Void> put(String key, Path file) {
        if (isPutAsItIs(ObjectKeys.require(key))) {
            return store.put(key, file);
        }
        return call(() -> {
            Path encrypted = Files.createTempFile(file.toAbsolutePath().getParent(), "encrypted-", ".tmp");
            try {
                encrypt(key, file, encrypted);
                return Calls.awaitOrFail(store.put(key, encrypted));
            } finally {
                Files.deleteIfExists(encrypted);
            }
        });
    }

    private void encrypt(String key, Path file, Path encrypted) throws IOException {
        ByteBuffer plain = ByteBuffer.allocate(PageCipher.PAGE_BYTES);
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(encrypted, StandardOpenOption.WRITE)) {
            PageCipher cipher = cipherFor(key, from.size(), salting -> {
                while (read(from, plain.clear(), PageCipher.PAGE_BYTES) > 0) {
                    salting.add(plain);
                }
            });
            from.position(0);
            write(to, cipher.header());
            ByteBuffer stored = ByteBuffer.allocate(PageCipher.STORED_PAGE_BYTES);
            for (long page = 0; page < cipher.pages(); page++) {
                if (read(from, plain.clear(), cipher.pageLength(page)) < cipher.pageLength(page)) {
                    throw new IOException("the file became shorter while it was read");
                }
                cipher.encrypt(page, plain, stored.clear());
                write(to, stored.flip());
            }
        }
    }

    /** Fills the buffer with up to {@code length} bytes and flips it. */
    private static int read(FileChannel from, ByteBuffer buffer, int length) throws IOException {
        buffer.limit(length);
        while (buffer.hasRemaining() && from.read(buffer) >= 0) {
            // A read may give less than there is.
        }
        return buffer.flip().remaining();
    }

    private static void write(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private interface Content {
        void addTo(Salting salting) throws IOException;
    }

    private PageCipher cipherFor(String key, long length, Content content) throws IOException {
        Optional<SessionKey> session = RecordingKey.session(key);
        KeyRef ref = session.isPresent() ? new KeyRef(Scope.SESSION, 0) : new KeyRef(Scope.MASTER, masters.current());
        byte[] scopeKey = session.isPresent() ? wrappedKeys.forWriting(session.get()) : masters.key(ref.master());
        Salting salting = new Salting(key, scopeKey);
        content.addTo(salting);
        return PageCipher.forWriting(key, ref, scopeKey, length, salting.salt());
    }

    @Override
    public CompletableFuture<ByteBuffer> get(String key, long offset, int length) {
        ObjectKeys.require(key);
        ObjectKeys.requireRange(offset, length);
        return call(() -> {
            Opened object = open(key);
            return object.cipher() == null
                    ? Calls.awaitOrFail(store.get(key, offset, length))
                    : decrypted(key, object.cipher(), offset, length);
        });
    }

    private ByteBuffer decrypted(String key, PageCipher cipher, long offset, int length) {
        requireWithin(key, cipher, offset, length);
        ByteBuffer plain = ByteBuffer.allocate(length);
        read(key, cipher, offset, plain);
        return plain.flip();
    }

    /** Fills the buffer with the plain bytes from {@code offset} on. */
    private void read(String key, PageCipher cipher, long offset, ByteBuffer into) {
        while (into.hasRemaining()) {
            long first = offset / PageCipher.PAGE_BYTES;
            long last = Math.min((offset + into.remaining() - 1) / PageCipher.PAGE_BYTES, first + READ_AHEAD_PAGES - 1);
            ByteBuffer pages = pages(key, cipher, first, last);
            pages.position((int) (offset - first * PageCipher.PAGE_BYTES));
            int length = Math.min(pages.remaining(), into.remaining());
            into.put(pages.slice(pages.position(), length));
            offset += length;
        }
    }

    /** The plain bytes of the pages from {@code first} to {@code last}, both included. */
    private ByteBuffer pages(String key, PageCipher cipher, long first, long last) {
        long from = PageCipher.storedOffset(first);
        long to = Math.min(PageCipher.storedOffset(last + 1), cipher.storedLength());
        ByteBuffer stored = Calls.awaitOrFail(store.get(key, from, (int) (to - from)));
        ByteBuffer plain = ByteBuffer.allocate(stored.remaining());
        for (long page = first; page <= last; page++) {
            cipher.decrypt(page, stored, plain);
        }
        return plain.flip();
    }

    @Override
    public Flow.Publisher<ByteBuffer> stream(String key, long offset, long length) {
        ObjectKeys.require(key);
        ObjectKeys.requireRange(offset, length);
        return new RangePublisher(threads, () -> source(key, offset, length), offset, length, StoreException::of);
    }

    private RangePublisher.Source source(String key, long offset, long length) {
        Opened object = open(key);
        if (object.cipher() == null) {
            Calls.awaitOrFail(store.get(key, offset + length, 0)); // fails if the object is shorter
        } else {
            requireWithin(key, object.cipher(), offset, length);
        }
        return new ReadAhead(key, object.cipher(), offset + length);
    }

    /** Reads ahead, so that a stream is few calls of the other store. */
    private final class ReadAhead implements RangePublisher.Source {
        private final String key;
        private final PageCipher cipher;
        private final long end;
        private ByteBuffer ahead = ByteBuffer.allocate(0);

        ReadAhead(String key, PageCipher cipher, long end) {
            this.key = key;
            this.cipher = cipher;
            this.end = end;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            while (into.hasRemaining()) {
                if (!ahead.hasRemaining()) {
                    ahead = next(offset);
                }
                int length = Math.min(ahead.remaining(), into.remaining());
                into.put(ahead.slice(ahead.position(), length));
                ahead.position(ahead.position() + length);
                offset += length;
            }
        }

        private ByteBuffer next(long offset) {
            int length = (int) Math.min(end - offset, (long) READ_AHEAD_PAGES * PageCipher.PAGE_BYTES);
            return cipher == null
                    ? Calls.awaitOrFail(store.get(key, offset, length))
                    : decrypted(key, cipher, offset, length);
        }

        @Override
        public void close() {
            // Holds no more than memory.
        }
    }

    @Override
    public CompletableFuture<Long> size(String key) {
        ObjectKeys.require(key);
        return call(() -> {
            long stored = Calls.awaitOrFail(store.size(key));
            PageCipher cipher = open(key).cipher();
            if (cipher != null && cipher.storedLength() != stored) {
                throw corrupt(key);
            }
            return cipher == null ? stored : cipher.plainLength();
        });
    }

    @Override
    public CompletableFuture<Void> delete(String key) {
        CompletableFuture<Void> deleted = store.delete(key);
        opened.invalidate(key);
        return deleted;
    }

    @Override
    public CompletableFuture<List<StoredObject>> list(String prefix, String after, int limit) {
        return store.list(prefix, after, limit);
    }

    @Override
    public CompletableFuture<Void> check() {
        return store.check();
    }

    private Opened open(String key) {
        Opened known = opened.getIfPresent(key);
        if (known == null) {
            known = new Opened(cipherOf(key));
            opened.put(key, known);
        }
        return known;
    }

    private PageCipher cipherOf(String key) {
        ByteBuffer start;
        try {
            start = Calls.awaitOrFail(store.get(key, 0, PageCipher.HEADER_BYTES));
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.CORRUPT) { // shorter than a header
                return null;
            }
            throw e;
        }
        KeyRef ref = PageCipher.keyRef(start);
        if (ref == null) {
            return null;
        }
        byte[] scopeKey = switch (ref.scope()) {
            case MASTER -> masters.key(ref.master());
            case SESSION -> wrappedKeys.forReading(RecordingKey.session(key).orElseThrow(() -> corrupt(key)));
        };
        return PageCipher.forReading(key, start, scopeKey);
    }

    private static boolean isPutAsItIs(String key) {
        return key.startsWith(ObjectFolders.KEYS);
    }

    private static void requireWithin(String key, PageCipher cipher, long offset, long length) {
        if (offset + length > cipher.plainLength()) {
            throw new StoreException(StoreErrorKind.CORRUPT, "the object " + key + " is shorter than was asked for");
        }
    }

    private static StoreException corrupt(String key) {
        return new StoreException(StoreErrorKind.CORRUPT, "the encrypted object " + key + " is damaged");
    }

    private <T> CompletableFuture<T> call(Callable<T> work) {
        return threads.call(work, StoreException::of);
    }

    @Override
    public void close() {
        threads.close();
        store.close();
    }

    @Override
    public String toString() {
        return store + " (encrypted)";
    }
}
