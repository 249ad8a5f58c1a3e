package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionPage;
import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionSummary;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One page of a project's sessions.
 *
 * <p>There is an index for each order, and there is one for each filter, but not for every pair of them. So there are
 * two ways to a page. <i>Walk</i> the index of the order from the cursor and test each row until the page is full: fast
 * if many sessions match. Or <i>gather</i> all sessions that match the narrowest filter and sort them: fast if few do.
 * Counting the matches of each filter up to {@link #GATHER_MAX} tells which. Either way the rows looked at are a small
 * multiple of {@link #GATHER_MAX}, unless many match each filter and hardly any all of them.
 *
 * <p>Order and filters are those of the indexed rows, which for a live session are up to a minute old; what is shown is
 * taken from the sessions themselves, on the same snapshot.
 */
final class SessionList {
    /** Up to so many sessions per filter are gathered and sorted: the more filters, the longer a walk would be. */
    private static final int GATHER_MAX = 5_000;

    private final Transaction transaction;
    private final SessionQuery query;
    private final String column;
    private final boolean descending;

    SessionList(Transaction transaction, SessionQuery query) {
        this.transaction = transaction;
        this.query = query;
        this.column = switch (query.sort()) {
            case STARTED_AT_DESC, STARTED_AT_ASC -> "i.started_at";
            case DURATION_DESC -> "i.duration_ms";
            case LAST_EVENT_AT_DESC -> "i.last_event_at";
            case ERRORS_DESC -> "i.errors";
        };
        this.descending = query.sort() != SessionQuery.Sort.STARTED_AT_ASC;
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
            summaries.add(sessions.get(row.number()).summary());
        }
        String next = null;
        if (more) {
            Row last = shown.get(shown.size() - 1);
            next = new ListCursor(last.sortValue(), last.session()).encode(query);
        }
        return new SessionPage(summaries, next);
    }

    private List<Row> rows() throws SQLException {
        List<SessionFilter> filters = SessionFilter.of(query);
        SessionFilter gathered = narrowest(filters);
        StringBuilder sql = new StringBuilder("select i.number, " + column + ", i.id from ");
        List<Object> args = new ArrayList<>();
        if (gathered == null) {
            sql.append("session_index i where i.project = ?");
        } else {
            // CROSS JOIN makes SQLite take the tables in this order.
            sql.append("(select distinct number from (")
                    .append(gathered.numbers())
                    .append(") n) g");
            sql.append(" cross join session_index i where i.number = g.number and i.project = ?");
            args.addAll(gathered.numbersArgs());
        }
        args.add(query.project());
        for (SessionFilter filter : filters) {
            if (!filter.equals(gathered)) {
                sql.append(" and ").append(filter.test());
                args.addAll(filter.testArgs());
            }
        }
        if (query.cursor() != null) {
            ListCursor cursor = ListCursor.decode(query);
            sql.append(" and (%s, i.id) %s (?, ?)".formatted(column, descending ? "<" : ">"));
            args.add(cursor.sortValue());
            args.add(cursor.session());
        }
        String direction = descending ? "desc" : "asc";
        sql.append(" and i.recorded = 1 and").append(SessionRow.NOT_GONE.formatted("i"));
        sql.append(" order by %s %s, i.id %s limit ?".formatted(column, direction, direction));
        args.add(query.limit() + 1);
        return transaction.query(
                sql.toString(), row -> new Row(row.getLong(1), row.getLong(2), row.getString(3)), args.toArray());
    }

    /** The filter that the fewest sessions match, if they are few enough to be gathered; else null. */
    private SessionFilter narrowest(List<SessionFilter> filters) throws SQLException {
        SessionFilter narrowest = null;
        long fewest = (long) GATHER_MAX * filters.size() + 1;
        for (SessionFilter filter : filters) {
            if (filter.numbers() == null) {
                continue;
            }
            List<Object> args = new ArrayList<>(filter.numbersArgs());
            args.add(fewest);
            long matches = transaction.number(
                    "select count(*) from (select 1 from (" + filter.numbers() + ") n limit ?) c", args.toArray());
            if (matches < fewest) {
                narrowest = filter;
                fewest = matches;
            }
        }
        return narrowest;
    }
}
