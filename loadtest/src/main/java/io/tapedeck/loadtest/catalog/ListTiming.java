package io.tapedeck.loadtest.catalog;

import io.tapedeck.loadtest.catalog.ListQueries.Kind;
import io.tapedeck.loadtest.codec.Table;
import io.tapedeck.store.Catalog;
import io.tapedeck.store.SessionPage;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Asks a catalog, one query after the other, and says how long it took. Not thread-safe. */
final class ListTiming {
    private static final int PAGE = 50;
    private static final int PAGE_MAX = 200;
    private static final int LATER_PAGES = 20;
    private static final double NANOS_PER_MS = 1e6;

    private final Catalog catalog;
    private final int queries;
    private final long budgetNanos;
    private final SplittableRandom random;

    /**
     * @param queries of each kind
     * @param secondsMax no further query of a kind is begun after so long
     */
    ListTiming(Catalog catalog, int queries, int secondsMax, long seed) {
        this.catalog = catalog;
        this.queries = queries;
        this.budgetNanos = TimeUnit.SECONDS.toNanos(secondsMax);
        this.random = new SplittableRandom(seed);
    }

    /** Adds a row to the table; none if the kind is about later pages and there is only one. */
    void measure(Kind kind, Table table) {
        List<String> cursors = kind.later() ? cursors(kind) : List.of();
        if (kind.later() && cursors.isEmpty()) {
            return;
        }
        ask(kind, cursors); // the first one also compiles and prepares what the others find ready: it is not counted
        long[] nanos = new long[queries];
        long found = 0;
        int timeouts = 0;
        int asked = 0;
        long begun = System.nanoTime();
        while (asked < queries && System.nanoTime() - begun < budgetNanos) {
            Answer answer = ask(kind, cursors);
            nanos[asked++] = answer.nanos();
            found += answer.sessions();
            timeouts += answer.isTimeout() ? 1 : 0;
        }
        Arrays.sort(nanos, 0, asked);
        table.row()
                .put("list", kind.name())
                .put("queries", asked)
                .put("p50 ms", percentile(nanos, asked, 50))
                .put("p99 ms", percentile(nanos, asked, 99))
                .put("max ms", percentile(nanos, asked, 100))
                .put("timeouts", timeouts)
                .put("sessions", (double) found / asked);
    }

    private record Answer(long nanos, int sessions, boolean isTimeout) {}

    private Answer ask(Kind kind, List<String> cursors) {
        SessionQuery asked = kind.asked().apply(random);
        String cursor = cursors.isEmpty() ? null : cursors.get(random.nextInt(cursors.size()));
        long begun = System.nanoTime();
        try {
            SessionPage page = catalog.sessions(asked.page(PAGE, cursor));
            return new Answer(System.nanoTime() - begun, page.sessions().size(), false);
        } catch (StoreException e) {
            if (e.kind() != StoreErrorKind.TIMEOUT) {
                throw e;
            }
            return new Answer(System.nanoTime() - begun, 0, true);
        }
    }

    /** Places where later pages begin. */
    private List<String> cursors(Kind kind) {
        SessionQuery asked = kind.asked().apply(random);
        List<String> cursors = new ArrayList<>();
        String next = null;
        do {
            next = catalog.sessions(asked.page(PAGE_MAX, next)).nextCursor();
            if (next != null) {
                cursors.add(next);
            }
        } while (next != null && cursors.size() < LATER_PAGES);
        return cursors;
    }

    /** The smallest that so many of a hundred are not above. */
    private static double percentile(long[] sorted, int count, int percent) {
        int rank = (int) Math.ceil(count * percent / 100.0);
        return sorted[Math.max(0, rank - 1)] / NANOS_PER_MS;
    }
}
