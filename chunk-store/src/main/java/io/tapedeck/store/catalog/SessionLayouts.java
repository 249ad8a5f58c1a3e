package io.tapedeck.store.catalog;

import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.catalog.Packing.NumberedBlock;
import io.tapedeck.store.catalog.Packing.SessionBlocks;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a session's events are: the tables {@code segment_session} and {@code recording}, read. */
final class SessionLayouts {
    private SessionLayouts() {}

    /** What one segment holds of a session, with the segment's number and key. */
    record HotRow(long segmentNumber, String segmentKey, SessionBlocks blocks) {
        long blockId(NumberedBlock block) {
            return (segmentNumber << SegmentCommitting.BLOCK_BITS) | block.index();
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

    /** In the order of the commits. */
    static List<HotRow> hotRows(Transaction transaction, long sessionNumber) throws SQLException {
        return transaction.query(
                """
                select s.segment_number, o.key, s.packed
                from segment_session s join object o on o.number = s.segment_number
                where s.session_number = ? order by s.rev""",
                row -> new HotRow(row.getLong(1), row.getString(2), Packing.blocks(row.getBytes(3))),
                sessionNumber);
    }

    /** In the order of the parts. */
    static List<LocatedRecording> recordings(Transaction transaction, long sessionNumber) throws SQLException {
        return transaction.query(
                "select key, bytes, packed from recording where session_number = ? order by part, key",
                row -> new LocatedRecording(row.getString(1), row.getLong(2), Packing.index(row.getBytes(3))),
                sessionNumber);
    }
}
