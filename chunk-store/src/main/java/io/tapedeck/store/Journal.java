package io.tapedeck.store;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * The local append-only log of chunks that are not yet in a committed segment. Survives {@code kill -9}.
 *
 * <p>Each record gets the next number of an unbroken ascending sequence that never starts again, not even over
 * restarts. Thread-safe.
 */
public interface Journal extends AutoCloseable {
    /**
     * Appends a chunk. Records get their numbers in the order of the calls.
     *
     * @return completes with the record's number once the record is on disk (fsync); fails with OVER_CAPACITY at the
     *     journal's cap or when the disk is nearly full, UNAVAILABLE if the disk does not work: then the chunk is not
     *     stored and the caller must not acknowledge it
     */
    CompletableFuture<Long> append(Chunk chunk);

    /**
     * Reads records that are on disk, from number {@code from} on, in order; numbers below the first one kept are
     * passed over, corrupt records are set aside, counted and passed over. The caller closes the cursor. Records
     * appended while it is open may or may not be seen.
     */
    JournalCursor read(long from);

    /** The number that the next record will get. */
    long next();

    /**
     * The caller will never again read records below {@code number}: files that hold only such records are deleted, for
     * good once this returns.
     */
    void trim(long number);

    /**
     * Begins a new file with the next record, so that trimming can delete everything before.
     *
     * @return completes, after every append before it has, with the first number that goes into the new file; fails with
     *     UNAVAILABLE if the disk does not work or the journal is closed
     */
    CompletableFuture<Long> roll();

    /**
     * Deletes what was set aside because it could not be read: pieces from before {@code before}, and those that name any of
     * {@code names}. Blocks.
     *
     * @param names sessions, users or projects as they are in records' headers; null: whatever they name
     * @return how many pieces were deleted
     */
    int purge(long before, Collection<String> names);

    /** No record below this number is left. */
    long first();

    /** Bytes on disk now. */
    long bytes();

    /** Writes and fsyncs a probe; throws {@link StoreException} with the kind an append would fail with. */
    void check();

    /** Completes appends under way, then closes. Nothing unread is lost. */
    @Override
    void close();

    /** A position in the journal; not thread-safe. */
    interface JournalCursor extends AutoCloseable {
        /** The next record, or null when there is none at this time (a later call may find one). */
        JournalRecord next();

        @Override
        void close();
    }

    /** A record: its number and its chunk. */
    record JournalRecord(long number, Chunk chunk) {}
}
