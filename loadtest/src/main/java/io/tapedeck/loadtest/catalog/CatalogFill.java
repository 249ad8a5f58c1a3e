package io.tapedeck.loadtest.catalog;

import io.tapedeck.store.By;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.catalog.JdbcCatalog;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Puts sessions into an empty catalog as a gateway does: for each segment an intent and a commit. Writes no object. */
final class CatalogFill {
    private static final String NODE = "loadtest";
    private static final int PROGRESS_EVERY = 100_000;

    private final JdbcCatalog catalog;
    private final SyntheticSessions sessions;
    private final int segmentSessions;
    private final PrintStream progress;

    /** @param segmentSessions how many sessions a segment holds */
    CatalogFill(JdbcCatalog catalog, SyntheticSessions sessions, int segmentSessions, PrintStream progress) {
        this.catalog = catalog;
        this.sessions = sessions;
        this.segmentSessions = segmentSessions;
        this.progress = progress;
    }

    /** Returns how long it took, in seconds. */
    double run() {
        catalog.catalogs()
                .projects()
                .create(SyntheticSessions.PROJECT, "Lists", new By("loadtest", SyntheticSessions.BEGIN));
        long epoch = catalog.startNode(NODE).epoch();
        long begun = System.nanoTime();
        for (int from = 0; from < sessions.count(); from += segmentSessions) {
            int to = Math.min(sessions.count(), from + segmentSessions);
            commit(from, to, epoch);
            if (to / PROGRESS_EVERY > from / PROGRESS_EVERY) {
                progress.printf(Locale.ROOT, "%,d sessions after %.0f s%n", to, seconds(begun));
            }
        }
        return seconds(begun);
    }

    private void commit(int from, int to, long epoch) {
        List<SegmentSession> segment = new ArrayList<>(to - from);
        long at = 0;
        for (int number = from; number < to; number++) {
            SegmentSession session = sessions.session(number);
            segment.add(session);
            at = Math.max(at, session.facts().lastReceivedAt());
        }
        String key = "segments/" + from;
        catalog.intend(new ObjectIntent(key, ObjectKind.SEGMENT, "main", NODE, at));
        long bytes =
                segment.stream().mapToLong(one -> one.blocks().get(0).length()).sum();
        catalog.commitSegment(new SegmentCommit(key, NODE, epoch, bytes, from, to, at, segment));
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }
}
