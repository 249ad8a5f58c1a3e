package io.tapedeck.store;

import java.util.Objects;

/**
 * The seams of one database, for those who need more than one of them. Immutable; closes nothing.
 *
 * @param catalog sessions, segments and recordings
 * @param sessionKeys keys that sessions are encrypted with
 */
public record Catalogs(Catalog catalog, SessionKeyCatalog sessionKeys) {
    public Catalogs {
        Objects.requireNonNull(catalog);
        Objects.requireNonNull(sessionKeys);
    }

    /** The same with another catalog in its place. */
    public Catalogs with(Catalog other) {
        return new Catalogs(other, sessionKeys);
    }
}
