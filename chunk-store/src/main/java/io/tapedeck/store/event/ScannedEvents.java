package io.tapedeck.store.event;

import io.tapedeck.store.ChunkId;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.PageVisit;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedSet;

/**
 * What one pass over a chunk's events found. Immutable; whoever scanned owns {@code lines}.
 *
 * @param lines the events as NDJSON: each event's bytes as they came in (line feeds outside strings become spaces), a
 *     {@code w} member put first, and a line feed
 * @param events number of lines
 * @param firstAt smallest event time as recorded, epoch ms; the receipt's if there are no events
 * @param lastAt greatest event time as recorded, epoch ms; the receipt's if there are no events
 * @param startedAt {@code firstAt} clamped to what is plausible
 * @param lastEventAt {@code lastAt} clamped to what is plausible
 * @param clockImplausible whether a time was clamped
 * @param fullSnapshotTimes times of the full snapshots as recorded, ascending
 * @param contentId hash of the events as they came in
 * @param counts what happened; rage and dead clicks are 0 here
 * @param entry the first page, or null
 * @param exit the last page, or null
 * @param urls distinct pages, query values masked
 * @param customEvents distinct names of custom events
 */
public record ScannedEvents(
        ByteBuffer lines,
        int events,
        long firstAt,
        long lastAt,
        long startedAt,
        long lastEventAt,
        boolean clockImplausible,
        List<Long> fullSnapshotTimes,
        ChunkId contentId,
        EventCounts counts,
        PageVisit entry,
        PageVisit exit,
        List<String> urls,
        SortedSet<String> customEvents) {}
