package io.tapedeck.store.event;

import java.util.ArrayDeque;

/**
 * Requests that were told of a moment ago. Recorders may tell of one twice: as the browser timed it, without a method, and as
 * the page made it. Not thread-safe, bounded.
 */
final class RecentRequests {
    private static final int REQUESTS_MAX = 64;
    /** What the browser and the page call the start of a request is not quite the same. */
    private static final double APART_MS_MAX = 100;

    private final ArrayDeque<Told> told = new ArrayDeque<>();

    private record Told(String url, double startedAt, boolean timedOnly) {
        boolean isOther(Told other) {
            return url.equals(other.url)
                    && timedOnly != other.timedOnly
                    && Math.abs(startedAt - other.startedAt) <= APART_MS_MAX;
        }
    }

    /** Whether the request was told of before, the other way; if not, it is remembered. */
    boolean isRepeated(NetworkRequest request) {
        if (request.url == null || Double.isNaN(request.startedAt)) {
            return false;
        }
        Told now = new Told(request.url, request.startedAt, request.method == null);
        // Each is told of twice at most: the next one like it is another request.
        if (told.removeIf(now::isOther)) {
            return true;
        }
        if (told.size() == REQUESTS_MAX) {
            told.poll();
        }
        told.add(now);
        return false;
    }
}
