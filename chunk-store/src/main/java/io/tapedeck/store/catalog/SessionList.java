package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionPage;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionSummary;
import io.tapedeck.store.catalog.ListStatements.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One page of a project's sessions.
 *
 * <p>There is an index for each order, and there is one for each filter, but not for every pair of them. So there are
 * two ways to a page. <i>Gather</i> all sessions that match a filter and sort them: fast if few do. Or <i>walk</i> the
 * index of the order from the cursor and test each row until the page is full: fast if many sessions match. In this
 * order:
 *
 * <pre>
 *   count the matches of each filter, up to GATHER_MAX
 *   few match one of them         gather those, test them for the others
 *   many match each               walk, up to WALK_MAX rows
 *   and the page is not full      gather those that match all filters, whose matches lie far off or hardly
 *                                 overlap; what the row itself tells is tested, if there is another filter
 * </pre>
 *
 * <p>Only the last step reads more than a small multiple of these bounds: as many index entries as sessions match each
 * filter, but no rows of sessions that do not match all.
 *
 * <p>Order and filters are those of the indexed rows, which for a live session are up to a minute old; what is shown is
 * taken from the sessions themselves, on the same snapshot. A session that cannot be read is missing from its page.
 */
final class SessionList {
    /** Up to so many sessions per filter are gathered and sorted: the more filters, the longer a walk would be. */
    private static final int GATHER_MAX = 5_000;

    /** So many rows are tested before the page is looked for in another way. */
    private static final int WALK_MAX = 10_000;

    private final Transaction transaction;
    private final SessionQuery query;
    private final int gatherMax;
    private final int walkMax;

    SessionList(Transaction transaction, SessionQuery query) {
        this(transaction, query, GATHER_MAX, WALK_MAX);
    }

    /** With other bounds, which decide how the page is found and not what is on it. */
    SessionList(Transaction transaction, SessionQuery query, int gatherMax, int walkMax) {
        this.transaction = transaction;
        this.query = query;
        this.gatherMax = gatherMax;
        this.walkMax = walkMax;
    }

    private record Row(long number, long sortValue, String session) {}

    /** @throws IllegalArgumentException if the cursor is none, or another query's */
    SessionPage page() throws SQLException {
        List<Row> rows = rows();
        boolean more = rows.size() > query.limit();
        List<Row> shown = more ? rows.subList(0, query.limit()) : rows;
        Map<Long, SessionRow> sessions =
                SessionRow.byNumber(transaction, shown.stream().map(Row::number).toList());
        List<SessionSummary> summaries = new ArrayList<>(shown.size());
        for (Row row : shown) {
            SessionRow session = sessions.get(row.number());
            if (session != null) {
                summaries.add(session.summary());
            }
        }
        String next = null;
        if (more) {
            Row last = shown.get(shown.size() - 1);
            next = new ListCursor(last.sortValue(), last.session()).encode(query);
        }
        return new SessionPage(summaries, next);
    }

    private List<Row> rows() throws SQLException {
        if (query.cursor() != null) {
            ListCursor.decode(query); // refused before anything is looked for
        }
        List<SessionFilter> filters = SessionFilters.of(transaction, query);
        if (filters.contains(SessionFilter.NOTHING)) {
            return List.of();
        }
        List<SessionFilter> gatherable =
                filters.stream().filter(filter -> filter.numbers() != null).toList();
        ListStatements statements = new ListStatements(query, filters);
        SessionFilter narrowest = narrowest(gatherable);
        if (narrowest != null) {
            return rows(statements.gather(List.of(narrowest)));
        }
        if (gatherable.isEmpty()) {
            return rows(statements.walk(null));
        }
        ListCursor end = rowAfter(statements.rowAfter(walkMax));
        List<Row> found = rows(statements.walk(end));
        if (end == null || found.size() > query.limit()) {
            return found;
        }
        List<SessionFilter> ofTerms =
                gatherable.stream().filter(filter -> !filter.isOfColumns()).toList();
        return rows(statements.gather(ofTerms.isEmpty() ? gatherable : ofTerms));
    }

    private List<Row> rows(Sql sql) throws SQLException {
        return transaction.query(
                sql.text(),
                row -> new Row(row.getLong(1), row.getLong(2), row.getString(3)),
                sql.args().toArray());
    }

    private ListCursor rowAfter(Sql sql) throws SQLException {
        return transaction
                .first(
                        sql.text(),
                        row -> new ListCursor(row.getLong(1), row.getString(2)),
                        sql.args().toArray())
                .orElse(null);
    }

    /** The filter that the fewest sessions match, if they are few enough to be gathered; else null. */
    private SessionFilter narrowest(List<SessionFilter> gatherable) throws SQLException {
        SessionFilter narrowest = null;
        long fewest = (long) gatherMax * gatherable.size() + 1;
        for (SessionFilter filter : gatherable) {
            Sql count = ListStatements.count(filter, fewest);
            long matches = transaction.number(count.text(), count.args().toArray());
            if (matches < fewest) {
                narrowest = filter;
                fewest = matches;
            }
        }
        return narrowest;
    }
}
