package io.tapedeck.store.catalog;

import io.tapedeck.store.AdminState;
import io.tapedeck.store.AdoptionCatalog;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.SessionKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@link AdoptionCatalog} over JDBC. Thread-safe. */
final class JdbcAdoption implements AdoptionCatalog {
    private static final String OBJECT = """
            select key, kind, state, bytes, case state when 0 then intended_at when 1 then committed_at else doomed_at end
            from object where\s""";

    private final Database database;
    private final PartBounds parts;
    private final Numbers sessionNumbers;
    private final Numbers segmentNumbers;

    JdbcAdoption(Database database, PartBounds parts, Numbers sessionNumbers, Numbers segmentNumbers) {
        this.database = database;
        this.parts = parts;
        this.sessionNumbers = sessionNumbers;
        this.segmentNumbers = segmentNumbers;
    }

    @Override
    public boolean isEmpty() {
        return database.read("isEmpty", transaction -> transaction.number("""
                        select (select count(*) from (select key from object limit 1) o)
                            + (select count(*) from (select number from session limit 1) s)""") == 0);
    }

    @Override
    public void beginMaking(Making making) {
        run("beginMaking", transaction -> MakingMark.set(transaction, making));
    }

    @Override
    public void endMaking() {
        run("endMaking", MakingMark::clear);
    }

    @Override
    public Optional<Making> making() {
        return database.read("making", MakingMark::find);
    }

    @Override
    public Set<String> stores() {
        return Set.copyOf(database.read("stores", ObjectLedger::storesAtTheEnds));
    }

    @Override
    public void restore(AdminState state) {
        run("restoreAdminState", transaction -> AdminStates.restore(transaction, state));
    }

    @Override
    public void restoreTombstones(Collection<Tombstone> tombstones) {
        run("restoreTombstones", transaction -> AdoptedTombstones.restore(transaction, tombstones));
    }

    @Override
    public void adoptSegment(AdoptedSegment segment) {
        long number = segmentNumbers.take(1);
        long firstSessionNumber = sessionNumbers.take(segment.sessions().size());
        run("adoptSegment", transaction -> {
            if (!ObjectLedger.adopt(
                    transaction, segment.key(), ObjectKind.SEGMENT, segment.store(), number, segment.at())) {
                return;
            }
            long epoch = Nodes.adopt(transaction, segment.node(), segment.epoch());
            SegmentCommit commit = new SegmentCommit(
                    segment.key(),
                    segment.node(),
                    epoch,
                    segment.bytes(),
                    segment.journalFrom(),
                    segment.journalTo(),
                    segment.at(),
                    segment.sessions());
            new SegmentCommitting(commit, firstSessionNumber, parts).run(transaction);
            transaction.batch(
                    "insert into former_segment (session_number, segment_number) select number, cast(? as bigint)"
                            + " from session where project = ? and id = ? on conflict do nothing",
                    segment.former().stream()
                            .map(session -> new Object[] {number, session.project(), session.session()})
                            .toList());
            // No node ever has epoch 0: who wrote this has no journal, and no erasure waits for it.
            transaction.update(
                    "update node set retired_at = ? where node = ? and epoch = 0", segment.at(), segment.node());
        });
    }

    @Override
    public void adoptRecording(AdoptedRecording recording) {
        long number = sessionNumbers.take(1);
        run("adoptRecording", transaction -> new RecordingAdoption(transaction, recording, parts).run(number));
    }

    @Override
    public void adoptDoomed(KnownObject object, String store, boolean urgent) {
        long number = segmentNumbers.take(1);
        run("adoptDoomed", transaction -> {
            if (ObjectLedger.adopt(transaction, object.key(), object.kind(), store, number, object.since())) {
                ObjectLedger.doomIntent(transaction, object.key(), object.since());
                transaction.update("update object set urgent = ? where key = ?", urgent ? 1 : 0, object.key());
            }
        });
    }

    @Override
    public void mark(Collection<AdminState.Mark> marks) {
        run("restoreMarks", transaction -> AdminStates.mark(transaction, marks));
    }

    @Override
    public AdminState adminState() {
        return database.read("adminState", AdminStates::read);
    }

    @Override
    public long adminRev() {
        return database.read("adminRev", AdminStates::rev);
    }

    @Override
    public List<KnownObject> objects(String after, int limit) {
        return database.read(
                "objects",
                transaction -> transaction.query(
                        OBJECT + "key > ? order by key limit ?",
                        JdbcAdoption::object,
                        after == null ? "" : after,
                        limit));
    }

    @Override
    public List<KnownObject> objects(Collection<String> keys) {
        return database.read(
                "objectsByKey",
                transaction -> transaction.queryRows(
                        OBJECT + "key in (%s)",
                        "?",
                        keys.stream().map(key -> new Object[] {key}).toList(),
                        JdbcAdoption::object));
    }

    @Override
    public List<SegmentSession> segmentSessions(String key) {
        return database.read(
                "segmentSessions", transaction -> transaction.query("""
                        select s.project, s.id, h.packed from object o
                        join segment_session h on h.segment_number = o.number
                        join session s on s.number = h.session_number
                        where o.key = ? and o.state = 1 order by s.number""", JdbcAdoption::segmentSession, key));
    }

    @Override
    public List<SessionKey> sessionKeys(String project, SessionKey after, int limit) {
        List<Object> args = new ArrayList<>();
        args.add(after == null ? "" : after.project());
        args.add(after == null ? "" : after.session());
        if (project != null) {
            args.add(project);
        }
        args.add(limit);
        String sql = "select s.project, s.id from session s where (s.project, s.id) > (?, ?)"
                + (project == null ? "" : " and s.project = ?") + " and" + SessionRow.NOT_GONE.formatted("s")
                + " order by s.project, s.id limit ?";
        return database.read(
                "sessionKeys",
                transaction -> transaction.query(
                        sql, row -> new SessionKey(row.getString(1), row.getString(2)), args.toArray()));
    }

    @Override
    public List<Tombstone> tombstones(Tombstone after, int limit) {
        return database.read("tombstones", transaction -> AdoptedTombstones.after(transaction, after, limit));
    }

    private static KnownObject object(ResultSet row) throws SQLException {
        return new KnownObject(
                row.getString(1),
                row.getInt(2) == 0 ? ObjectKind.SEGMENT : ObjectKind.RECORDING,
                state(row.getInt(3)),
                row.getLong(4),
                row.getLong(5));
    }

    private static ObjectState state(int code) {
        return switch (code) {
            case 0 -> ObjectState.INTENT;
            case 1 -> ObjectState.LIVE;
            default -> ObjectState.DOOMED;
        };
    }

    private static SegmentSession segmentSession(ResultSet row) throws SQLException {
        Packing.SessionBlocks held = Packing.blocks(row.getBytes(3));
        List<BlockRef> blocks =
                held.blocks().stream().map(Packing.NumberedBlock::block).toList();
        return new SegmentSession(new SessionKey(row.getString(1), row.getString(2)), held.facts(), blocks);
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
