package io.tapedeck.store.catalog;

import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.CompactionCatalog;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.Packing.NumberedBlock;
import io.tapedeck.store.catalog.Packing.SessionBlocks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** {@link CompactionCatalog} over JDBC. Thread-safe; the database is the catalog's. */
final class JdbcCompaction implements CompactionCatalog {
    private static final String TAKE = """
            update object set lease_holder = ?, lease_until = ?
            where key in (%s) and state = 1 and lease_until <= ? returning key, number, bytes, holds_erased, live_sessions""";

    private static final String ERASED = """
            select key from object
            where holds_erased = 1 and kind = 0 and state = 1 and lease_until <= ? order by key limit ?""";

    private static final String HOLLOW = """
            select key from object
            where kind = 0 and state = 1 and committed_at < ? and live_bytes * 2 < block_bytes and holds_erased = 0
                and lease_until <= ?
            order by committed_at limit ?""";

    private final Database database;

    JdbcCompaction(Database database) {
        this.database = database;
    }

    private record Leased(String key, long number, long bytes, boolean holdsErased, long sessions) {}

    @Override
    public List<LiveSegment> leaseRewritable(
            String holder, long now, long before, long leaseUntil, int limit, int sessionsMax) {
        return database.write("leaseRewritable", transaction -> {
            List<Leased> leased = new ArrayList<>(transaction.query(
                    TAKE.formatted(ERASED), JdbcCompaction::leased, holder, leaseUntil, now, limit, now));
            leased.addAll(transaction.query(
                    TAKE.formatted(HOLLOW),
                    JdbcCompaction::leased,
                    holder,
                    leaseUntil,
                    before,
                    now,
                    limit - leased.size(),
                    now));
            List<LiveSegment> segments = new ArrayList<>();
            List<Object[]> tooMany = new ArrayList<>();
            long sessions = 0;
            for (Leased segment : leased) {
                if (sessions > 0 && sessions + segment.sessions() > sessionsMax) {
                    tooMany.add(new Object[] {segment.number()});
                } else {
                    sessions += segment.sessions();
                    live(transaction, segment).ifPresent(segments::add);
                }
            }
            transaction.batch("update object set lease_holder = null, lease_until = 0 where number = ?", tooMany);
            return segments;
        });
    }

    @Override
    public void releaseRewritable(String holder, Collection<String> keys) {
        database.write("releaseRewritable", transaction -> {
            transaction.batch(
                    "update object set lease_holder = null, lease_until = 0 where key = ? and lease_holder = ?",
                    keys.stream()
                            .sorted()
                            .map(key -> new Object[] {key, holder})
                            .toList());
            return null;
        });
    }

    @Override
    public void commitRewrite(RewriteCommit commit) {
        try {
            database.write("commitRewrite", transaction -> {
                new SegmentRewriting(transaction, commit).run();
                return null;
            });
        } catch (StoreException e) {
            if (e.kind() == StoreErrorKind.CONFLICT && commit.key() != null) {
                database.write("doom", transaction -> {
                    ObjectLedger.doomIntent(transaction, commit.key(), commit.at());
                    return null;
                });
            }
            throw e;
        }
    }

    private static Leased leased(ResultSet row) throws SQLException {
        return new Leased(row.getString(1), row.getLong(2), row.getLong(3), row.getInt(4) == 1, row.getLong(5));
    }

    /** Nothing if what is live of it is not known: without that it cannot be rewritten, and stays for as long as the lease. */
    private static Optional<LiveSegment> live(Transaction transaction, Leased segment) throws SQLException {
        try {
            List<LiveSession> sessions = sessions(transaction, segment.number());
            return Optional.of(new LiveSegment(segment.key(), segment.bytes(), segment.holdsErased(), sessions));
        } catch (StoreException e) {
            transaction.damaged("what a session has of the segment " + segment.key(), e);
            return Optional.empty();
        }
    }

    private static List<LiveSession> sessions(Transaction transaction, long segment) throws SQLException {
        return transaction.query(
                """
                select s.project, s.id, h.packed from segment_session h join session s on s.number = h.session_number
                where h.segment_number = ? order by s.project, s.id""",
                row -> {
                    SessionBlocks held = Packing.blocks(row.getBytes(3));
                    return new LiveSession(
                            new SegmentSession(
                                    new SessionKey(row.getString(1), row.getString(2)),
                                    held.facts(),
                                    held.blocks().stream()
                                            .map(NumberedBlock::block)
                                            .toList()),
                            held.blocks().stream()
                                    .map(block -> SegmentCommitting.blockId(segment, block))
                                    .toList());
                },
                segment);
    }
}
