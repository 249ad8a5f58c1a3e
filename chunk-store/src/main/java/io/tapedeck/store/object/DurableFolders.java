package io.tapedeck.store.object;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Folders below a root that survive a power cut once {@link #ensure} has returned, and go away when empty. Thread-safe;
 * another process may make and remove folders below the same root.
 */
final class DurableFolders {
    private static final boolean FOLDERS_CAN_BE_SYNCED = File.separatorChar == '/';
    private static final int KNOWN_MAX = 10_000;

    private final Path root;
    /** Folders whose own entry this process has synced. */
    private final Set<Path> known = new HashSet<>();

    DurableFolders(Path root) {
        this.root = root;
    }

    synchronized void ensure(Path folder) throws IOException {
        if (folder.equals(root) || (known.contains(folder) && Files.isDirectory(folder))) {
            return;
        }
        ensure(folder.getParent());
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        sync(folder.getParent()); // also if it was there: who made it may have crashed before syncing
        if (known.size() >= KNOWN_MAX) {
            known.clear();
        }
        known.add(folder);
    }

    /** Removes the folder, and those above it up to the root, as far as they are empty. */
    synchronized void removeEmpty(Path folder) throws IOException {
        Path next = folder;
        while (!next.equals(root)) {
            known.remove(next);
            try {
                Files.delete(next);
            } catch (DirectoryNotEmptyException e) {
                return;
            } catch (NoSuchFileException e) {
                // Another process was first; those above may still be empty.
            }
            next = next.getParent();
        }
    }

    /** Syncs the folder, or where it was removed meanwhile the one below which that happened. */
    void syncNearest(Path folder) throws IOException {
        Path next = folder;
        while (true) {
            try {
                sync(next);
                return;
            } catch (NoSuchFileException e) {
                if (next.equals(root)) {
                    throw e;
                }
                next = next.getParent();
            }
        }
    }

    static void sync(Path folder) throws IOException {
        if (FOLDERS_CAN_BE_SYNCED) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
