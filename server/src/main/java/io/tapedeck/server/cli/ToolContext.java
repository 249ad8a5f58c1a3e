package io.tapedeck.server.cli;

import io.tapedeck.server.config.Configuration;
import io.tapedeck.server.config.Settings;
import io.tapedeck.store.SessionKey;
import java.io.PrintWriter;
import java.nio.file.Path;

/** What every command works with. */
public interface ToolContext {
    /** The settings, as flags of this call give them too. */
    Configuration configuration();

    /** For results. */
    PrintWriter out();

    /** For progress and troubles. */
    PrintWriter err();

    /** The data folder of the configuration. */
    default Path folder() {
        return configuration().get(Settings.DATA_DIR);
    }

    /** @throws UsageException if these cannot be a session's names */
    static SessionKey session(String project, String session) {
        try {
            return new SessionKey(project, session);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage());
        }
    }
}
