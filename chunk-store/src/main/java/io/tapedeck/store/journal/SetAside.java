package io.tapedeck.store.journal;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pieces of one journal that are set aside from the moment this is made; only looks. Used by one thread. */
public final class SetAside {
    private final Path quarantine;
    private final Set<Path> before;
    /** How the name of the newest file's end begins and ends, or null if there is no file. */
    private final String newestName;

    private final String newestEnd;

    /** @param end whether it is the end of the newest file: most likely a write that was cut off and never acknowledged */
    public record Piece(Path path, long bytes, boolean end) {}

    private SetAside(Path journal) throws IOException {
        this.quarantine = journal.resolve(Quarantine.FOLDER);
        this.before = Set.copyOf(list(quarantine));
        Path newest = list(journal).stream()
                .filter(JournalInspection::isJournalFile)
                .max(Comparator.comparing(Path::getFileName))
                .orElse(null);
        this.newestName = newest == null ? null : newest.getFileName() + ".";
        this.newestEnd = newest == null ? null : "-" + Files.size(newest);
    }

    /**
     * Begins to look, before the journal is opened.
     *
     * @throws StoreException UNAVAILABLE if the disk does not work
     */
    public static SetAside of(NodeFolder folder) {
        try {
            return new SetAside(folder.journal());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** What was set aside since then and is still there, by name. */
    public List<Piece> pieces() {
        try {
            return list(quarantine).stream()
                    .filter(path -> !before.contains(path))
                    .map(this::piece)
                    .toList();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Piece piece(Path path) {
        String name = path.getFileName().toString();
        return new Piece(
                path,
                path.toFile().length(),
                newestName != null && name.startsWith(newestName) && name.endsWith(newestEnd));
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
        }
    }

    private static StoreException unreadable(IOException e) {
        return new StoreException(StoreErrorKind.UNAVAILABLE, "the journal folder cannot be read", e);
    }
}
