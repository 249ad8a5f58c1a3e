package io.tapedeck.playback;

import java.util.Locale;

/** Why a live stream ends. */
enum LiveEnd {
    /** The session is whole; should more come all the same, it is followed like any other. */
    SETTLED(true),
    /** The session was erased or has expired. */
    GONE(true),
    /** The viewer's login or token is no longer one. */
    UNAUTHENTICATED(true),
    /** The client has left. */
    CLIENT_GONE(false),
    /** The client took nothing for too long. */
    CLIENT_STALLED(false),
    /** This process stops; another one, or its next start, goes on. */
    CLOSING(false);

    private final boolean told;

    LiveEnd(boolean told) {
        this.told = told;
    }

    /** Whether the client is told that there is no use in coming back. */
    boolean isTold() {
        return told;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
