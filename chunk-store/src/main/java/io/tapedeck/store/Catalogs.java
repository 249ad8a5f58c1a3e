package io.tapedeck.store;

import java.util.Objects;

/**
 * The seams of one database, for those who need more than one of them. Immutable; closes nothing.
 *
 * @param catalog sessions, segments and recordings
 * @param retention which sessions are over
 * @param projects what admins change
 * @param people accounts and API tokens
 * @param adoption taking over what an object store holds
 * @param wrappedKeys keys that sessions are encrypted with
 * @param erasures what erasing needs
 * @param compaction what rewriting segments needs
 * @param shares links to sessions for people without an account
 * @param notes what people have written about sessions
 * @param views who has watched which session
 */
public record Catalogs(
        Catalog catalog,
        RetentionCatalog retention,
        ProjectCatalog projects,
        PeopleCatalog people,
        AdoptionCatalog adoption,
        WrappedKeyCatalog wrappedKeys,
        ErasureCatalog erasures,
        CompactionCatalog compaction,
        ShareCatalog shares,
        NoteCatalog notes,
        ViewCatalog views) {
    public Catalogs {
        Objects.requireNonNull(catalog);
        Objects.requireNonNull(retention);
        Objects.requireNonNull(projects);
        Objects.requireNonNull(people);
        Objects.requireNonNull(adoption);
        Objects.requireNonNull(wrappedKeys);
        Objects.requireNonNull(erasures);
        Objects.requireNonNull(compaction);
        Objects.requireNonNull(shares);
        Objects.requireNonNull(notes);
        Objects.requireNonNull(views);
    }

    /** The same with another catalog in its place. */
    public Catalogs with(Catalog other) {
        return new Catalogs(
                other, retention, projects, people, adoption, wrappedKeys, erasures, compaction, shares, notes, views);
    }
}
