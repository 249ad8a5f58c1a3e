package io.tapedeck.store;

import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.AdminCatalog.WriteKey;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What admins change: projects, their settings and keys; each change is written to the audit trail in the same
 * transaction. Blocks, is thread-safe and fails as {@link Catalog} does; each method is one transaction.
 */
public interface ProjectCatalog {
    /**
     * Makes a project with {@link ProjectSettings#DEFAULT}.
     *
     * @param slug 1 to 40 characters of {@code a-z0-9-}, beginning with a letter
     * @param name 1 to 200 characters
     * @throws IllegalArgumentException saying what is wrong with slug or name
     * @throws StoreException CONFLICT if the slug is taken, be it by a project that was erased
     */
    Project create(String slug, String name, By by);

    /**
     * Gives a project another name or other settings. Another retention applies to what is stored already.
     *
     * @param change what the project shall be, made of what it is now; slug and number stay. Called within the
     *     transaction, so that of two changes at a time neither undoes the other; possibly more than once
     * @return the project as it is then; its origins are in the form in which browsers send them
     * @throws IllegalArgumentException saying what is wrong with the name, an origin or the sample rate
     * @throws StoreException NOT_FOUND if there is no such project
     */
    Project change(String slug, UnaryOperator<Project> change, By by);

    /**
     * Makes a write key.
     *
     * @param key 1 to 200 characters of {@code A-Za-z0-9_.-}
     * @throws IllegalArgumentException saying what is wrong with the key
     * @throws StoreException NOT_FOUND if there is no such project, CONFLICT if the key exists already, whoever's it is
     */
    WriteKey createKey(String project, String key, By by);

    /** Revokes a write key for good. It is revoked or none of this project's: NOT_FOUND. */
    void revokeKey(String project, String key, By by);

    /** What is stored of a project, by the index, which is up to a minute behind. */
    ProjectStorage storage(String project);

    /**
     * The audit trail, newest first.
     *
     * @param project null: of all and of none
     * @param below entries with a number below this one, 0: from the newest
     * @param limit 1 to 200
     */
    List<AuditEntry> audit(String project, long below, int limit);

    /** Writes to the audit trail. */
    void record(By by, String action, String project, String subject, String detail);

    /** @param bytesRaw bytes of events as NDJSON */
    record ProjectStorage(long sessions, long unsettledSessions, long bytesRaw, long bytesStored) {}

    /**
     * @param action such as {@code project.change}, {@code session.erase}
     * @param project null if it is about none
     * @param subject what was changed, such as a key's first characters or a session's id, or null
     * @param detail JSON, or null
     */
    record AuditEntry(
            long number, long at, String actor, String action, String project, String subject, String detail) {}
}
