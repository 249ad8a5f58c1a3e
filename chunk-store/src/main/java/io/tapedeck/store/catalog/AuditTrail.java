package io.tapedeck.store.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.store.By;
import io.tapedeck.store.ProjectCatalog.AuditEntry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The table {@code audit}: who changed what. Only ever added to. */
final class AuditTrail {
    private static final JsonMapper JSON = new JsonMapper();

    private AuditTrail() {}

    /**
     * Adds an entry. Its number is above those of all entries committed before.
     *
     * @param project or null
     * @param subject or null
     * @param detail JSON, or null
     */
    static void add(Transaction transaction, By by, String action, String project, String subject, String detail)
            throws SQLException {
        long number = transaction.number(
                "update counter set next_number = next_number + 1 where name = 'audit' returning next_number - 1");
        transaction.update(
                "insert into audit (number, at, actor, action, project, subject, detail) values (?, ?, ?, ?, ?, ?, ?)",
                number,
                by.at(),
                by.actor(),
                action,
                project,
                subject,
                detail);
    }

    /** See {@link io.tapedeck.store.ProjectCatalog#audit}. */
    static List<AuditEntry> page(Transaction transaction, String project, long below, int limit) throws SQLException {
        List<Object> args = new ArrayList<>();
        args.add(below == 0 ? Long.MAX_VALUE : below);
        if (project != null) {
            args.add(project);
        }
        args.add(limit);
        return transaction.query(
                """
                select number, at, actor, action, project, subject, detail from audit
                where number < ?""" + (project == null ? "" : " and project = ?") + " order by number desc limit ?",
                row -> new AuditEntry(
                        row.getLong(1),
                        row.getLong(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7)),
                args.toArray());
    }

    /** As an entry's detail. */
    static String json(Object detail) {
        try {
            return JSON.writeValueAsString(detail);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the details of entries can be written as JSON", e);
        }
    }
}
