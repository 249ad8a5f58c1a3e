package io.tapedeck.store.journal;

import java.nio.file.Path;

/**
 * One file of the journal as its readers see it. Thread-safe: the writer raises {@link #readable}, cursors read it.
 */
final class JournalFile {
    private final Path path;
    private final long firstNumber;
    private volatile long readable;

    /** @param readable bytes from the start of the file that are on disk */
    JournalFile(Path path, long firstNumber, long readable) {
        this.path = path;
        this.firstNumber = firstNumber;
        this.readable = readable;
    }

    Path path() {
        return path;
    }

    long firstNumber() {
        return firstNumber;
    }

    /** Bytes from the start of the file that are on disk: what a cursor may read. */
    long readable() {
        return readable;
    }

    void setReadable(long bytes) {
        readable = bytes;
    }
}
