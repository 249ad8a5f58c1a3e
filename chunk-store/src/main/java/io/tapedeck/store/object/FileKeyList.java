package io.tapedeck.store.object;

import io.tapedeck.store.ObjectStore.StoredObject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * One page of keys, in byte order, from a tree of folders. Used once, by one thread.
 *
 * <p>A folder {@code a} stands among its siblings as {@code a/}, because {@code a.b} and {@code a-b} sort before
 * {@code a/b}, and {@code a0} after. Folders are read in pages too, so that memory is bound by the limit and not by the
 * number of files.
 */
final class FileKeyList {
    private final Path root;
    private final String prefix;
    private final String after;
    private final int limit;
    private final List<StoredObject> found = new ArrayList<>();

    FileKeyList(Path root, String prefix, String after, int limit) {
        this.root = root;
        this.prefix = prefix;
        this.after = after == null ? "" : after;
        this.limit = limit;
    }

    List<StoredObject> read() throws IOException {
        int folderEnd = prefix.lastIndexOf('/') + 1;
        String folderKey = prefix.substring(0, folderEnd);
        addAll(root.resolve(folderKey), folderKey);
        return found;
    }

    private void addAll(Path folder, String folderKey) throws IOException {
        String last = "";
        NavigableSet<String> children;
        do {
            children = childrenAfter(folder, folderKey, last);
            for (String child : children) {
                if (found.size() >= limit) {
                    return;
                }
                if (child.endsWith("/")) {
                    addAll(folder.resolve(child), folderKey + child);
                } else {
                    add(folder.resolve(child), folderKey + child);
                }
                last = child;
            }
        } while (children.size() >= limit);
    }

    private void add(Path file, String key) throws IOException {
        try {
            found.add(new StoredObject(key, Files.size(file)));
        } catch (NoSuchFileException e) {
            // Deleted since its folder was read.
        }
    }

    /** The first {@code limit} children, folders with a trailing slash, that may hold keys of this page. */
    private NavigableSet<String> childrenAfter(Path folder, String folderKey, String last) throws IOException {
        NavigableSet<String> first = new TreeSet<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path path : children) {
                String name = path.getFileName().toString();
                if (!ObjectKeys.isValid(name)) {
                    continue;
                }
                String child = Files.isDirectory(path) ? name + "/" : name;
                if (child.compareTo(last) <= 0 || !mayHoldKeys(folderKey + child)) {
                    continue;
                }
                first.add(child);
                if (first.size() > limit) {
                    first.pollLast();
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return first;
        }
        return first;
    }

    private boolean mayHoldKeys(String key) {
        boolean isFolder = key.endsWith("/");
        boolean inPrefix = key.startsWith(prefix) || (isFolder && prefix.startsWith(key));
        boolean isAfter = key.compareTo(after) > 0 || (isFolder && after.startsWith(key));
        return inPrefix && isAfter;
    }
}
