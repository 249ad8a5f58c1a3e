package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionQuery;
import io.tapedeck.store.SessionQuery.Sort;
import io.tapedeck.store.catalog.Terms.Kind;
import io.tapedeck.store.catalog.Terms.Term;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The conditions of one query.
 *
 * <p>A search for a part of a text reads the project's distinct texts of that kind, once, for those that have it. If they
 * are few, the condition is about them from then on, by their ids, and no text is looked at again. If they are many, so
 * are the sessions in all likelihood, and each is tested.
 */
final class SessionFilters {
    /** Up to so many texts or sessions that a search finds stand for it. */
    static final int FOUND_MAX = 200;

    /** Texts of a kind. Arguments: project, kind, pattern. */
    static final String LIKE = "d.project = ? and d.kind = ? and d.text like ? escape '\\'";

    /** Sessions by their ids, each of which is looked at, in an index. Arguments: project, pattern. */
    static final String NAMED =
            "select x.number from session_index x where x.project = ? and x.recorded = 1 and lower(x.id) like ? escape '\\'";

    /** A session id is not longer. */
    private static final int ID_CHARS_MAX = 70;

    private final Transaction transaction;
    private final SessionQuery query;
    private final String project;
    private final List<SessionFilter> filters = new ArrayList<>();

    private SessionFilters(Transaction transaction, SessionQuery query) {
        this.transaction = transaction;
        this.query = query;
        this.project = query.project();
    }

    /** All but the project and the cursor, those that are quick to test first. */
    static List<SessionFilter> of(Transaction transaction, SessionQuery query) throws SQLException {
        SessionFilters made = new SessionFilters(transaction, query);
        made.addNumbers();
        made.addTerms();
        made.addTexts();
        return made.filters;
    }

    private void addNumbers() {
        if (query.hasErrors() != null) {
            filters.add(query.hasErrors() ? having(Term.flag(Kind.ERRORS)) : withoutErrors());
        }
        if (query.rage() != null) {
            filters.add(
                    query.rage()
                            ? having(Term.flag(Kind.RAGE))
                            : SessionFilter.testing("i.rage_clicks = 0", List.of()));
        }
        if (query.minDurationMs() != null) {
            filters.add(lasting());
        }
        if (query.from() != null || query.to() != null) {
            filters.add(started());
        }
    }

    private void addTerms() {
        if (query.user() != null) {
            filters.add(having(Term.of(Kind.USER, query.user())));
        }
        if (query.event() != null) {
            filters.add(having(Term.of(Kind.EVENT, query.event())));
        }
        if (query.tagName() != null) {
            filters.add(SessionFilter.withTerms(tagTerms()));
        }
        if (query.device() != null) {
            filters.add(having(Term.of(Kind.DEVICE, query.device())));
        }
        if (query.country() != null) {
            filters.add(having(Term.of(Kind.COUNTRY, query.country())));
        }
    }

    private void addTexts() throws SQLException {
        if (query.browser() != null) {
            filters.add(like(Kind.BROWSER, escaped(query.browser()) + "%"));
        }
        if (query.os() != null) {
            filters.add(like(Kind.OS, escaped(query.os()) + "%"));
        }
        if (query.url() != null) {
            filters.add(like(Kind.URL, "%" + escaped(query.url()) + "%"));
        }
        if (query.q() != null) {
            filters.add(anywhere());
        }
    }

    private SessionFilter having(Term term) {
        return SessionFilter.withTerms(List.of(term.id(project)));
    }

    /** Which of several colons ends the name is not said, and a name may have some: every way to read it counts. */
    private List<Long> tagTerms() {
        String tag = query.tagName() + ":" + query.tagValue();
        List<Long> terms = new ArrayList<>();
        int colon = query.tagName().length();
        while (colon > 0 && terms.size() < FOUND_MAX) {
            terms.add(
                    Term.tag(tag.substring(0, colon), tag.substring(colon + 1)).id(project));
            colon = tag.indexOf(':', colon + 1);
        }
        return terms;
    }

    private SessionFilter withoutErrors() {
        return query.sort() == Sort.ERRORS_DESC
                ? SessionFilter.range("i.errors <= 0", List.of())
                : SessionFilter.testing("i.errors = 0", List.of());
    }

    private SessionFilter lasting() {
        List<Object> least = List.of(query.minDurationMs());
        if (query.sort() == Sort.DURATION_DESC) {
            return SessionFilter.range("i.duration_ms >= ?", least);
        }
        return new SessionFilter(
                SessionFilter.tested("i.duration_ms >= ?"),
                least,
                "select x.number from session_index x where x.project = ? and x.recorded = 1 and x.duration_ms >= ?",
                List.of(project, query.minDurationMs()),
                false);
    }

    private SessionFilter started() {
        long from = query.from() == null ? Long.MIN_VALUE : query.from();
        long to = query.to() == null ? Long.MAX_VALUE : query.to();
        if (query.sort() == Sort.STARTED_AT_DESC || query.sort() == Sort.STARTED_AT_ASC) {
            return SessionFilter.range("i.started_at >= ? and i.started_at < ?", List.of(from, to));
        }
        return new SessionFilter(
                SessionFilter.tested("i.started_at >= ? and i.started_at < ?"),
                List.of(from, to),
                """
                select x.number from session_index x
                where x.project = ? and x.recorded = 1 and x.started_at >= ? and x.started_at < ?""",
                List.of(project, from, to),
                false);
    }

    private SessionFilter like(Kind kind, String pattern) throws SQLException {
        return having(LIKE, List.of(project, kind.code, pattern));
    }

    /** Sessions with this in their id, a user id, the entry URL or a tag's value. */
    private SessionFilter anywhere() throws SQLException {
        String pattern = "%" + escaped(query.q()) + "%";
        // The kinds are named twice: once for the index, once with the pattern of each.
        String texts = """
                d.project = ? and d.kind in (%1$d, %2$d, %3$d) and ((d.kind <> %3$d and d.text like ? escape '\\')
                    or (d.kind = %3$d and d.text like ? escape '\\'))""".formatted(Kind.USER.code, Kind.ENTRY_URL.code, Kind.TAG.code);
        SessionFilter having = having(texts, List.of(project, pattern, "%" + Terms.SEPARATOR + pattern));
        return isPartOfIds(Terms.searchableText(query.q())) ? having.or(named(pattern)) : having;
    }

    /** @param texts a condition on a row {@code d} of {@code term} */
    private SessionFilter having(String texts, List<Object> args) throws SQLException {
        List<Long> terms = found("select d.id from term d where " + texts + " limit ?", args);
        return terms.size() <= FOUND_MAX ? SessionFilter.withTerms(terms) : SessionFilter.withTexts(texts, args);
    }

    /** Sessions with an id like this. */
    private SessionFilter named(String pattern) throws SQLException {
        List<Object> args = List.of(project, pattern);
        List<Long> found = found(NAMED + " limit ?", args);
        if (found.isEmpty()) {
            return SessionFilter.NOTHING;
        }
        if (found.size() > FOUND_MAX) {
            return new SessionFilter("lower(i.id) like ? escape '\\'", List.of(pattern), NAMED, args, false);
        }
        String any = ".number in (" + SessionFilter.placeholders(found.size()) + ")";
        return new SessionFilter(
                SessionFilter.tested("i" + any),
                List.copyOf(found),
                "select x.number from session_index x where x" + any,
                List.copyOf(found),
                false);
    }

    private List<Long> found(String sql, List<Object> args) throws SQLException {
        List<Object> limited = new ArrayList<>(args);
        limited.add(FOUND_MAX + 1);
        return transaction.query(sql, row -> row.getLong(1), limited.toArray());
    }

    /** Whether an id could have this in it: if not, no id need be looked at. */
    private static boolean isPartOfIds(String text) {
        return text.length() <= ID_CHARS_MAX && text.chars().allMatch(SessionFilters::isOfIds);
    }

    private static boolean isOfIds(int c) {
        return c == '_' || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    }

    private static String escaped(String text) {
        return Terms.searchableText(Terms.clean(text))
                .replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_");
    }
}
