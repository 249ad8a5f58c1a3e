package io.tapedeck.store.block;

import io.tapedeck.store.Catalog.SegmentSession;
import java.util.List;

/**
 * What a segment says about itself: enough to rebuild the catalog's rows from the object alone.
 *
 * @param node who wrote it
 * @param epoch of that node
 * @param journalFrom first journal record in it
 * @param journalTo one past the last
 * @param sessions with their facts and blocks
 */
public record SegmentFooter(String node, long epoch, long journalFrom, long journalTo, List<SegmentSession> sessions) {}
