package io.tapedeck.store.catalog;

import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What sessions can be searched for beside times and numbers: the tables {@code term} and {@code session_term}.
 *
 * <p>A term is a text of a kind in a project, and its id is a hash of the three, so that writing one needs no look-up
 * and two gateways that write the same one agree. An exact search hashes what it looks for; a search for a part of a
 * text goes through the project's distinct texts of that kind, not through its sessions.
 */
final class Terms {
    /** Between a tag's name and its value. Removed from what sites send. */
    static final char SEPARATOR = '\u001F';

    private Terms() {}

    /** What a term is about; the codes are stored. */
    enum Kind {
        USER(1),
        URL(2),
        ENTRY_URL(3),
        TAG(4),
        EVENT(5),
        BROWSER(6),
        OS(7),
        DEVICE(8),
        COUNTRY(9),
        ERRORS(10),
        RAGE(11);

        final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    /** One text to be found by. */
    record Term(Kind kind, String text) {
        static Term tag(String name, String value) {
            return new Term(Kind.TAG, clean(name) + SEPARATOR + clean(value));
        }

        static Term of(Kind kind, String text) {
            return new Term(kind, clean(text));
        }

        /** That there is something of this kind at all. */
        static Term flag(Kind kind) {
            return new Term(kind, "");
        }

        long id(String project) {
            MessageDigest sha256 = Sha256.fresh();
            sha256.update(project.getBytes(StandardCharsets.US_ASCII));
            sha256.update((byte) 0);
            sha256.update((byte) kind.code);
            sha256.update(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(sha256.digest()).getLong();
        }

        /** The text as it is kept, for searches without regard to case. */
        String searchable() {
            return searchableText(text);
        }
    }

    /** A session has got these. */
    record Found(String project, long sessionNumber, Collection<Term> terms) {}

    static String searchableText(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Every term of a session with these facts. */
    static Set<Term> of(SessionFacts facts) {
        Set<Term> terms = new LinkedHashSet<>();
        facts.userIds().forEach(user -> terms.add(Term.of(Kind.USER, user)));
        facts.urls().forEach(url -> terms.add(Term.of(Kind.URL, url)));
        facts.tags().forEach((name, value) -> terms.add(Term.tag(name, value)));
        facts.customEvents().forEach(event -> terms.add(Term.of(Kind.EVENT, event)));
        if (facts.entry() != null) {
            terms.add(Term.of(Kind.ENTRY_URL, facts.entry().url()));
        }
        addKnown(terms, Kind.BROWSER, facts.browser());
        addKnown(terms, Kind.OS, facts.os());
        addKnown(terms, Kind.DEVICE, facts.device());
        addKnown(terms, Kind.COUNTRY, facts.country());
        if (SessionIndex.errors(facts) > 0) {
            terms.add(Term.flag(Kind.ERRORS));
        }
        if (facts.counts().rageClicks() > 0) {
            terms.add(Term.flag(Kind.RAGE));
        }
        return terms;
    }

    /** Those that a session has only since its facts became {@code after}; mostly none, which is told without making any. */
    static Set<Term> added(SessionFacts before, SessionFacts after) {
        if (isSame(before, after)) {
            return Set.of();
        }
        Set<Term> terms = of(after);
        terms.removeAll(of(before));
        return terms;
    }

    /** Whether everything that makes a term is the same. */
    private static boolean isSame(SessionFacts a, SessionFacts b) {
        return a.userIds().equals(b.userIds())
                && a.urls().equals(b.urls())
                && a.tags().equals(b.tags())
                && a.customEvents().equals(b.customEvents())
                && Objects.equals(a.entry(), b.entry())
                && Objects.equals(a.browser(), b.browser())
                && Objects.equals(a.os(), b.os())
                && Objects.equals(a.device(), b.device())
                && Objects.equals(a.country(), b.country())
                && SessionIndex.errors(a) > 0 == SessionIndex.errors(b) > 0
                && a.counts().rageClicks() > 0 == b.counts().rageClicks() > 0;
    }

    /** Adds terms to sessions. Those that are there stay as they are. */
    static void add(Transaction transaction, Collection<Found> found) throws SQLException {
        Set<List<Object>> distinct = new HashSet<>();
        List<Object[]> terms = new ArrayList<>();
        List<Object[]> sessions = new ArrayList<>();
        for (Found one : found) {
            for (Term term : one.terms()) {
                long id = term.id(one.project());
                sessions.add(new Object[] {id, one.sessionNumber()});
                if (distinct.add(List.of(one.project(), id))) {
                    terms.add(new Object[] {one.project(), term.kind().code, id, term.searchable()});
                }
            }
        }
        // In one order everywhere: two transactions that add the same terms must not wait for each other.
        terms.sort((a, b) -> Long.compare((Long) a[2], (Long) b[2]));
        transaction.batch(
                "insert into term (project, kind, id, text) values (?, ?, ?, ?) on conflict do nothing", terms);
        transaction.batch(
                "insert into session_term (term, session_number) values (?, ?) on conflict do nothing", sessions);
    }

    /** Makes a session's terms exactly these. */
    static void replace(Transaction transaction, Found wanted) throws SQLException {
        Set<Long> ids = new HashSet<>();
        wanted.terms().forEach(term -> ids.add(term.id(wanted.project())));
        List<Object[]> gone = new ArrayList<>();
        for (long id : transaction.query(
                "select term from session_term where session_number = ?",
                row -> row.getLong(1),
                wanted.sessionNumber())) {
            if (!ids.contains(id)) {
                gone.add(new Object[] {id, wanted.sessionNumber()});
            }
        }
        transaction.batch("delete from session_term where term = ? and session_number = ?", gone);
        LooseTerms.add(
                transaction,
                gone.stream()
                        .map(row -> new Object[] {wanted.project(), row[0]})
                        .toList());
        add(transaction, List.of(wanted));
    }

    private static void addKnown(Set<Term> terms, Kind kind, String text) {
        if (text != null) {
            terms.add(Term.of(kind, text));
        }
    }

    /** As every database can keep it: no U+0000, no half of a surrogate pair, nothing that looks like the separator. */
    static String clean(String text) {
        String encodable = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return encodable.replace('\0', ' ').replace(SEPARATOR, ' ');
    }
}
