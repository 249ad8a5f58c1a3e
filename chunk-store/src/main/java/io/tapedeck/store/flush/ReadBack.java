package io.tapedeck.store.flush;

import io.tapedeck.store.Journal;
import io.tapedeck.store.Journal.JournalCursor;
import io.tapedeck.store.Journal.JournalRecord;
import java.util.function.Consumer;

/**
 * Reads records out of the journal, each as often as it is asked for until it is said to be taken. Used by the flusher's
 * loop only.
 */
final class ReadBack {
    private final Journal journal;
    private final Consumer<JournalRecord> onRead;
    private JournalCursor cursor;
    private JournalRecord waiting;

    /** @param onRead told of every record once it is read */
    ReadBack(Journal journal, Consumer<JournalRecord> onRead) {
        this.journal = journal;
        this.onRead = onRead;
    }

    /** The first record that was not taken, or null if there is none; {@code from} counts where none was read before. */
    JournalRecord next(long from) {
        if (waiting == null) {
            if (cursor == null) {
                cursor = journal.read(from);
            }
            waiting = cursor.next();
            if (waiting != null) {
                onRead.accept(waiting);
            }
        }
        return waiting;
    }

    void taken() {
        waiting = null;
    }

    /** Lets go of the journal; the next record is the one asked for then. */
    void reset() {
        waiting = null;
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }
}
