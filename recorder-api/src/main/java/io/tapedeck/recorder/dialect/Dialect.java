package io.tapedeck.recorder.dialect;

import java.util.List;

/**
 * One client's wire format: what it posts, and what it asks before it does. All dialects are listed in {@link Dialects};
 * the gateway does the rest the same way for each. Implementations are stateless and thread-safe.
 */
public interface Dialect {
    /** Its name in metrics, routes and sessions. */
    String name();

    /** Where it posts what it recorded, and what it says beside that. */
    List<Endpoint> endpoints();

    /** What it asks: scripts, configuration. */
    default List<Inquiry> inquiries() {
        return List.of();
    }
}
