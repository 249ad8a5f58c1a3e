package io.tapedeck.store.journal;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one node: its id, and the lock by which one process at a time is that node. Held from {@link #open} to
 * {@link #close}, or to the end of the process.
 */
public final class NodeFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeFolder.class);
    private static final String ID_CHARACTERS = "abcdefghijkmnpqrstuvwxyz23456789";
    private static final int ID_LENGTH = 10;
    private static final String ID_FILE = "node";
    private static final String JOURNAL_FOLDER = "journal";

    private final Path folder;
    private final String node;
    private final FileChannel lockChannel;

    private NodeFolder(Path folder, String node, FileChannel lockChannel) {
        this.folder = folder;
        this.node = node;
        this.lockChannel = lockChannel;
    }

    /**
     * Locks the folder, which is made if absent, and reads the node's id, which is chosen if absent.
     *
     * @throws StoreException UNAVAILABLE if another process holds the folder or the disk does not work
     */
    public static NodeFolder open(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel lockChannel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                lock(folder, lockChannel);
                return new NodeFolder(folder, node(folder), lockChannel);
            } catch (IOException | RuntimeException e) {
                lockChannel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "the folder " + folder + " cannot be used", e);
        }
    }

    /**
     * The same for a folder that is a node's already; nothing is made.
     *
     * @throws StoreException NOT_FOUND if it holds no node's id or no journal; else as {@link #open}
     */
    public static NodeFolder openExisting(Path folder) {
        if (!Files.isRegularFile(folder.resolve(ID_FILE)) || !Files.isDirectory(folder.resolve(JOURNAL_FOLDER))) {
            throw new StoreException(
                    StoreErrorKind.NOT_FOUND,
                    "the folder " + folder + " is no node's: it does not hold the file " + ID_FILE + " and the folder "
                            + JOURNAL_FOLDER);
        }
        return open(folder);
    }

    /** The node's id: lower-case letters and digits, the same at every start. */
    public String node() {
        return node;
    }

    /** Where the journal's files are. */
    public Path journal() {
        return folder.resolve(JOURNAL_FOLDER);
    }

    /** Where temporary files are, of which none outlives the process that made it. */
    public Path temporary() {
        return folder.resolve("temporary");
    }

    private static void lock(Path folder, FileChannel lockChannel) throws IOException {
        FileLock lock;
        try {
            lock = lockChannel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new StoreException(
                    StoreErrorKind.UNAVAILABLE, "the folder " + folder + " is in use by another process");
        }
    }

    private static String node(Path folder) throws IOException {
        Path file = folder.resolve(ID_FILE);
        if (Files.exists(file)) {
            String node = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (!node.matches("[a-z0-9]{1,32}")) {
                throw new StoreException(StoreErrorKind.CORRUPT, "the file " + file + " does not hold a node's id");
            }
            return node;
        }
        StringBuilder chosen = new StringBuilder();
        new SecureRandom()
                .ints(ID_LENGTH, 0, ID_CHARACTERS.length())
                .forEach(i -> chosen.append(ID_CHARACTERS.charAt(i)));
        Path unfinished = folder.resolve("node.tmp");
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            channel.write(StandardCharsets.US_ASCII.encode(chosen + "\n"));
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        Disk.system().syncFolder(folder);
        return chosen.toString();
    }

    @Override
    public void close() {
        try {
            lockChannel.close();
        } catch (IOException e) {
            LOG.warn("releasing the folder {} failed", folder, e);
        }
    }
}
