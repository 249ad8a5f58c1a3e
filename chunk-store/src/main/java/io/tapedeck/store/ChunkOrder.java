package io.tapedeck.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The order in which a window's chunks are played: by sequence number if every chunk has one of its own, else by first
 * event time (a duplicated tab repeats numbers, some dialects have none). Ties keep their order. Stateless.
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

    private static <T> boolean hasOwnSeqs(List<T> items, Function<T, ChunkRef> chunk) {
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
