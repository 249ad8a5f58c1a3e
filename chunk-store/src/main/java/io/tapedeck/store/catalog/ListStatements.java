package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The statements that look for one page of a list. Immutable. */
final class ListStatements {
    private final SessionQuery query;
    private final List<SessionFilter> filters;
    private final String column;
    private final boolean descending;

    /** A statement and what it takes. */
    record Sql(String text, List<Object> args) {}

    ListStatements(SessionQuery query, List<SessionFilter> filters) {
        this.query = query;
        this.filters = filters;
        this.column = switch (query.sort()) {
            case STARTED_AT_DESC, STARTED_AT_ASC -> "i.started_at";
            case DURATION_DESC -> "i.duration_ms";
            case LAST_EVENT_AT_DESC -> "i.last_event_at";
            case ERRORS_DESC -> "i.errors";
        };
        this.descending = query.sort() != SessionQuery.Sort.STARTED_AT_ASC;
    }

    /** How many sessions match a filter that can be gathered, counted up to {@code max}. */
    static Sql count(SessionFilter filter, long max) {
        List<Object> args = new ArrayList<>(filter.numbersArgs());
        args.add(max);
        return new Sql("select count(*) from (select 1 from (" + filter.numbers() + ") n limit ?) c", args);
    }

    /** Sort value and id of the row that is so many rows after the cursor in the order's index, whatever else it is. */
    Sql rowAfter(int rows) {
        Building sql = new Building("select " + column + ", i.id from session_index i where i.project = ?");
        sql.args.add(query.project());
        sql.and(filters.stream().filter(SessionFilter::isRange).toList());
        sql.afterCursor();
        sql.text.append(" and i.recorded = 1");
        sql.inOrder();
        sql.text.append(" limit 1 offset ?");
        sql.args.add(rows);
        return sql.done();
    }

    /**
     * Number, sort value and id of the rows of one page and the first of the next, by walking the index of the order.
     *
     * @param end the last row to be looked at, or null
     */
    Sql walk(ListCursor end) {
        Building sql = new Building("select i.number, " + column + ", i.id from session_index i where i.project = ?");
        sql.args.add(query.project());
        sql.and(filters);
        sql.afterCursor();
        if (end != null) {
            sql.compared(descending ? ">=" : "<=", end);
        }
        return sql.page();
    }

    /** The same by gathering the sessions that match all of these and sorting them. */
    Sql gather(List<SessionFilter> gathered) {
        // INTERSECT keeps each number once, but one filter alone may have it several times.
        String each = gathered.size() == 1 ? "select distinct number from (" : "select number from (";
        String numbers = gathered.stream()
                .map(filter -> each + filter.numbers() + ") n")
                .collect(Collectors.joining(" intersect "));
        // CROSS JOIN makes SQLite take the tables in this order.
        Building sql = new Building("select i.number, " + column + ", i.id from (" + numbers
                + ") g cross join session_index i where i.number = g.number and i.project = ?");
        gathered.forEach(filter -> sql.args.addAll(filter.numbersArgs()));
        sql.args.add(query.project());
        sql.and(filters.stream().filter(filter -> !gathered.contains(filter)).toList());
        sql.afterCursor();
        return sql.page();
    }

    /** A statement in the making. */
    private final class Building {
        private final StringBuilder text;
        private final List<Object> args = new ArrayList<>();

        Building(String begin) {
            text = new StringBuilder(begin);
        }

        void and(List<SessionFilter> tested) {
            for (SessionFilter filter : tested) {
                text.append(" and ").append(filter.test());
                args.addAll(filter.testArgs());
            }
        }

        void afterCursor() {
            if (query.cursor() != null) {
                compared(descending ? "<" : ">", ListCursor.decode(query));
            }
        }

        void compared(String operator, ListCursor row) {
            text.append(" and (%s, i.id) %s (?, ?)".formatted(column, operator));
            args.add(row.sortValue());
            args.add(row.session());
        }

        void inOrder() {
            String direction = descending ? "desc" : "asc";
            text.append(" order by %s %s, i.id %s".formatted(column, direction, direction));
        }

        Sql page() {
            text.append(" and i.recorded = 1 and").append(SessionRow.NOT_GONE_EACH.formatted("i"));
            inOrder();
            text.append(" limit ?");
            args.add(query.limit() + 1);
            return done();
        }

        Sql done() {
            return new Sql(text.toString(), args);
        }
    }
}
