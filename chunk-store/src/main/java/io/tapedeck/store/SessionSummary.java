package io.tapedeck.store;

/**
 * One session as lists and manifests show it. Immutable.
 *
 * @param settled whether it is wholly in a recording
 * @param activeMs time in which something was happening; null until settled
 * @param bytesStored bytes of its blocks and recordings
 * @param pinned whether retention passes it over
 * @param held whether it is under legal hold: neither expires nor can be erased
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
        boolean held,
        Long expiresAt,
        long rev) {}
