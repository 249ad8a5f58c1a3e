package io.tapedeck.store.upkeep;

import io.tapedeck.store.SessionKey;
import java.util.Locale;

/** How far a {@link Verifier} has got: a phase, and the last key in it. As text such as {@code objects:segments/…}. */
record VerifyPosition(Phase phase, String key) {
    static final VerifyPosition START = new VerifyPosition(Phase.OBJECTS, null);

    enum Phase {
        OBJECTS,
        SESSIONS,
        STORE
    }

    static VerifyPosition objects(String key) {
        return new VerifyPosition(Phase.OBJECTS, key);
    }

    static VerifyPosition session(SessionKey session) {
        return new VerifyPosition(Phase.SESSIONS, session.project() + "/" + session.session());
    }

    static VerifyPosition store(String key) {
        return new VerifyPosition(Phase.STORE, key);
    }

    /** @throws IllegalArgumentException if it is no position */
    static VerifyPosition parse(String text) {
        for (Phase phase : Phase.values()) {
            String prefix = phase.name().toLowerCase(Locale.ROOT) + ":";
            if (text.startsWith(prefix) && text.length() > prefix.length()) {
                VerifyPosition position = new VerifyPosition(phase, text.substring(prefix.length()));
                if (phase == Phase.SESSIONS) {
                    position.session();
                }
                return position;
            }
        }
        throw new IllegalArgumentException("not a position that verifying reports: " + text);
    }

    boolean isIn(Phase wanted) {
        return phase == wanted;
    }

    SessionKey session() {
        int slash = key.indexOf('/');
        return new SessionKey(key.substring(0, Math.max(slash, 0)), key.substring(slash + 1));
    }

    @Override
    public String toString() {
        return phase.name().toLowerCase(Locale.ROOT) + ":" + key;
    }
}
