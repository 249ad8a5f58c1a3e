package io.tapedeck.store;

/**
 * How often each countable thing happened in a chunk, a block or a session. Immutable.
 *
 * <p>Rage and dead clicks need a session's whole timeline: they are 0 until it is settled.
 */
public record EventCounts(
        int clicks,
        int rageClicks,
        int deadClicks,
        int errors,
        int consoleErrors,
        int failedRequests,
        int navigations,
        int customEvents) {
    public static final EventCounts NONE = new EventCounts(0, 0, 0, 0, 0, 0, 0, 0);

    public EventCounts plus(EventCounts other) {
        return new EventCounts(
                clicks + other.clicks,
                rageClicks + other.rageClicks,
                deadClicks + other.deadClicks,
                errors + other.errors,
                consoleErrors + other.consoleErrors,
                failedRequests + other.failedRequests,
                navigations + other.navigations,
                customEvents + other.customEvents);
    }
}
