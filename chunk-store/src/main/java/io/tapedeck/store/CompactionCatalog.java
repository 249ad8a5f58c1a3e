package io.tapedeck.store;

import io.tapedeck.store.Catalog.SegmentSession;
import java.util.Collection;
import java.util.List;

/**
 * What rewriting segments asks of the catalog. Blocks, is thread-safe and fails as {@link Catalog} does; each method is
 * one transaction.
 */
public interface CompactionCatalog {
    /**
     * Takes segments to be rewritten: first those that hold what was erased, then those committed before {@code before}
     * of whose bytes less than half are live. Each is leased to {@code holder} until {@code leaseUntil}. One of which the catalog
     * cannot read what is live is leased, so that it does not come back at once, and left out.
     *
     * @param limit most segments
     * @param sessionsMax most sessions that they have together, unless the first has more: what is known of each comes along
     */
    List<LiveSegment> leaseRewritable(
            String holder, long now, long before, long leaseUntil, int limit, int sessionsMax);

    void releaseRewritable(String holder, Collection<String> keys);

    /**
     * Replaces segments by one, which was intended and put.
     *
     * @throws StoreException CONFLICT if other blocks are live in the old segments than those copied, or the intent is gone;
     *     the new object's intent is then doomed. Repeating a commit that took effect changes nothing.
     */
    void commitRewrite(RewriteCommit commit);

    /**
     * A segment and what of it is live.
     *
     * @param holdsErased whether some of the rest was erased
     * @param sessions possibly none
     */
    record LiveSegment(String key, long bytes, boolean holdsErased, List<LiveSession> sessions) {}

    /** @param blockIds of {@code held}'s blocks, in their order */
    record LiveSession(SegmentSession held, List<Long> blockIds) {}

    /**
     * @param key the new segment, or null if nothing was live: the old ones are doomed
     * @param replaced keys of the old segments
     * @param copied the ids of all blocks that were live in them
     * @param sessions what the new segment holds
     */
    record RewriteCommit(
            String key,
            long bytes,
            Collection<String> replaced,
            Collection<Long> copied,
            List<SegmentSession> sessions,
            long at) {}
}
