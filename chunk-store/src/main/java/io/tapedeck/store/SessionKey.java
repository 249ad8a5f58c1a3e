package io.tapedeck.store;

/**
 * One session: a project's slug and the id that the recorder gave the session. Immutable.
 *
 * @param project the project's slug, 1 to 70 characters of {@code A-Za-z0-9_-}
 * @param session the recorder's session id, of the same form
 */
public record SessionKey(String project, String session) implements Comparable<SessionKey> {
    /** @throws IllegalArgumentException if a part has another form */
    public SessionKey {
        Ids.require("project", project);
        Ids.require("session", session);
    }

    @Override
    public int compareTo(SessionKey other) {
        int byProject = project.compareTo(other.project);
        return byProject != 0 ? byProject : session.compareTo(other.session);
    }
}
