package io.tapedeck.store.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tapedeck.store.By;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.SessionRemoval.Locked;
import io.tapedeck.store.catalog.Terms.Kind;
import io.tapedeck.store.catalog.Terms.Term;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@link ErasureCatalog} over JDBC. Thread-safe; the database is the catalog's. */
final class JdbcErasures implements ErasureCatalog {
    /** Sessions of a user that turned up late: no more are counted. */
    private static final int LATE_MAX = 1_000;

    private static final JsonMapper JSON = new JsonMapper();

    private final Database database;

    JdbcErasures(Database database) {
        this.database = database;
    }

    @Override
    public Erasure request(Subject subject, String reason, By by) {
        return database.write(
                "requestErasure", transaction -> new ErasureRequest(transaction, subject, reason, by).run());
    }

    @Override
    public List<Erasure> open(long after, int limit) {
        return database.read("openErasures", transaction -> ErasureRows.open(transaction, after, limit));
    }

    @Override
    public OpenErasures countOpen() {
        return database.read("countOpenErasures", ErasureRows::countOpen);
    }

    @Override
    public Optional<Erasure> erasure(String id) {
        return database.read("erasure", transaction -> ErasureRows.find(transaction, id));
    }

    @Override
    public List<Erasure> erasures(String project, long below, int limit) {
        return database.read("erasures", transaction -> ErasureRows.page(transaction, project, below, limit));
    }

    @Override
    public List<Covered> covered(String id, int limit, long now) {
        return database.write(
                "coveredSessions",
                transaction -> ErasedSessionRows.next(transaction, require(transaction, id), limit, now));
    }

    @Override
    public void erase(String id, Collection<SessionKey> sessions, long now) {
        run("erase", transaction -> {
            Erasure erasure = require(transaction, id);
            List<Object[]> keys = sessions.stream()
                    .sorted()
                    .map(session -> new Object[] {session.project(), session.session()})
                    .toList();
            // What a compactor copied before the sessions were gone: it is no node's, and may be newer than the
            // request.
            ErasedObjects.noteUncommitted(transaction, erasure.number());
            JdbcWrappedKeys.destroy(transaction, sessions);
            List<Locked> locked = SessionRemoval.lock(transaction, sessions);
            SessionRemoval.remove(transaction, locked, erasure.number(), now);
            transaction.batch("update tombstone set swept = 1 where project = ? and session = ?", keys);
        });
    }

    @Override
    public List<SessionKey> sessions(String id, SessionKey after, int limit) {
        return database.read(
                "erasedSessions",
                transaction -> transaction.query(
                        """
                        select project, session from tombstone where erasure = ? and session > ?
                        order by session limit ?""",
                        row -> new SessionKey(row.getString(1), row.getString(2)),
                        require(transaction, id).number(),
                        after == null ? "" : after.session(),
                        limit));
    }

    @Override
    public List<Erasure> late(int limit) {
        return database.read("lateErasures", transaction -> ErasureRows.late(transaction, limit));
    }

    @Override
    public Set<String> known(Collection<String> keys) {
        List<Object[]> rows = keys.stream().map(key -> new Object[] {key}).toList();
        return new HashSet<>(database.read(
                "knownObjects",
                transaction -> transaction.queryRows(
                        "select key from object where key in (%s)", "?", rows, row -> row.getString(1))));
    }

    @Override
    public void deletedStray(String id, ErasedObject stray) {
        run("deletedStray", transaction -> {
            ErasedObjects.deletedStray(transaction, require(transaction, id).number(), stray);
        });
    }

    @Override
    public int giveUpIntents(String id, long before, long now) {
        return database.write(
                "giveUpIntents",
                transaction -> ErasedObjects.giveUpIntents(
                        transaction, require(transaction, id).number(), before, now));
    }

    @Override
    public Outstanding outstanding(String id) {
        return database.read("outstandingErasure", transaction -> {
            Erasure erasure = require(transaction, id);
            return new Outstanding(
                    ErasedSessionRows.left(transaction, erasure, LATE_MAX),
                    ErasedObjects.left(transaction, erasure.number(), false),
                    ErasedObjects.left(transaction, erasure.number(), true),
                    ErasedObjects.uncommitted(transaction, erasure.number()),
                    ErasurePassing.notPassed(transaction, erasure.number()));
        });
    }

    @Override
    public boolean emptyLog() {
        return database.emptyLog();
    }

    @Override
    public ErasedSince erasedSince(long number, int limit) {
        return database.read("erasedSince", transaction -> ErasurePassing.since(transaction, number, limit));
    }

    @Override
    public List<ErasedObject> objects(String id, String after, int limit) {
        return database.read(
                "erasedObjects",
                transaction ->
                        ErasedObjects.page(transaction, require(transaction, id).number(), after, limit));
    }

    @Override
    public void finish(String id, String certificate, long at) {
        run("finishErasure", transaction -> {
            Erasure erasure = require(transaction, id);
            if (ErasureRows.finish(transaction, id, certificate, at)) {
                forgetUser(transaction, erasure.subject());
                AuditTrail.add(
                        transaction,
                        new By("tapedeck", at),
                        "erasure.final",
                        erasure.subject().project(),
                        id,
                        AuditTrail.json(Map.of("digest", digest(certificate))));
            }
        });
    }

    /** What the audit trail keeps of a certificate. */
    private static String digest(String certificate) {
        try {
            return JSON.readTree(certificate).path("digest").asText();
        } catch (JsonProcessingException e) {
            throw new StoreException(StoreErrorKind.CORRUPT, "an erasure's certificate cannot be read", e);
        }
    }

    /** The text by which his sessions could be searched. */
    private static void forgetUser(Transaction transaction, Subject subject) throws SQLException {
        if (subject.kind() == SubjectKind.USER) {
            long term = Term.of(Kind.USER, subject.name()).id(subject.project());
            transaction.update("""
                    delete from term where project = ? and kind = ? and id = ?
                        and not exists (select 1 from session_term where term = ?)""", subject.project(), Kind.USER.code, term, term);
        }
    }

    @Override
    public long newest() {
        return database.read("newestErasure", ErasurePassing::newest);
    }

    @Override
    public void pass(String node, long number, long at) {
        run("passErasures", transaction -> ErasurePassing.pass(transaction, node, number, at));
    }

    @Override
    public List<NodePassed> nodes() {
        return database.read("erasureNodes", transaction -> ErasurePassing.notPassed(transaction, Long.MAX_VALUE));
    }

    @Override
    public void retireNode(String node, By by) {
        run("retireNode", transaction -> retire(transaction, node, by));
    }

    @Override
    public void retireNode(String node, long epoch, By by) {
        run("retireNode", transaction -> {
            Nodes.lock(transaction, node, epoch);
            retire(transaction, node, by);
        });
    }

    private static void retire(Transaction transaction, String node, By by) throws SQLException {
        if (ErasurePassing.retire(transaction, node, by.at())) {
            AuditTrail.add(transaction, by, "node.retire", null, node, null);
        }
    }

    private static Erasure require(Transaction transaction, String id) throws SQLException {
        return ErasureRows.find(transaction, id)
                .orElseThrow(() -> new StoreException(StoreErrorKind.NOT_FOUND, "there is no such erasure"));
    }

    private interface Action {
        void run(Transaction transaction) throws SQLException;
    }

    private void run(String operation, Action action) {
        database.write(operation, transaction -> {
            action.run(transaction);
            return null;
        });
    }
}
