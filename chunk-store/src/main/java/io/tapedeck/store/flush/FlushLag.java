package io.tapedeck.store.flush;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Since when which chunks wait to be committed. Guarded by the flusher's lock. */
final class FlushLag {
    private static final long NOT_BEHIND = Long.MAX_VALUE;

    /** When each sealed segment that is not committed was opened, by its first number. */
    private final Map<Long, Long> openedAtNanos = new HashMap<>();
    /** How many segments are sealed and not committed. */
    private int uploading;

    private long behindSinceNanos = NOT_BEHIND;

    void sealed(OpenSegment segment) {
        uploading++;
        openedAtNanos.put(segment.journalFrom(), segment.openedAtNanos());
    }

    void committed(OpenSegment segment) {
        uploading--;
        openedAtNanos.remove(segment.journalFrom());
    }

    /** Whether no segment with a record below {@code number} is sealed and not committed. */
    boolean isCommittedBelow(long number) {
        return openedAtNanos.keySet().stream().noneMatch(first -> first < number);
    }

    int uploading() {
        return uploading;
    }

    void fellBehind(long nowNanos) {
        behindSinceNanos = nowNanos;
    }

    void caughtUp() {
        behindSinceNanos = NOT_BEHIND;
    }

    /** How long the oldest chunk waits that is not committed. */
    long lagMs(OpenSegment open, long nowNanos) {
        long since = nowNanos;
        for (long openedAt : openedAtNanos.values()) {
            since = Math.min(since, openedAt);
        }
        if (open != null) {
            since = Math.min(since, open.openedAtNanos());
        }
        if (behindSinceNanos != NOT_BEHIND) {
            since = Math.min(since, behindSinceNanos);
        }
        return TimeUnit.NANOSECONDS.toMillis(nowNanos - since);
    }
}
