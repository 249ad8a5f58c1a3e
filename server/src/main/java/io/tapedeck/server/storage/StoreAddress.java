package io.tapedeck.server.storage;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where objects are, as it stands in the catalog beside each of them: a {@code store-url}, without endpoint and credentials,
 * or {@value #EMBEDDED} for the folder in the data folder, wherever that is. Immutable.
 *
 * @param folder null unless it is a folder
 */
record StoreAddress(String id, Path folder) {
    private static final String EMBEDDED = "embedded";

    /**
     * @param url null for the embedded folder, which it may name, too
     * @param embedded that folder
     */
    static StoreAddress of(URI url, Path embedded) {
        if (url == null) {
            return new StoreAddress(EMBEDDED, embedded);
        }
        Path folder = "file".equals(url.getScheme()) ? Path.of(url.getPath()) : null;
        boolean isEmbedded = folder != null && isSame(folder, embedded);
        return new StoreAddress(isEmbedded ? EMBEDDED : url.toString(), folder);
    }

    private static StoreAddress ofId(String id, Path embedded) {
        return of(id.equals(EMBEDDED) ? null : URI.create(id), embedded);
    }

    /**
     * Refuses to go on with another store than the one that the catalog's objects are in: reading would find none of them,
     * and deleting would succeed and delete nothing.
     *
     * @param ids as the catalog has them, of some of its objects
     * @param embedded the embedded folder
     * @throws StartupException if one of them is another
     */
    void requireHolds(Collection<String> ids, Path embedded) {
        List<StoreAddress> holding = ids.stream().map(id -> ofId(id, embedded)).toList();
        if (holding.stream().allMatch(this::isSame)) {
            return;
        }
        throw new StartupException(
                "The catalog's objects are in "
                        + holding.stream().map(StoreAddress::shown).sorted().collect(Collectors.joining(" and in "))
                        + ", but the store to be used is " + shown()
                        + ". Nothing was changed. Give the store-url that the objects are in (none for the embedded folder)."
                        + " If all of them were copied to where store-url says, go on with an empty catalog, made anew with"
                        + " tapedeck reindex: see \"Move the objects\" in docs/operations.md.",
                null);
    }

    private boolean isSame(StoreAddress other) {
        if (folder != null && other.folder != null) {
            return isSame(folder, other.folder);
        }
        return withoutLastSlash(id).equals(withoutLastSlash(other.id));
    }

    /** Links count as what they lead to; what cannot be looked at is not taken for the same. */
    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(normal(one), normal(other));
        } catch (IOException e) {
            return false;
        }
    }

    private static Path normal(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static String withoutLastSlash(String text) {
        return text.replaceAll("/+$", "");
    }

    private String shown() {
        return id.equals(EMBEDDED) ? "the embedded folder " + normal(folder) : id;
    }
}
