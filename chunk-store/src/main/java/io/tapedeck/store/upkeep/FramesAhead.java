package io.tapedeck.store.upkeep;

import io.tapedeck.store.Calls;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.ObjectStore;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Reads frames, those that are expected next ahead of being asked for: a session's blocks lie in as many objects, and an
 * object store that takes its time for each answer is asked for several at once. Not thread-safe.
 *
 * <p>At most {@value #READS_MAX} reads are on their way or waiting to be fetched, of at most {@value #BYTES_MAX} bytes
 * together.
 */
final class FramesAhead {
    static final int READS_MAX = 16;
    static final int BYTES_MAX = 4 << 20;

    private final ObjectStore objectStore;
    private final Deque<Place> expected = new ArrayDeque<>();
    private final Map<Place, CompletableFuture<ByteBuffer>> reads = new HashMap<>();
    private long bytes;

    FramesAhead(ObjectStore objectStore) {
        this.objectStore = objectStore;
    }

    /** Where a frame is. */
    record Place(String objectKey, long offset, int length) {
        static Place of(String objectKey, FrameRef frame) {
            return new Place(objectKey, frame.offset(), frame.length());
        }
    }

    /** The frame will be read after all that were expected before it. Once more in a row says nothing new. */
    void expect(Place place) {
        if (!place.equals(expected.peekLast())) {
            expected.add(place);
        }
    }

    /**
     * The frame's bytes.
     *
     * @param isKnown what need not be read again
     */
    ByteBuffer read(Place place, Predicate<Place> isKnown) throws InterruptedException {
        CompletableFuture<ByteBuffer> read = reads.remove(place);
        if (read == null) {
            read = get(place);
        } else {
            bytes -= place.length();
        }
        readAhead(next -> next.equals(place) || isKnown.test(next));
        return Calls.await(read);
    }

    private void readAhead(Predicate<Place> isKnown) {
        while (!expected.isEmpty() && reads.size() < READS_MAX) {
            Place next = expected.peek();
            if (!reads.containsKey(next) && !isKnown.test(next)) {
                if (bytes + next.length() > BYTES_MAX) {
                    return;
                }
                reads.put(next, get(next));
                bytes += next.length();
            }
            expected.remove();
        }
    }

    private CompletableFuture<ByteBuffer> get(Place place) {
        return objectStore.get(place.objectKey(), place.offset(), place.length());
    }
}
