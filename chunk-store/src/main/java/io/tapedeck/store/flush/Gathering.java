package io.tapedeck.store.flush;

import io.tapedeck.store.Chunk;
import io.tapedeck.store.Loops;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The segment that chunks enter, in the order of their numbers, and the bytes that open and sealed segments take. Not
 * thread-safe: used under the flusher's lock.
 */
final class Gathering {
    private final FlushPolicy policy;
    private final CommitLedger ledger;
    private final LongSupplier nanoTime;
    private final Consumer<OpenSegment> sealed;
    private final LineSlabs slabs = new LineSlabs();

    /** Null while nothing waits to be sealed. */
    private OpenSegment open;
    /** The next number to enter. */
    private long position;

    private long coveredTo;
    private long heldBytes;

    /**
     * @param position the number of the first record to enter
     * @param sealed takes over a segment that nothing enters any more, whose bytes stay counted until they are
     *     {@link #hold held} no longer
     */
    Gathering(
            FlushPolicy policy,
            CommitLedger ledger,
            LongSupplier nanoTime,
            long position,
            Consumer<OpenSegment> sealed) {
        this.policy = policy;
        this.ledger = ledger;
        this.nanoTime = nanoTime;
        this.position = position;
        this.coveredTo = position;
        this.sealed = sealed;
    }

    long position() {
        return position;
    }

    long heldBytes() {
        return heldBytes;
    }

    /** The segment that is not sealed yet, or null. */
    OpenSegment open() {
        return open;
    }

    /** One chunk always has room, however large, so that the flusher goes on. */
    boolean hasRoomFor(Chunk chunk) {
        return heldBytes == 0 || heldBytes + OpenSegment.bytes(chunk) <= policy.memoryBytesMax();
    }

    /** The number is {@link #position} or a later one; those between hold no chunk. */
    void enter(long number, Chunk chunk) {
        if (open != null && ledger.intersects(open.journalTo(), number)) {
            seal();
        }
        if (open == null) {
            open = new OpenSegment(ledger.endBefore(number, coveredTo), nanoTime.getAsLong(), slabs);
        }
        long before = open.bytes();
        open.add(number, chunk);
        heldBytes += open.bytes() - before;
        position = number + 1;
        if (policy.isFull(open.bytes())) {
            seal();
        }
    }

    /** No chunk up to this number is left that has not entered. */
    void passOverTo(long number) {
        position = Math.max(position, number + 1);
    }

    /**
     * Seals a segment that is old enough.
     *
     * @param anyAge whether each is
     * @return after how many nanoseconds to ask again, as a {@link Loops.Step} says it
     */
    long sealIfDue(boolean anyAge) {
        if (open == null) {
            return Loops.UNTIL_WOKEN;
        }
        long ageMs = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - open.openedAtNanos());
        if (anyAge || policy.isDue(ageMs)) {
            seal();
            return Loops.UNTIL_WOKEN;
        }
        return TimeUnit.MILLISECONDS.toNanos(policy.sealAgeMs() - ageMs);
    }

    /** Seals what there is. */
    void seal() {
        if (open != null) {
            OpenSegment full = open;
            open = null;
            coveredTo = full.journalTo();
            sealed.accept(full);
        }
    }

    /** A sealed segment takes so many bytes more, or fewer if negative. */
    void hold(long moreBytes) {
        heldBytes += moreBytes;
    }
}
