package io.tapedeck.store;

import java.util.List;

/**
 * One page of a list of sessions.
 *
 * @param sessions in the order asked for
 * @param nextCursor opaque, bound to filter and sort (another query's cursor is an IllegalArgumentException); null on
 *     the last page
 */
public record SessionPage(List<SessionSummary> sessions, String nextCursor) {}
