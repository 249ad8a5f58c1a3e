package io.tapedeck.store.flush;

import io.tapedeck.store.Catalog.JournalProgress;
import java.util.Map;
import java.util.TreeMap;

/** Which journal numbers are in committed segments. Not thread-safe. */
final class CommittedNumbers {
    /** Half-open ranges, from → to; they neither overlap nor touch. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    /** @param first numbers below count as committed */
    CommittedNumbers(long first, JournalProgress progress) {
        add(Long.MIN_VALUE, first);
        progress.ranges().forEach(range -> add(range.from(), range.to()));
    }

    void add(long from, long to) {
        if (from >= to) {
            return;
        }
        long start = from;
        long end = to;
        Map.Entry<Long, Long> before = ranges.floorEntry(from);
        if (before != null && before.getValue() >= from) {
            start = before.getKey();
        }
        for (Map.Entry<Long, Long> next = ranges.ceilingEntry(start);
                next != null && next.getKey() <= end;
                next = ranges.ceilingEntry(start)) {
            end = Math.max(end, next.getValue());
            ranges.remove(next.getKey());
        }
        ranges.put(start, end);
    }

    boolean contains(long number) {
        Map.Entry<Long, Long> range = ranges.floorEntry(number);
        return range != null && number < range.getValue();
    }

    /** Whether any number in {@code [from, to)} is committed. */
    boolean intersects(long from, long to) {
        Map.Entry<Long, Long> range = ranges.lowerEntry(to);
        return from < to && range != null && range.getValue() > from;
    }

    /** The end of the last committed range that begins below {@code number}; {@code atLeast} if that is greater. */
    long endBefore(long number, long atLeast) {
        Map.Entry<Long, Long> range = ranges.lowerEntry(number);
        return range == null ? atLeast : Math.max(atLeast, range.getValue());
    }

    /** All numbers below this one are committed. */
    long low() {
        return ranges.firstEntry().getValue();
    }
}
