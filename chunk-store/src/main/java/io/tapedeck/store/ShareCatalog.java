package io.tapedeck.store;

import java.util.List;
import java.util.Optional;

/**
 * Links to one session each, for people without an account. Blocks, is thread-safe and fails as {@link Catalog} does; each
 * method is one transaction. Secrets are stored only as hashes.
 *
 * <p>A share ends when it expires, when it is revoked, and together with its session: one that was erased or has expired
 * has no shares, and one that comes to be under the same id later does not get them back.
 */
public interface ShareCatalog {
    /** Shares that a session may have at the same time. */
    int SHARES_MAX = 20;

    /** The shares of a session that have not ended, oldest first; none if there is no such session. */
    List<Share> shares(SessionKey session, long now);

    /**
     * Makes a share and notes it in the audit trail; its time of making is that of {@code by}.
     *
     * @throws StoreException NOT_FOUND if there is no such session, CONFLICT if it has {@link #SHARES_MAX}
     */
    Share create(NewShare share, By by);

    /**
     * Ends a share, also one that has expired but is still there, and notes it in the audit trail.
     *
     * @throws StoreException NOT_FOUND if the session has no such share
     */
    void revoke(SessionKey session, String id, By by);

    /** The share with a secret, given by its SHA-256 as hex; empty if it has ended. */
    Optional<Share> byHash(String hash, long now);

    /** Deletes shares that ended before {@code now}, and those that a process which knows no shares has left behind. */
    void deleteEnded(long now);

    /**
     * A share to be made.
     *
     * @param id by which it is told from others; not secret, never used before
     * @param hash SHA-256 of the secret as hex
     * @param startMs where the replay begins, from the session's start
     */
    record NewShare(String id, String hash, SessionKey session, long expiresAt, long startMs) {}

    /**
     * @param madeBy name of an account or an API token
     * @param startMs where the replay begins, from the session's start
     */
    record Share(String id, SessionKey session, String madeBy, long createdAt, long expiresAt, long startMs) {}
}
