package io.tapedeck.store;

import java.util.Collection;
import java.util.Optional;

/**
 * Keys that sessions are encrypted with, each encrypted with the master key. Blocks, is thread-safe and fails as
 * {@link Catalog} does; each method is one transaction.
 */
public interface WrappedKeyCatalog {
    Optional<byte[]> wrappedKey(SessionKey session);

    /**
     * Gives a session its key unless it has one.
     *
     * @return the key that it has
     * @throws StoreException ERASED if the session was erased or has expired: it never has a key again
     */
    byte[] keepKey(SessionKey session, byte[] wrapped);

    /** Whether any session has a key: whether encryption was ever on. */
    boolean isUsed();

    /** Destroys keys. There is none: nothing. */
    void destroyKeys(Collection<SessionKey> sessions);
}
