package io.tapedeck.store.catalog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One condition of a list, in the two ways in which it can be put.
 *
 * @param test SQL that is true of a row {@code i} of {@code session_index} that matches. It must not tempt the database
 *     to use another index than that of the order: see {@link #tested} and {@link #EACH_ROW}
 * @param testArgs what {@code test} takes
 * @param numbers SQL that selects the numbers of all sessions that match, some perhaps several times, or null
 * @param numbersArgs what {@code numbers} takes
 * @param isRange whether {@code test} is about what the list is ordered by, so that it bounds the index's part to read
 */
record SessionFilter(String test, List<Object> testArgs, String numbers, List<Object> numbersArgs, boolean isRange) {
    /**
     * Ends a subquery that is to be run for one row at a time. Without it PostgreSQL makes a join of it, which it may
     * begin at the other end, or of which it may expect so few rows that it rather sorts the whole table.
     */
    static final String EACH_ROW = " limit 1 offset 0";

    private static final String TESTED = "case when ";

    /** What no session matches. */
    static final SessionFilter NOTHING = testing("1 = 0", List.of());

    /** A test that is not worth gathering for. */
    static SessionFilter testing(String condition, List<Object> args) {
        return new SessionFilter(tested(condition), args, null, List.of(), false);
    }

    /**
     * A condition on columns, so put that no index is used for it and that PostgreSQL expects most rows to pass: what is
     * not gathered, most rows do pass, and whoever expects few sorts the whole table.
     */
    static String tested(String condition) {
        return TESTED + condition + " then 1 end is not null";
    }

    /** Whether the row itself tells, so that testing it costs next to nothing. */
    boolean isOfColumns() {
        return test.startsWith(TESTED);
    }

    /** A part of the order's index. */
    static SessionFilter range(String test, List<Object> args) {
        return new SessionFilter(test, args, null, List.of(), true);
    }

    /** Sessions with one of these terms. */
    static SessionFilter withTerms(List<Long> terms) {
        if (terms.isEmpty()) {
            return NOTHING;
        }
        String any = "st.term in (" + placeholders(terms.size()) + ")";
        // Of one session there are fewer terms than there may be here: it is its terms that are gone through.
        String anyOfOne = terms.size() == 1 ? any : "+" + any;
        List<Object> args = List.copyOf(terms);
        return new SessionFilter(
                "exists (select 1 from session_term st where st.session_number = i.number and " + anyOfOne + EACH_ROW
                        + ")",
                args,
                "select st.session_number as number from session_term st where " + any,
                args,
                false);
    }

    /**
     * Sessions with a term whose text is like this. CROSS JOIN makes SQLite take the tables in this order: from one
     * session's terms to their texts, or from the texts that match to their sessions.
     *
     * @param texts a condition on a row {@code d} of {@code term}
     */
    static SessionFilter withTexts(String texts, List<Object> args) {
        return new SessionFilter("""
                exists (select 1 from session_term st cross join term d
                    where st.session_number = i.number and d.id = st.term and\s""" + texts + EACH_ROW + ")", args, """
                select st.session_number as number from term d cross join session_term st
                where st.term = d.id and\s""" + texts, args, false);
    }

    /** Sessions that match this filter or the other. Each is nothing or can be gathered. */
    SessionFilter or(SessionFilter other) {
        if (equals(NOTHING) || other.equals(NOTHING)) {
            return equals(NOTHING) ? other : this;
        }
        return new SessionFilter(
                "(" + test + " or " + other.test + ")",
                joined(testArgs, other.testArgs),
                numbers + " union all " + other.numbers,
                joined(numbersArgs, other.numbersArgs),
                false);
    }

    static String placeholders(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    private static List<Object> joined(List<Object> first, List<Object> second) {
        List<Object> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
