package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.catalog.Terms.Kind;
import io.tapedeck.store.catalog.Terms.Term;
import java.util.ArrayList;
import java.util.List;

/**
 * One condition of a list, in the two ways in which it can be put.
 *
 * @param test SQL that is true of a row {@code i} of {@code session_index} that matches. It must not tempt the database
 *     to use another index than that of the order: a unary plus keeps it from doing so
 * @param testArgs what {@code test} takes
 * @param numbers SQL that selects the numbers of all sessions that match, some perhaps several times, or null
 * @param numbersArgs what {@code numbers} takes
 */
record SessionFilter(String test, List<Object> testArgs, String numbers, List<Object> numbersArgs) {
    /** The conditions of a query but for its project and its cursor, those that are quick to test first. */
    static List<SessionFilter> of(SessionQuery query) {
        List<SessionFilter> filters = new ArrayList<>();
        String project = query.project();
        addFlag(filters, query.hasErrors(), Term.flag(Kind.ERRORS).id(project), "i.errors");
        addFlag(filters, query.rage(), Term.flag(Kind.RAGE).id(project), "i.rage_clicks");
        if (query.minDurationMs() != null) {
            filters.add(lasting(query));
        }
        if (query.from() != null || query.to() != null) {
            filters.add(started(query));
        }
        if (query.user() != null) {
            filters.add(exactly(project, Term.of(Kind.USER, query.user())));
        }
        if (query.event() != null) {
            filters.add(exactly(project, Term.of(Kind.EVENT, query.event())));
        }
        if (query.tagName() != null) {
            filters.add(exactly(project, Term.tag(query.tagName(), query.tagValue())));
        }
        if (query.device() != null) {
            filters.add(exactly(project, Term.of(Kind.DEVICE, query.device())));
        }
        if (query.country() != null) {
            filters.add(exactly(project, Term.of(Kind.COUNTRY, query.country())));
        }
        if (query.browser() != null) {
            filters.add(like(project, Kind.BROWSER, escaped(query.browser()) + "%"));
        }
        if (query.os() != null) {
            filters.add(like(project, Kind.OS, escaped(query.os()) + "%"));
        }
        if (query.url() != null) {
            filters.add(like(project, Kind.URL, "%" + escaped(query.url()) + "%"));
        }
        if (query.q() != null) {
            filters.add(anywhere(project, query.q()));
        }
        return filters;
    }

    /** Sessions with a term. */
    private static SessionFilter exactly(String project, Term term) {
        return withTerm(term.id(project));
    }

    private static SessionFilter withTerm(long term) {
        return new SessionFilter(
                "exists (select 1 from session_term st where st.session_number = i.number and st.term = ?)",
                List.of(term),
                "select st.session_number as number from session_term st where st.term = ?",
                List.of(term));
    }

    /**
     * Sessions with a term whose text is like this. CROSS JOIN makes SQLite take the tables in this order: from one
     * session's terms to their texts, or from the texts that match to their sessions.
     */
    private static SessionFilter like(String project, Kind kind, String pattern) {
        List<Object> args = List.of(project, kind.code, pattern);
        return new SessionFilter("""
                exists (select 1 from session_term st cross join term d
                    where st.session_number = i.number and d.id = st.term
                        and d.project = ? and d.kind = ? and d.text like ? escape '\\')""", args, """
                select st.session_number as number from term d cross join session_term st
                where st.term = d.id and d.project = ? and d.kind = ? and d.text like ? escape '\\'""", args);
    }

    /** Sessions with this in their id, a user id, the entry URL or a tag's value. */
    private static SessionFilter anywhere(String project, String text) {
        String pattern = "%" + escaped(text) + "%";
        // The kinds are named twice: once for the index, once with the pattern of each.
        String texts = """
                d.project = ? and d.kind in (%1$d, %2$d, %3$d) and ((d.kind <> %3$d and d.text like ? escape '\\')
                    or (d.kind = %3$d and d.text like ? escape '\\'))""".formatted(Kind.USER.code, Kind.ENTRY_URL.code, Kind.TAG.code);
        String taggedPattern = "%" + Terms.SEPARATOR + pattern;
        return new SessionFilter(
                """
                (lower(i.id) like ? escape '\\' or exists (select 1 from session_term st cross join term d
                    where st.session_number = i.number and d.id = st.term and %s))""".formatted(texts),
                List.of(pattern, project, pattern, taggedPattern),
                """
                select x.number from session_index x where x.project = ? and lower(x.id) like ? escape '\\'
                union all
                select st.session_number from term d cross join session_term st where st.term = d.id and %s""".formatted(texts),
                List.of(project, pattern, project, pattern, taggedPattern));
    }

    private static void addFlag(List<SessionFilter> filters, Boolean wanted, long term, String column) {
        if (wanted != null) {
            filters.add(wanted ? withTerm(term) : new SessionFilter("+" + column + " = 0", List.of(), null, List.of()));
        }
    }

    private static SessionFilter lasting(SessionQuery query) {
        boolean ordered = query.sort() == SessionQuery.Sort.DURATION_DESC;
        return new SessionFilter(
                (ordered ? "" : "+") + "i.duration_ms >= ?",
                List.of(query.minDurationMs()),
                ordered
                        ? null
                        : "select x.number from session_index x where x.project = ? and x.recorded = 1 and x.duration_ms >= ?",
                List.of(query.project(), query.minDurationMs()));
    }

    private static SessionFilter started(SessionQuery query) {
        boolean ordered =
                query.sort() == SessionQuery.Sort.STARTED_AT_DESC || query.sort() == SessionQuery.Sort.STARTED_AT_ASC;
        long from = query.from() == null ? Long.MIN_VALUE : query.from();
        long to = query.to() == null ? Long.MAX_VALUE : query.to();
        return new SessionFilter(
                ordered ? "i.started_at >= ? and i.started_at < ?" : "+i.started_at >= ? and +i.started_at < ?",
                List.of(from, to),
                ordered ? null : """
                        select x.number from session_index x
                        where x.project = ? and x.recorded = 1 and x.started_at >= ? and x.started_at < ?""",
                List.of(query.project(), from, to));
    }

    private static String escaped(String text) {
        return Terms.searchableText(text)
                .replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_");
    }
}
