package io.tapedeck.store;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Who has watched which session. Blocks, is thread-safe and fails as {@link Catalog} does; each method is one transaction
 * unless it says otherwise.
 *
 * <p>What is noted goes together with its session: one that was erased or has expired was watched by nobody, and one that
 * comes to be under the same id later begins anew.
 */
public interface ViewCatalog {
    /** Viewers that are known of a session. */
    int VIEWERS_MAX = 200;

    /** Who fetches events after a longer pause is watching once more. */
    long PAUSE_MS = TimeUnit.MINUTES.toMillis(30);

    /**
     * Who has watched a session, who was last seen first.
     *
     * @throws StoreException NOT_FOUND if there is no such session
     */
    List<Viewing> viewings(SessionKey session);

    /**
     * Notes that sessions are being watched. Those that are not there are passed over. May be repeated, and in any order:
     * a sight within {@link #PAUSE_MS} of the last adds no viewing.
     *
     * <p>Beyond {@link #VIEWERS_MAX} those who were seen longest ago are left out, shares before anybody else: links can be
     * made by whoever may watch, accounts and tokens cannot. So a share takes the place of another share, or none.
     */
    void note(Collection<Sight> sights);

    /**
     * Deletes what a process which does not know of views has left behind of sessions that it removed. Several
     * transactions.
     */
    void deleteLeftBehind();

    /** What somebody watches as. */
    enum ViewerKind {
        PERSON("person"),
        TOKEN("token"),
        SHARE("share");

        private final String word;

        ViewerKind(String word) {
            this.word = word;
        }

        /** As it is stored and told. */
        public String word() {
            return word;
        }
    }

    /**
     * Who watches.
     *
     * @param name of an account or an API token; the id of a share, which is not secret
     * @param madeBy who made the share; null for the others
     */
    record Viewer(ViewerKind kind, String name, String madeBy) {
        public Viewer {
            Objects.requireNonNull(kind);
            Objects.requireNonNull(name);
        }
    }

    /** Somebody fetched events of a session. */
    record Sight(SessionKey session, Viewer viewer, long at) {
        public Sight {
            Objects.requireNonNull(session);
            Objects.requireNonNull(viewer);
        }
    }

    /**
     * What is known of one viewer of a session.
     *
     * @param times viewings, with more than {@link #PAUSE_MS} between one and the next
     */
    record Viewing(Viewer viewer, long firstAt, long lastAt, long times) {}
}
