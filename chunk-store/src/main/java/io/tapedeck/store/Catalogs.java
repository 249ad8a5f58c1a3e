package io.tapedeck.store;

import java.util.Objects;

/**
 * The seams of one database, for those who need more than one of them. Immutable; closes nothing.
 *
 * @param catalog sessions, segments and recordings
 */
public record Catalogs(Catalog catalog) {
    public Catalogs {
        Objects.requireNonNull(catalog);
    }

    /** The same with another catalog in its place. */
    public Catalogs with(Catalog other) {
        return new Catalogs(other);
    }
}
