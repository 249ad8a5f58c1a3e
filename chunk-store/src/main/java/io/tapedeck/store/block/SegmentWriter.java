package io.tapedeck.store.block;

import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import java.nio.ByteBuffer;

/** Lays blocks of many sessions back to back into one segment, in memory. Not thread-safe. */
@SuppressWarnings("DoNotCallSuggester")
public final class SegmentWriter {
    public SegmentWriter(String node, long epoch) {}

    /** Adds a block and what it adds to the facts of its session (joined with what was added before). */
    public void add(SessionKey session, SessionFacts facts, EncodedBlock block) {
        throw new UnsupportedOperationException();
    }

    /** Bytes of the blocks so far. */
    public int bytes() {
        throw new UnsupportedOperationException();
    }

    /**
     * @param journalFrom first journal record whose chunk is in it
     * @param journalTo one past the last
     */
    public Segment finish(long journalFrom, long journalTo) {
        throw new UnsupportedOperationException();
    }

    /** A whole segment: the object's bytes, and what its footer says. */
    public record Segment(ByteBuffer bytes, SegmentFooter footer) {}
}
