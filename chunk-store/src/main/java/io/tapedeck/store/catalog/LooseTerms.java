package io.tapedeck.store.catalog;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The table {@code loose_term}: terms that removed sessions had. Those that no other session has are deleted from
 * {@code term}, so that a text does not outlive the sessions that it came from.
 */
final class LooseTerms {
    private static final String KINDS = Arrays.stream(Terms.Kind.values())
            .map(kind -> Integer.toString(kind.code))
            .collect(Collectors.joining(", "));

    /** Arguments: project, term. */
    static final String DELETE_UNUSED = "delete from term where project = ? and kind in (" + KINDS
            + ") and id = ? and not exists (select 1 from session_term st where st.term = term.id)";

    private record Loose(String project, long term) {}

    private LooseTerms() {}

    /**
     * Notes the terms of sessions that are about to lose them. Whoever notes one that is being swept waits, as it would
     * otherwise be passed over and stay.
     *
     * @param sessions numbers, each in a row of its own
     */
    static void note(Transaction transaction, List<Object[]> sessions) throws SQLException {
        List<Object[]> terms =
                transaction.queryRows("""
                                select distinct s.project, st.term
                                from session_term st join session s on s.number = st.session_number
                                where st.session_number in (%s)""", "?", sessions, row -> new Loose(row.getString(1), row.getLong(2))).stream()
                        .distinct()
                        .map(loose -> new Object[] {loose.project(), loose.term()})
                        .toList();
        add(transaction, terms);
    }

    /** @param terms rows of project and term */
    static void add(Transaction transaction, List<Object[]> terms) throws SQLException {
        transaction.batch("""
                insert into loose_term (project, term) values (?, ?)
                on conflict (project, term) do update set term = excluded.term""", terms.stream().sorted(LooseTerms::inOrder).toList());
    }

    private static int inOrder(Object[] a, Object[] b) {
        int byProject = ((String) a[0]).compareTo((String) b[0]);
        return byProject != 0 ? byProject : Long.compare((Long) a[1], (Long) b[1]);
    }

    /**
     * Looks at some. A commit that gives a session one of the terms at the same time takes the text for granted: so all
     * nodes are locked, and the texts are deleted by what is committed then.
     */
    static int sweep(Transaction transaction, int limit) throws SQLException {
        transaction.update("update node set epoch = epoch");
        List<Object[]> taken = transaction.query("""
                delete from loose_term where (project, term) in (
                    select project, term from loose_term order by project, term limit ?)
                returning project, term""", row -> new Object[] {row.getString(1), row.getLong(2)}, limit);
        transaction.batch(DELETE_UNUSED, taken);
        return taken.size();
    }
}
