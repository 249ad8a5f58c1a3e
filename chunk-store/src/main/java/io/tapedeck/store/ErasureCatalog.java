package io.tapedeck.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What erasing asks of the catalog. Blocks, is thread-safe and fails as {@link Catalog} does; each method is one
 * transaction.
 *
 * <pre>
 *   request         tombstones: gone from lists and reads, and refused when it comes again, from this moment
 *   covered         the next sessions, whose tombstones are then put into the object store
 *   erase           what describes them goes, batch by batch: keys first, then objects doomed without a grace; segments
 *                   that also hold others are marked, to be rewritten
 *   (elsewhere)     sweeping deletes the objects, compaction rewrites the segments, each node clears its journal
 *   outstanding     what must still happen
 *   finish          the certificate is final
 * </pre>
 */
public interface ErasureCatalog {
    /**
     * Starts an erasure. An erasure of the same subject that is not final is returned as it is.
     *
     * @throws StoreException NOT_FOUND if there is nothing by that name: no such session (or erased before), no such
     *     project; a user nobody has seen is no error, as chunks of his may still be on their way. CONFLICT if a session
     *     that it covers is under legal hold: nothing is erased then
     */
    Erasure request(Subject subject, String reason, By by);

    /** Erasures that are not final, oldest first, those with a number above {@code after}. */
    List<Erasure> open(long after, int limit);

    /** How many erasures are not final, and since when. */
    OpenErasures countOpen();

    Optional<Erasure> erasure(String id);

    /**
     * A project's erasures (null: all), newest first, those with a number below {@code below} (or all, if that is 0). As in
     * every list, without their certificates.
     */
    List<Erasure> erasures(String project, long below, int limit);

    /**
     * The next sessions that an erasure covers and that are not taken out yet. Sessions of a user that turned up since the
     * erasure was requested get their tombstones here.
     *
     * @return at most {@code limit}; empty once all are taken out
     */
    List<Covered> covered(String id, int limit, long now);

    /** Takes out what describes these sessions, which the erasure covers. They are taken out already: nothing. */
    void erase(String id, Collection<SessionKey> sessions, long now);

    /**
     * The sessions of one project that have a tombstone of an erasure, those after {@code after} (null: from the first). The
     * erasure of a whole project has none.
     */
    List<SessionKey> sessions(String id, SessionKey after, int limit);

    /** Erasures that are final, and cover sessions that turned up since: they are taken out like the others. */
    List<Erasure> late(int limit);

    /** Which of these objects the catalog knows. */
    Set<String> known(Collection<String> keys);

    /** An object of a covered session that the catalog did not know was found in the object store and deleted. */
    void deletedStray(String id, ErasedObject stray);

    /**
     * Dooms intents that an erasure waits for and that were made before {@code before}: their writers are gone. Returns
     * how many.
     */
    int giveUpIntents(String id, long before, long now);

    /** What must still happen before an erasure is final. */
    Outstanding outstanding(String id);

    /** What is covered by erasures with a number above {@code number}. */
    ErasedSince erasedSince(long number, int limit);

    /** The objects that held what an erasure covers, by key, those after {@code after} (null: from the first). */
    List<ErasedObject> objects(String id, String after, int limit);

    /**
     * Has the database let go of what was taken out and is left in its own files, where that lies with this program:
     * SQLite's write-ahead log is emptied into the database, which overwrites what it deletes. When PostgreSQL does so is
     * its operator's matter. No transaction.
     *
     * @return false if a reader still needs what was there before: it can be tried again
     */
    boolean emptyLog();

    /**
     * Makes an erasure final. It was final before: nothing. The audit trail keeps the certificate's digest.
     *
     * @param certificate JSON with a member {@code digest}
     * @throws StoreException CORRUPT if the certificate is not JSON
     */
    void finish(String id, String certificate, long at);

    /** Number of the newest erasure, 0 if there is none. */
    long newest();

    /** A node has looked: it runs, and nothing in its journal is covered by an erasure up to {@code number}. */
    void pass(String node, long number, long at);

    /** All nodes that have a journal, by id. */
    List<NodePassed> nodes();

    /** A node will never start again and its journal is gone: erasures do not wait for it. It is NOT_FOUND: nothing. */
    void retireNode(String node, By by);

    /**
     * The same, by the last process that was that node.
     *
     * @throws StoreException CONFLICT if the node's epoch is not {@code epoch} any more: another process is the node
     */
    void retireNode(String node, long epoch, By by);

    /** @param oldestAt when the first of them was requested, 0 if there is none */
    record OpenErasures(long count, long oldestAt) {}

    /** What is to be erased. {@code name}: the session's id, the user's id, or null for the whole project. */
    record Subject(SubjectKind kind, String project, String name) {
        public static Subject session(SessionKey session) {
            return new Subject(SubjectKind.SESSION, session.project(), session.session());
        }

        public static Subject user(String project, String user) {
            return new Subject(SubjectKind.USER, project, user);
        }

        public static Subject project(String project) {
            return new Subject(SubjectKind.PROJECT, project, null);
        }
    }

    enum SubjectKind {
        SESSION,
        USER,
        PROJECT
    }

    /**
     * One erasure.
     *
     * @param id opaque, in addresses
     * @param number ascending
     * @param sessions how many sessions it covers
     * @param finalAt null as long as something is outstanding
     * @param certificate JSON, null until final and in lists
     */
    record Erasure(
            String id,
            long number,
            Subject subject,
            String reason,
            By requested,
            long sessions,
            Long finalAt,
            String certificate) {}

    /** A session to be taken out, and when it was received: its recordings' keys hold one of these days. */
    record Covered(SessionKey session, long firstReceivedAt, long lastReceivedAt) {
        /** Nobody knows when. */
        public static Covered atAnyTime(SessionKey session) {
            return new Covered(session, 0, -1);
        }
    }

    /**
     * @param sessions those that have tombstones, whatever asked for them; those of erased projects are not listed
     * @param users whose sessions are erased, by project
     * @param complete whether that is all: nothing was cut off by the limit
     */
    record ErasedSince(
            Collection<SessionKey> sessions,
            Collection<String> projects,
            Collection<ErasedUser> users,
            boolean complete) {}

    record ErasedUser(String project, String user) {}

    /**
     * @param sessions not yet taken out
     * @param objects not yet deleted from the object store
     * @param segments that hold what is erased beside what is not, to be rewritten
     * @param intents that may have been made with what is erased, and were neither committed nor deleted yet
     * @param nodes whose journals may still hold something, with when they were last seen
     */
    record Outstanding(long sessions, long objects, long segments, long intents, List<NodePassed> nodes) {
        public boolean isNothing() {
            return sessions == 0 && objects == 0 && segments == 0 && intents == 0 && nodes.isEmpty();
        }
    }

    /**
     * @param bytes 0 if not known: it was never committed
     * @param deletedAt null if it is still there
     */
    record ErasedObject(String key, Catalog.ObjectKind kind, long bytes, Long deletedAt) {}

    /** @param seenAt when it last said something, epoch ms, 0 if not since this is recorded */
    record NodePassed(String node, long passed, long seenAt) {
        /** A running node says so several times a minute. */
        private static final long SILENCE_MAX_MS = 60_000;

        /** Whether it was seen in the last minute, so that it must be taken for running. */
        public boolean runs(long now) {
            return seenAt > now - SILENCE_MAX_MS;
        }
    }
}
