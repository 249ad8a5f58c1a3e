package io.tapedeck.store.catalog;

import io.tapedeck.store.By;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The start of one erasure, within one transaction. It locks the counter of erasures first, so that they get their numbers
 * in the order of their commits: whoever has seen a number has seen all below it.
 *
 * <p>Then it locks the rows of the sessions that it covers, as commits do, so that each commit is before the tombstones or
 * sees them. Of a project it locks only the project: what is committed at this moment may be missed by that, and is found
 * by {@link ErasedSessionRows} before the erasure can be final.
 */
final class ErasureRequest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 12;

    private final Transaction transaction;
    private final Subject subject;
    private final String reason;
    private final By by;

    ErasureRequest(Transaction transaction, Subject subject, String reason, By by) {
        this.transaction = transaction;
        this.subject = subject;
        this.reason = reason;
        this.by = by;
    }

    Erasure run() throws SQLException {
        AdminRev.lock(transaction);
        transaction.update("update counter set next_number = next_number where name = 'erasure'");
        Optional<Erasure> open = ErasureRows.open(transaction, subject);
        if (open.isPresent()) {
            return open.get();
        }
        long number = transaction.number("select next_number from counter where name = 'erasure'");
        long sessions = cover(number);
        transaction.update("update counter set next_number = next_number + 1 where name = 'erasure'");
        byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        Erasure erasure = new Erasure(HexFormat.of().formatHex(id), number, subject, reason, by, sessions, null, null);
        ErasureRows.insert(transaction, erasure);
        ErasedObjects.noteUncommitted(transaction, number);
        audit(erasure);
        return erasure;
    }

    private long cover(long number) throws SQLException {
        return switch (subject.kind()) {
            case SESSION -> coverSession(number);
            case USER -> coverUser(number);
            case PROJECT -> coverProject();
        };
    }

    private long coverSession(long number) throws SQLException {
        SessionKey session = new SessionKey(subject.project(), subject.name());
        Optional<Boolean> held = transaction.first(
                "update session set rev = rev + 1 where project = ? and id = ? and"
                        + SessionRow.NOT_GONE.formatted("session") + " returning held",
                row -> row.getInt(1) == 1,
                session.project(),
                session.session());
        if (held.isEmpty()) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "there is no such session");
        }
        requireNotHeld(held.get());
        Tombstones.bury(transaction, session, number, false, by.at());
        return 1;
    }

    private long coverUser(long number) throws SQLException {
        Tombstones.buryUser(transaction, subject.project(), subject.name(), number, by.at());
        Map<SessionKey, Long> sessions = new TreeMap<>();
        ErasedSessionRows.carrying(transaction, subject.project(), subject.name(), by.at(), Integer.MAX_VALUE)
                .forEach(row -> sessions.put(row.key(), row.number()));
        for (Map.Entry<SessionKey, Long> session : sessions.entrySet()) {
            List<Boolean> held = transaction.query(
                    "update session set rev = rev + 1 where number = ? returning held",
                    row -> row.getInt(1) == 1,
                    session.getValue());
            requireNotHeld(held.contains(true));
            Tombstones.bury(transaction, session.getKey(), number, held.isEmpty(), by.at());
        }
        return sessions.size();
    }

    private long coverProject() throws SQLException {
        String project = subject.project();
        int there = transaction.update(
                "update project set erased_at = ? where slug = ? and erased_at is null", by.at(), project);
        if (there == 0) {
            throw new StoreException(StoreErrorKind.NOT_FOUND, "there is no such project");
        }
        requireNotHeld(transaction
                .first(
                        "select 1 from session s where s.project = ? and s.held = 1 and not exists (select 1 from"
                                + " tombstone t where t.project = s.project and t.session = s.id) limit 1",
                        row -> true,
                        project)
                .isPresent());
        transaction.update(
                "update write_key set revoked_at = ? where project = ? and revoked_at is null", by.at(), project);
        AdminRev.raise(transaction);
        return transaction.number("select count(*) from session where project = ?", project);
    }

    private static void requireNotHeld(boolean held) {
        if (held) {
            throw new StoreException(StoreErrorKind.CONFLICT, "what is under legal hold is not erased");
        }
    }

    /** Users are not named, so that the trail does not remember whom it forgot. */
    private void audit(Erasure erasure) throws SQLException {
        String action = switch (subject.kind()) {
            case SESSION -> "session.erase";
            case USER -> "user.erase";
            case PROJECT -> "project.erase";
        };
        Map<String, Object> detail = new TreeMap<>();
        detail.put("erasure", erasure.id());
        detail.put("sessions", erasure.sessions());
        if (reason != null) {
            detail.put("reason", reason);
        }
        AuditTrail.add(
                transaction,
                by,
                action,
                subject.project(),
                subject.kind() == SubjectKind.SESSION ? subject.name() : null,
                AuditTrail.json(detail));
    }
}
