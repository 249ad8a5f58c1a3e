package io.tapedeck.store;

/**
 * One session as lists and manifests show it. Immutable.
 *
 * @param settled whether it is wholly in a recording
 * @param activeMs time in which something was happening; null until settled
 * @param bytesStored bytes of its blocks and recordings
 * @param expiresAt when retention removes it, epoch ms, or null
 * @param rev raised by every commit that touches it
 */
public record SessionSummary(
        SessionKey key,
        SessionFacts facts,
        boolean settled,
        Long activeMs,
        long bytesStored,
        boolean pinned,
        Long expiresAt,
        long rev) {}
