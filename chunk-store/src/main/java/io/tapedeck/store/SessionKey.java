package io.tapedeck.store;

/**
 * One session: a project's slug and the id that the recorder gave the session. Immutable.
 *
 * @param project the project's slug, 1 to 70 characters of {@code A-Za-z0-9_-}
 * @param session the recorder's session id, of the same form
 */
public record SessionKey(String project, String session) implements Comparable<SessionKey> {
    /** Longer ids are not valid. */
    public static final int ID_CHARS_MAX = Ids.LENGTH_MAX;

    /** What valid ids are, in words. */
    public static final String ID_FORM = Ids.FORM;

    /** @throws IllegalArgumentException if a part has another form */
    public SessionKey {
        Ids.require("project", project);
        Ids.require("session", session);
    }

    /** Whether a session can have this id, which may be null. Windows and projects have ids of the same form. */
    public static boolean isValidId(String id) {
        return Ids.isValid(id);
    }

    @Override
    public int compareTo(SessionKey other) {
        int byProject = project.compareTo(other.project);
        return byProject != 0 ? byProject : session.compareTo(other.session);
    }
}
