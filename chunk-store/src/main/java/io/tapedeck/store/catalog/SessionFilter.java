package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.catalog.Terms.Kind;
import io.tapedeck.store.catalog.Terms.Term;
import java.util.ArrayList;
import java.util.List;

/**
 * One condition of a list, in the two ways in which it can be put.
 *
 * @param test SQL that is true of a row {@code i} of {@code session_index} that matches
 * @param numbers SQL that selects the numbers of all sessions that match, each once; null if there is no index for it
 * @param args of both
 */
record SessionFilter(String test, String numbers, List<Object> args) {
    /** The conditions of a query, but for its project and its cursor. */
    static List<SessionFilter> of(SessionQuery query) {
        List<SessionFilter> filters = new ArrayList<>();
        String project = query.project();
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
        addFlag(filters, query.hasErrors(), Term.flag(Kind.ERRORS).id(project), "i.errors");
        addFlag(filters, query.rage(), Term.flag(Kind.RAGE).id(project), "i.rage_clicks");
        if (query.minDurationMs() != null) {
            filters.add(range(project, "duration_ms >= ?", query.minDurationMs()));
        }
        if (query.from() != null && query.to() != null) {
            filters.add(range(project, "started_at >= ? and %s.started_at < ?", query.from(), query.to()));
        } else if (query.from() != null) {
            filters.add(range(project, "started_at >= ?", query.from()));
        } else if (query.to() != null) {
            filters.add(range(project, "started_at < ?", query.to()));
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
                "select st.session_number as number from session_term st where st.term = ?",
                List.of(term));
    }

    /**
     * Sessions with a term whose text is like this. CROSS JOIN makes SQLite take the tables in this order: from one
     * session's terms to their texts, or from the texts that match to their sessions.
     */
    private static SessionFilter like(String project, Kind kind, String pattern) {
        return new SessionFilter("""
                exists (select 1 from session_term st cross join term d
                    where st.session_number = i.number and d.id = st.term
                        and d.project = ? and d.kind = ? and d.text like ? escape '\\')""", """
                select distinct st.session_number as number from term d cross join session_term st
                where st.term = d.id and d.project = ? and d.kind = ? and d.text like ? escape '\\'""", List.of(project, kind.code, pattern));
    }

    /** Sessions with this in their id, a user id, the entry URL or a tag's value. */
    private static SessionFilter anywhere(String project, String text) {
        String pattern = "%" + escaped(text) + "%";
        String texts =
                "((d.kind in (%d, %d) and d.text like ? escape '\\') or (d.kind = %d and d.text like ? escape '\\'))"
                        .formatted(Kind.USER.code, Kind.ENTRY_URL.code, Kind.TAG.code);
        return new SessionFilter(
                """
                exists (select 1 from session_term st cross join term d
                    where st.session_number = i.number and d.id = st.term and d.project = ? and %s
                    union all
                    select 1 where i.project = ? and lower(i.id) like ? escape '\\')""".formatted(texts),
                """
                select st.session_number as number from term d cross join session_term st
                where st.term = d.id and d.project = ? and %s
                union
                select x.number from session_index x where x.project = ? and lower(x.id) like ? escape '\\'""".formatted(texts),
                List.of(project, pattern, "%" + Terms.SEPARATOR + pattern, project, pattern));
    }

    private static void addFlag(List<SessionFilter> filters, Boolean wanted, long term, String column) {
        if (wanted != null) {
            filters.add(wanted ? withTerm(term) : new SessionFilter(column + " = 0", null, List.of()));
        }
    }

    /** @param condition on a column of {@code session_index}; further columns have {@code %s} for the table */
    private static SessionFilter range(String project, String condition, Object... bounds) {
        List<Object> args = new ArrayList<>();
        args.add(project);
        args.addAll(List.of(bounds));
        return new SessionFilter(
                "i.project = ? and i." + condition.formatted("i"),
                "select x.number from session_index x where x.project = ? and x." + condition.formatted("x"),
                args);
    }

    private static String escaped(String text) {
        return Terms.searchableText(text)
                .replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_");
    }
}
