package io.tapedeck.store.catalog;

import io.tapedeck.store.PartBounds;
import java.util.Objects;

/**
 * Which database to use, and how. Immutable.
 *
 * @param url {@code jdbc:sqlite:…} or {@code jdbc:postgresql:…}
 * @param user for PostgreSQL, or null if the address says it
 * @param password for PostgreSQL, or null; never printed
 * @param writersMax connections for writing; SQLite always has one
 * @param readersMax connections for reading
 * @param waitMs how long a call waits for a connection before it fails as UNAVAILABLE
 * @param statementMs how long one statement may take before it fails as TIMEOUT (PostgreSQL only)
 * @param parts when a part of a session that goes on is due to be settled
 */
public record CatalogSettings(
        String url,
        String user,
        String password,
        int writersMax,
        int readersMax,
        long waitMs,
        long statementMs,
        PartBounds parts) {
    private static final String SQLITE = "jdbc:sqlite:";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    public CatalogSettings {
        Objects.requireNonNull(url);
        Objects.requireNonNull(parts);
        if (!url.startsWith(SQLITE) && !url.startsWith(POSTGRESQL)) {
            throw new IllegalArgumentException("the catalog's address must start with " + SQLITE + " or " + POSTGRESQL);
        }
        if (writersMax < 1 || readersMax < 1) {
            throw new IllegalArgumentException("writersMax and readersMax must be at least 1");
        }
        if (waitMs < 250 || statementMs < 250) {
            throw new IllegalArgumentException("waitMs and statementMs must be at least 250");
        }
    }

    /** With parts of the usual size. */
    public CatalogSettings(
            String url, String user, String password, int writersMax, int readersMax, long waitMs, long statementMs) {
        this(url, user, password, writersMax, readersMax, waitMs, statementMs, PartBounds.DEFAULT);
    }

    /** The defaults for an address that needs no user, or that holds one. */
    public static CatalogSettings of(String url) {
        return of(url, null, null);
    }

    /** The defaults for an address, a user and a password. */
    public static CatalogSettings of(String url, String user, String password) {
        return new CatalogSettings(url, user, password, 4, 4, 4_000, 10_000);
    }

    /** The same with other bounds on parts. */
    public CatalogSettings withParts(PartBounds other) {
        return new CatalogSettings(url, user, password, writersMax, readersMax, waitMs, statementMs, other);
    }

    boolean isSqlite() {
        return url.startsWith(SQLITE);
    }

    /** Without the password, and without the address's parameters, which may hold one. */
    @Override
    public String toString() {
        int parameters = url.indexOf('?');
        String address = parameters < 0 ? url : url.substring(0, parameters) + "?…";
        return "CatalogSettings[url=" + address + ", user=" + user + ", password=" + (password == null ? "null" : "***")
                + ", writersMax=" + writersMax + ", readersMax=" + readersMax + ", waitMs=" + waitMs + ", statementMs="
                + statementMs + ", parts=" + parts + "]";
    }
}
