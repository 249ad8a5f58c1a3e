package io.tapedeck.store.catalog;

import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.Catalog.SettlingLayout;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.catalog.Packing.NumberedBlock;
import io.tapedeck.store.catalog.Packing.SessionBlocks;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a session's events are: the tables {@code segment_session} and {@code recording}, read. */
final class SessionLayouts {
    /** A session's rows in the order of the commits, for {@link #hotRow}. */
    static final String HOT_ROWS = """
            select s.segment_number, o.key, s.packed
            from segment_session s join object o on o.number = s.segment_number
            where s.session_number = ? order by s.rev""";

    private SessionLayouts() {}

    /** What one segment holds of a session, with the segment's number and key. */
    record HotRow(long segmentNumber, String segmentKey, SessionBlocks blocks) {
        long blockId(NumberedBlock block) {
            return SegmentCommitting.blockId(segmentNumber, block);
        }
    }

    static Optional<SessionLayout> find(Transaction transaction, SessionKey session) throws SQLException {
        Optional<SessionRow> found = SessionRow.find(transaction, session);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        SessionRow row = found.get();
        List<LocatedBlock> blocks = new ArrayList<>();
        for (HotRow hot : hotRows(transaction, row.number())) {
            for (NumberedBlock block : hot.blocks().blocks()) {
                blocks.add(new LocatedBlock(hot.blockId(block), hot.segmentKey(), block.block()));
            }
        }
        return Optional.of(new SessionLayout(
                session,
                row.rev(),
                row.generation(),
                row.facts(),
                row.activeMs(),
                row.pinned(),
                row.held(),
                row.expiresAt(),
                recordings(transaction, row.number()),
                blocks));
    }

    static Optional<SettlingLayout> findToSettle(Transaction transaction, SessionKey session, int chunksMax)
            throws SQLException {
        Optional<SessionRow> found = SessionRow.find(transaction, session);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        SessionRow row = found.get();
        List<LocatedBlock> blocks = new ArrayList<>();
        boolean complete = firstBlocks(transaction, row.number(), chunksMax, blocks);
        return Optional.of(new SettlingLayout(
                session, row.generation(), row.facts(), recordingKeys(transaction, row.number()), blocks, complete));
    }

    /** Lists blocks until they have so many chunks; false if there are more. */
    private static boolean firstBlocks(
            Transaction transaction, long sessionNumber, int chunksMax, List<LocatedBlock> blocks) throws SQLException {
        int[] chunks = new int[1];
        boolean[] complete = {true};
        transaction.each(
                HOT_ROWS,
                row -> {
                    HotRow hot = hotRow(row);
                    for (NumberedBlock block : hot.blocks().blocks()) {
                        if (chunks[0] >= chunksMax) {
                            complete[0] = false;
                            return false;
                        }
                        chunks[0] += block.block().chunks().size();
                        blocks.add(new LocatedBlock(hot.blockId(block), hot.segmentKey(), block.block()));
                    }
                    return true;
                },
                sessionNumber);
        return complete[0];
    }

    /** In the order of the parts. */
    static List<String> recordingKeys(Transaction transaction, long sessionNumber) throws SQLException {
        return transaction.query(
                "select key from recording where session_number = ? order by part, key",
                row -> row.getString(1),
                sessionNumber);
    }

    static Optional<LocatedRecording> recording(Transaction transaction, SessionKey session, String key)
            throws SQLException {
        return transaction.first(
                """
                select r.key, r.bytes, r.packed from recording r join session s on s.number = r.session_number
                where s.project = ? and s.id = ? and r.key = ? and""" + SessionRow.NOT_GONE.formatted("s"),
                row -> new LocatedRecording(row.getString(1), row.getLong(2), Packing.index(row.getBytes(3))),
                session.project(),
                session.session(),
                key);
    }

    /** In the order of the commits. */
    static List<HotRow> hotRows(Transaction transaction, long sessionNumber) throws SQLException {
        return transaction.query(HOT_ROWS, SessionLayouts::hotRow, sessionNumber);
    }

    static HotRow hotRow(ResultSet row) throws SQLException {
        return new HotRow(row.getLong(1), row.getString(2), Packing.blocks(row.getBytes(3)));
    }

    /** In the order of the parts. */
    static List<LocatedRecording> recordings(Transaction transaction, long sessionNumber) throws SQLException {
        return transaction.query(
                "select key, bytes, packed from recording where session_number = ? order by part, key",
                row -> new LocatedRecording(row.getString(1), row.getLong(2), Packing.index(row.getBytes(3))),
                sessionNumber);
    }
}
