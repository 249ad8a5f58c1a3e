package io.tapedeck.store.object;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tapedeck.store.Calls;
import io.tapedeck.store.ObjectFolders;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WrappedKeyCatalog;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * The keys of sessions. Each is kept wrapped in the catalog and, so that a catalog can be made anew, in the object store at
 * {@code meta/keys/{project}/{session}}; whoever destroys both has destroyed what the key encrypted. Unwrapped keys stay
 * in memory for a minute. Blocks; thread-safe.
 */
public final class WrappedKeyRing {
    private static final long CACHED_MAX = 10_000;
    private static final Duration CACHED_FOR = Duration.ofMinutes(1);
    /** More than a wrapped key has. */
    private static final int WRAPPED_BYTES_MAX = 1_024;

    private final WrappedKeyCatalog catalog;
    private final ObjectStore objects;
    private final MasterKeys masters;
    private final SecureRandom random = new SecureRandom();
    private final Cache<SessionKey, byte[]> readable = cache();
    private final Cache<SessionKey, byte[]> writable = cache();

    /** @param objects where wrapped keys are kept: a store that does not encrypt them again */
    WrappedKeyRing(WrappedKeyCatalog catalog, ObjectStore objects, MasterKeys masters) {
        this.catalog = catalog;
        this.objects = objects;
        this.masters = masters;
    }

    /** Where a session's wrapped key is in the object store. */
    public static String objectKey(SessionKey session) {
        return ObjectFolders.KEYS + session.project() + "/" + session.session();
    }

    /**
     * The key to read with.
     *
     * @throws StoreException NOT_FOUND if the session has none (any more)
     */
    byte[] forReading(SessionKey session) {
        byte[] key = readable.getIfPresent(session);
        if (key == null) {
            byte[] wrapped = catalog.wrappedKey(session)
                    .or(() -> restored(session))
                    .orElseThrow(() -> new StoreException(
                            StoreErrorKind.NOT_FOUND, "the key that this was encrypted with is destroyed"));
            key = masters.unwrap(session, wrapped);
            readable.put(session, key);
        }
        return key;
    }

    /**
     * The key to write with, made if the session has none; it is in both places when this returns.
     *
     * @throws StoreException ERASED if the session was erased or has expired
     */
    byte[] forWriting(SessionKey session) {
        byte[] key = writable.getIfPresent(session);
        if (key == null) {
            byte[] wrapped =
                    catalog.wrappedKey(session).or(() -> restored(session)).orElseGet(() -> made(session));
            Calls.awaitOrFail(objects.put(objectKey(session), ByteBuffer.wrap(wrapped)));
            key = masters.unwrap(session, wrapped);
            writable.put(session, key);
        }
        return key;
    }

    private byte[] made(SessionKey session) {
        byte[] key = new byte[MasterKeys.KEY_BYTES];
        random.nextBytes(key);
        return catalog.keepKey(session, masters.wrap(session, key));
    }

    /** What a catalog that was made anew does not know yet. */
    private Optional<byte[]> restored(SessionKey session) {
        String key = objectKey(session);
        try {
            long bytes = Calls.awaitOrFail(objects.size(key));
            if (bytes > WRAPPED_BYTES_MAX) {
                throw new StoreException(StoreErrorKind.CORRUPT, "a wrapped key does not have " + bytes + " bytes");
            }
            ByteBuffer wrapped = Calls.awaitOrFail(objects.get(key, 0, (int) bytes));
            byte[] copy = new byte[wrapped.remaining()];
            wrapped.get(copy);
            return Optional.of(catalog.keepKey(session, copy));
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Cache<SessionKey, byte[]> cache() {
        return Caffeine.newBuilder()
                .maximumSize(CACHED_MAX)
                .expireAfterWrite(CACHED_FOR)
                .executor(Runnable::run)
                .build();
    }
}
