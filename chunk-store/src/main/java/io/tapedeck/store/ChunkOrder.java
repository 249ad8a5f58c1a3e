package io.tapedeck.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The order in which a window's chunks are played: by sequence number if every chunk has one of its own. Else (a
 * duplicated tab repeats numbers, some dialects have none) it is the events that have an order, that of their times, and
 * the chunks are listed by their first event's. Ties keep their order. Stateless.
 */
public final class ChunkOrder {
    private ChunkOrder() {}

    /** The items in play order; the list given is not changed. */
    public static <T> List<T> sorted(List<T> items, Function<T, ChunkRef> chunk) {
        List<T> sorted = new ArrayList<>(items);
        Comparator<T> byTime =
                Comparator.comparingLong(item -> chunk.apply(item).firstAt());
        Comparator<T> bySeq = Comparator.comparingLong(item -> chunk.apply(item).seq());
        sorted.sort(hasOwnSeqs(items, chunk) ? bySeq : byTime);
        return sorted;
    }

    /** Whether each has a number that no other one has; if not, their events are played in the order of time. */
    public static <T> boolean hasOwnSeqs(List<T> items, Function<T, ChunkRef> chunk) {
        Set<Long> seqs = new HashSet<>();
        for (T item : items) {
            ChunkRef ref = chunk.apply(item);
            if (!ref.hasSeq() || !seqs.add(ref.seq())) {
                return false;
            }
        }
        return true;
    }
}
