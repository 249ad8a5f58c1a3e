package io.tapedeck.playback;

import java.util.List;
import java.util.function.ToLongFunction;

/** How lists with ascending numbers are paged, newest first: the cursor is the last number shown. */
final class Paging {
    static final Parameter<Integer> LIMIT = Parameter.count("limit", "Entries in one answer.", 1, 200, 50);
    static final Parameter<Long> CURSOR = Parameter.cursor("cursor", "The nextCursor of the answer before.");

    private Paging() {}

    /** The cursor of the next page; null if this is the last one. */
    static <T> String next(List<T> page, int limit, ToLongFunction<T> number) {
        if (page.size() < limit) {
            return null;
        }
        long last = number.applyAsLong(page.get(page.size() - 1));
        return last <= 1 ? null : Long.toString(last);
    }
}
