package io.tapedeck.playback;

import io.tapedeck.store.Manifest;
import io.tapedeck.store.SessionKey;
import java.util.LinkedHashSet;
import java.util.Set;

/** A session that somebody follows. Used on {@link LiveSessions}' context only, but for {@link #rev()}. */
final class FollowedSession {
    /** After failures, so many polls at most are passed over before the manifest is read again. */
    private static final int POLLS_PASSED_MAX = 16;

    final SessionKey key;
    final Set<LiveViewer> viewers = new LinkedHashSet<>();

    private volatile long rev;
    private Manifest manifest;
    private boolean reading;
    private int failures;
    private int pollsToPass;

    FollowedSession(SessionKey key, long rev) {
        this.key = key;
        this.rev = rev;
    }

    /** What viewers were told last, or had when the first of them came. */
    long rev() {
        return rev;
    }

    /** The manifest at {@link #rev()}; null if it is not known, or was too large to keep. */
    Manifest manifest() {
        return manifest;
    }

    int framesKept() {
        return manifest == null ? 0 : manifest.frames().size();
    }

    /** Whether the manifest is to be read, now that the session is at {@code newRev}. Called once a poll. */
    boolean wantsReading(long newRev) {
        if (reading || newRev == rev) {
            return false;
        }
        return pollsToPass-- <= 0;
    }

    void readingBegins() {
        reading = true;
    }

    void readingFailed() {
        reading = false;
        failures = Math.min(failures + 1, 10);
        pollsToPass = Math.min(POLLS_PASSED_MAX, (1 << failures) - 1);
    }

    /** @param keep whether there is room to remember the manifest */
    void readingSucceeded(Manifest read, boolean keep) {
        reading = false;
        failures = 0;
        pollsToPass = 0;
        rev = read.session().rev();
        manifest = keep ? read : null;
    }
}
