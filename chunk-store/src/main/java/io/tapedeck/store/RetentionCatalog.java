package io.tapedeck.store;

import java.util.Collection;
import java.util.List;

/**
 * What retention asks of the catalog: which sessions are over, and taking them out. Blocks, is thread-safe and fails as
 * {@link Catalog} does; each method is one transaction.
 *
 * <p>When a session expires follows from its facts and its project's policy as it is now. The index keeps the answer, so
 * that sessions that are over are found without looking at all; it is brought up to date by {@link #reviewExpiry} after
 * a policy changed, and only says where to look: {@link #expire} decides anew.
 */
public interface RetentionCatalog {
    /**
     * Works out anew when sessions expire whose project's policy has changed since that was last done. Sessions whose facts
     * cannot be read are left as they are.
     *
     * @return how many were looked at, at most {@code limit}; 0 once all are up to date
     */
    int reviewExpiry(int limit);

    /** Sessions that the index takes to have expired at {@code now}, longest over first. */
    List<SessionKey> expired(long now, int limit);

    /** How many there are of them, counted up to {@code max}. */
    long backlog(long now, int max);

    /**
     * Takes out those of the sessions that are over by the policy, pin and hold that they have within this transaction:
     * a tombstone, their objects doomed, their keys and everything that describes them gone. Those that are not over stay,
     * and the index is put right. Those whose facts cannot be read stay for another day. Counted in {@link #removed}.
     *
     * @return what was taken out
     */
    Expired expire(Collection<SessionKey> sessions, long now);

    /** Sessions that have expired and had a key, of which there is still a copy in the object store. */
    List<SessionKey> keysLeft(int limit);

    /** The copies of these sessions' keys are deleted. */
    void keysDeleted(Collection<SessionKey> sessions);

    /**
     * Deletes texts that could be searched for and that no session has any more, of those that a removed session had.
     *
     * @return how many were looked at, at most {@code limit}; 0 once all are
     */
    int sweepTerms(int limit);

    /** Deletes tombstones of expiry, not of erasure, from before {@code before}; at most {@code limit}; how many. */
    int forgetExpiries(long before, int limit);

    /**
     * What would expire at {@code now} if the project had this policy. Pinned and held sessions are among those kept. By the
     * index where the policy has no rules, which is up to a minute behind.
     */
    RetentionPreview preview(String project, RetentionPolicy policy, long now);

    /**
     * Pins a session or lets it go, puts it under legal hold or lifts that; null leaves it as it is. Retention passes over
     * both; a session that is held cannot be erased either.
     *
     * @throws StoreException NOT_FOUND if there is no such session
     */
    void mark(SessionKey session, Boolean pinned, Boolean held, By by);

    /** What retention and erasure have removed from a project so far. */
    Removed removed(String project);

    /**
     * @param sessions in the order of their keys
     * @param bytes of their blocks and recordings
     * @param unreadable how many stayed because their facts cannot be read
     */
    record Expired(List<SessionKey> sessions, long bytes, int unreadable) {}

    /** @param bytes of blocks and recordings */
    record RetentionPreview(long sessions, long bytes, long sessionsKept, long bytesKept) {}

    record Removed(long sessionsExpired, long bytesExpired, long sessionsErased, long bytesErased) {}
}
