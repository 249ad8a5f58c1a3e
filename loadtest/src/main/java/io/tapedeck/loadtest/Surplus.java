package io.tapedeck.loadtest;

import io.tapedeck.loadtest.SessionVerifier.Verdict;

/**
 * What was in a session's replay and never should have been: the most of all the times that it was read, since a replay
 * that is sound later does not make up for it. Used by one thread.
 */
final class Surplus {
    private int duplicated;
    private int corrupted;

    /** Takes the next verdict; returns how much more is known to be wrong now, with nothing missing. */
    Verdict add(Verdict verdict) {
        Verdict more = new Verdict(
                0, 0, Math.max(0, verdict.duplicated() - duplicated), Math.max(0, verdict.corrupted() - corrupted), 0);
        duplicated += more.duplicated();
        corrupted += more.corrupted();
        return more;
    }

    /** A verdict with all of it, and with what that verdict says is missing. */
    Verdict in(Verdict last) {
        return new Verdict(last.chunksMissing(), last.eventsMissing(), duplicated, corrupted, last.outOfOrder());
    }

    boolean isEmpty() {
        return duplicated == 0 && corrupted == 0;
    }
}
