package io.tapedeck.store.catalog;

import io.tapedeck.store.By;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.OpenErasures;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The table {@code erasure}. */
final class ErasureRows {
    private static final String COLUMNS =
            "id, number, kind, project, subject, reason, requested_by, requested_at, sessions, final_at";

    /** Certificates may have megabytes: only who asks for one erasure is given its own. */
    private static final String SELECT = "select " + COLUMNS + ", null from erasure where ";

    private static final String SELECT_WITH_CERTIFICATE = "select " + COLUMNS + ", certificate from erasure where ";

    private ErasureRows() {}

    static void insert(Transaction transaction, Erasure erasure) throws SQLException {
        transaction.update(
                """
                insert into erasure (number, id, project, kind, subject, reason, requested_by, requested_at, sessions)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                erasure.number(),
                erasure.id(),
                erasure.subject().project(),
                code(erasure.subject().kind()),
                erasure.subject().name(),
                erasure.reason(),
                erasure.requested().actor(),
                erasure.requested().at(),
                erasure.sessions());
    }

    /** The erasure of a subject that is not final. */
    static Optional<Erasure> open(Transaction transaction, Subject subject) throws SQLException {
        return open(transaction, 0, Integer.MAX_VALUE).stream()
                .filter(erasure -> erasure.subject().equals(subject))
                .findFirst();
    }

    static List<Erasure> open(Transaction transaction, long after, int limit) throws SQLException {
        return transaction.query(
                SELECT + "final_at is null and number > ? order by number limit ?", ErasureRows::map, after, limit);
    }

    static OpenErasures countOpen(Transaction transaction) throws SQLException {
        return transaction
                .first(
                        "select count(*), coalesce(min(requested_at), 0) from erasure where final_at is null",
                        row -> new OpenErasures(row.getLong(1), row.getLong(2)))
                .orElseThrow();
    }

    /** Final, but sessions turned up since that they cover. */
    static List<Erasure> late(Transaction transaction, int limit) throws SQLException {
        return transaction.query(SELECT + """
                final_at is not null and number in (select erasure from tombstone where swept = 0)
                order by number limit ?""", ErasureRows::map, limit);
    }

    static Optional<Erasure> find(Transaction transaction, String id) throws SQLException {
        return transaction.first(SELECT_WITH_CERTIFICATE + "id = ?", ErasureRows::map, id);
    }

    static List<Erasure> page(Transaction transaction, String project, long below, int limit) throws SQLException {
        List<Object> args = new ArrayList<>();
        args.add(below == 0 ? Long.MAX_VALUE : below);
        if (project != null) {
            args.add(project);
        }
        args.add(limit);
        String sql =
                SELECT + "number < ?" + (project == null ? "" : " and project = ?") + " order by number desc limit ?";
        return transaction.query(sql, ErasureRows::map, args.toArray());
    }

    static void addSessions(Transaction transaction, long number, int more) throws SQLException {
        transaction.update("update erasure set sessions = sessions + ? where number = ?", more, number);
    }

    /** The user's id is forgotten with that: his tombstone has its digest. */
    static boolean finish(Transaction transaction, String id, String certificate, long at) throws SQLException {
        return transaction.update("""
                        update erasure set final_at = ?, certificate = ?,
                            subject = case when kind = 1 then null else subject end
                        where id = ? and final_at is null""", at, certificate, id) == 1;
    }

    private static Erasure map(ResultSet row) throws SQLException {
        long finalAt = row.getLong(10);
        boolean open = row.wasNull();
        return new Erasure(
                row.getString(1),
                row.getLong(2),
                new Subject(kind(row.getInt(3)), row.getString(4), row.getString(5)),
                row.getString(6),
                new By(row.getString(7), row.getLong(8)),
                row.getLong(9),
                open ? null : Long.valueOf(finalAt),
                row.getString(11));
    }

    private static int code(SubjectKind kind) {
        return switch (kind) {
            case SESSION -> 0;
            case USER -> 1;
            case PROJECT -> 2;
        };
    }

    private static SubjectKind kind(int code) {
        return switch (code) {
            case 0 -> SubjectKind.SESSION;
            case 1 -> SubjectKind.USER;
            case 2 -> SubjectKind.PROJECT;
            default -> throw new IllegalArgumentException("an erasure of kind " + code);
        };
    }
}
