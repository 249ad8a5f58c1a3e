package io.tapedeck.store.journal;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder where unreadable pieces of journal files are kept for people to look at, until they are purged. Each piece is kept once, however
 * often it is met. Thread-safe.
 */
final class Quarantine {
    private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

    /** Its name in the journal's folder. */
    static final String FOLDER = "quarantine";

    private static final int SEARCH_BYTES = 1 << 20;

    private final Path folder;
    private final Counter pieces;
    /** Whether deleted pieces may come back after a crash, as the folder could not be synced. */
    private boolean deletedUnsynced;

    Quarantine(Path folder, MeterRegistry meters) {
        this.folder = folder;
        this.pieces = Counter.builder("tapedeck.journal.quarantined")
                .description("unreadable pieces of journal files that were set aside")
                .register(meters);
    }

    /** Keeps a copy of the bytes {@code [from, to)} of a journal file, durably. */
    synchronized void setAside(Path file, long from, long to) throws IOException {
        Path kept = folder.resolve(file.getFileName() + "." + from + "-" + to);
        if (Files.exists(kept)) {
            return;
        }
        Files.createDirectories(folder);
        Path unfinished = folder.resolve(kept.getFileName() + ".tmp");
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ);
                FileChannel target = FileChannel.open(
                        unfinished,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            long position = from;
            while (position < to) {
                long copied = source.transferTo(position, to - position, target);
                if (copied <= 0) {
                    break;
                }
                position += copied;
            }
            target.force(true);
        }
        Files.move(unfinished, kept, StandardCopyOption.ATOMIC_MOVE);
        Disk.system().syncFolder(folder);
        pieces.increment();
        LOG.warn("set aside {} unreadable bytes of the journal file {} as {}", to - from, file.getFileName(), kept);
    }

    /**
     * Deletes pieces from before {@code before}, and those that name any of {@code names} (null: all).
     *
     * @return how many
     */
    synchronized int purge(long before, Collection<String> names) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        int deleted = 0;
        List<byte[]> wanted = names == null
                ? null
                : names.stream().map(Quarantine::asInHeaders).toList();
        try (DirectoryStream<Path> kept = Files.newDirectoryStream(folder)) {
            for (Path piece : kept) {
                boolean isOld = Files.getLastModifiedTime(piece).toMillis() < before;
                if (isOld || wanted == null || holdsAny(piece, wanted)) {
                    deletedUnsynced = true;
                    Files.delete(piece);
                    deleted++;
                }
            }
        }
        if (deletedUnsynced) {
            Disk.system().syncFolder(folder);
            deletedUnsynced = false;
        }
        if (deleted > 0) {
            LOG.info("deleted {} pieces of journal files that had been set aside", deleted);
        }
        return deleted;
    }

    /** As a JSON string, quotes included. */
    private static byte[] asInHeaders(String name) {
        return ('"' + new String(JsonStringEncoder.getInstance().quoteAsString(name)) + '"')
                .getBytes(StandardCharsets.UTF_8);
    }

    private static boolean holdsAny(Path piece, List<byte[]> wanted) throws IOException {
        int longest = wanted.stream().mapToInt(name -> name.length).max().orElse(0);
        if (longest == 0) {
            return false;
        }
        byte[] window = new byte[SEARCH_BYTES + longest];
        try (InputStream bytes = Files.newInputStream(piece)) {
            int kept = 0;
            for (int read = bytes.readNBytes(window, kept, window.length - kept);
                    read > 0;
                    read = bytes.readNBytes(window, kept, window.length - kept)) {
                String text = new String(window, 0, kept + read, StandardCharsets.ISO_8859_1);
                for (byte[] name : wanted) {
                    if (text.contains(new String(name, StandardCharsets.ISO_8859_1))) {
                        return true;
                    }
                }
                // A name may lie across two windows.
                kept = Math.min(longest - 1, kept + read);
                byte[] rest = text.substring(text.length() - kept).getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(rest, 0, window, 0, kept);
            }
        }
        return false;
    }
}
