package io.tapedeck.store.journal;

import io.tapedeck.store.Journal.JournalCursor;
import io.tapedeck.store.Journal.JournalRecord;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;

/** Reads records from one journal file after another, up to what is on disk. */
final class FileJournalCursor implements JournalCursor {
    private final JournalFiles files;
    private final Quarantine quarantine;
    private final long from;
    private RecordScanner scanner;

    FileJournalCursor(JournalFiles files, Quarantine quarantine, long from) {
        this.files = files;
        this.quarantine = quarantine;
        this.from = from;
    }

    @Override
    public JournalRecord next() {
        try {
            while (scanner != null || enter(files.holding(from))) {
                // Asked before reading: a file that has a successor does not grow any more.
                JournalFile successor = files.after(scanner.file());
                ByteBuffer payload = scanner.next();
                if (payload != null) {
                    JournalRecord record = decode(payload);
                    if (record != null) {
                        return record;
                    }
                } else if (successor == null) {
                    return null;
                } else {
                    setAsideRest();
                    enter(successor);
                }
            }
            return null;
        } catch (IOException | UncheckedIOException e) {
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "the journal cannot be read", e);
        }
    }

    /** Goes on with a file, or with the next one after it that has not been trimmed. */
    private boolean enter(JournalFile first) throws IOException {
        close();
        for (JournalFile file = first; file != null; file = files.after(file)) {
            try {
                scanner = new RecordScanner(file, this::setAside);
                return true;
            } catch (NoSuchFileException trimmed) {
                // Trimmed since it was listed: the caller will not ask for its records again.
            }
        }
        return false;
    }

    private JournalRecord decode(ByteBuffer payload) throws IOException {
        long number = scanner.number();
        if (number < from) {
            return null;
        }
        int payloadBytes = payload.remaining();
        try {
            return new JournalRecord(number, ChunkCodec.decode(payload));
        } catch (StoreException e) {
            long to = scanner.position();
            setAside(scanner.file(), to - payloadBytes - JournalFormat.RECORD_HEAD_BYTES, to);
            return null;
        }
    }

    private void setAsideRest() throws IOException {
        long end = scanner.file().readable();
        if (scanner.position() < end) {
            setAside(scanner.file(), scanner.position(), end);
        }
    }

    private void setAside(JournalFile file, long from, long to) throws IOException {
        quarantine.setAside(file.path(), from, to);
    }

    @Override
    public void close() {
        if (scanner != null) {
            scanner.close();
            scanner = null;
        }
    }
}
