package io.tapedeck.store.event;

import io.tapedeck.store.ChunkId;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.PageVisit;
import io.tapedeck.store.SessionFacts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Counts a chunk's events while they are scanned. Not thread-safe.
 *
 * <p>Plausible times reach from 31 days before the receipt (recorders keep what they could not send, and a laptop may be
 * shut for a month) to a day after it (a clock may be set to the wrong zone). Outside of that a clock is simply wrong, and a
 * session dated by it would be found under no date that anybody looks for.
 */
final class EventTally {
    private static final long EARLY_MS = TimeUnit.DAYS.toMillis(31);
    private static final long LATE_MS = TimeUnit.DAYS.toMillis(1);

    private final EventContent content = new EventContent();

    private long firstAt = Long.MAX_VALUE;
    private long lastAt = Long.MIN_VALUE;
    private final List<Long> fullSnapshotTimes = new ArrayList<>();
    private final LinkedHashSet<String> urls = new LinkedHashSet<>();
    private final TreeSet<String> customEvents = new TreeSet<>();
    private PageVisit entry;
    private PageVisit exit;

    private int clicks;
    private int errors;
    private int consoleErrors;
    private int failedRequests;
    private int navigations;
    private int customs;

    void add(byte[] json, EventHead head) {
        firstAt = Math.min(firstAt, head.timestamp());
        lastAt = Math.max(lastAt, head.timestamp());
        switch (head.type()) {
            case EventHead.FULL_SNAPSHOT -> fullSnapshotTimes.add(head.timestamp());
            case EventHead.INCREMENTAL -> clicks += head.isClick() ? 1 : 0;
            case EventHead.META, EventHead.CUSTOM, EventHead.PLUGIN -> {
                content.read(json, head);
                addContent(head);
            }
            default -> {}
        }
    }

    private void addContent(EventHead head) {
        String page = content.page(head);
        if (page != null) {
            addPage(new PageVisit(page, head.timestamp()));
        } else if (content.isError(head)) {
            errors++;
        } else if (content.isSiteEvent(head)) {
            customs++;
            if (customEvents.size() < SessionFacts.CUSTOM_EVENTS_MAX) {
                customEvents.add(content.name());
            }
        } else if (content.isConsole(head)) {
            consoleErrors += content.consoleLevel().equals("error") ? 1 : 0;
        } else if (content.isNetwork(head)) {
            content.forEachRequest(request -> failedRequests += request.failed() ? 1 : 0);
        }
    }

    /** A page that is told again, as with each full snapshot, is not gone to again. */
    private void addPage(PageVisit visit) {
        if (exit == null || !exit.url().equals(visit.url())) {
            navigations++;
        }
        if (entry == null || visit.at() < entry.at()) {
            entry = visit;
        }
        if (exit == null || visit.at() >= exit.at()) {
            exit = visit;
        }
        if (urls.size() < SessionFacts.URLS_MAX) {
            urls.add(visit.url());
        }
    }

    /** @param receivedAt the server's clock, epoch ms */
    ScannedEvents toScannedEvents(ByteBuffer lines, int events, ChunkId contentId, long receivedAt) {
        long first = events == 0 ? receivedAt : firstAt;
        long last = events == 0 ? receivedAt : lastAt;
        Collections.sort(fullSnapshotTimes);
        SortedSet<String> customNames =
                customEvents.isEmpty() ? Collections.emptySortedSet() : Collections.unmodifiableSortedSet(customEvents);
        return new ScannedEvents(
                lines,
                events,
                first,
                last,
                plausible(first, receivedAt),
                plausible(last, receivedAt),
                plausible(first, receivedAt) != first || plausible(last, receivedAt) != last,
                List.copyOf(fullSnapshotTimes),
                contentId,
                new EventCounts(clicks, 0, 0, errors, consoleErrors, failedRequests, navigations, customs),
                plausible(entry, receivedAt),
                plausible(exit, receivedAt),
                List.copyOf(urls),
                customNames);
    }

    private static PageVisit plausible(PageVisit visit, long receivedAt) {
        return visit == null ? null : new PageVisit(visit.url(), plausible(visit.at(), receivedAt));
    }

    private static long plausible(long time, long receivedAt) {
        return Math.max(receivedAt - EARLY_MS, Math.min(time, receivedAt + LATE_MS));
    }
}
