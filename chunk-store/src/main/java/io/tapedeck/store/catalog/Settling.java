package io.tapedeck.store.catalog;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.RecordingCommit;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.Packing.NumberedBlock;
import io.tapedeck.store.catalog.Packing.SessionBlocks;
import io.tapedeck.store.catalog.SessionLayouts.HotRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Changes of one session in the settled tier, each within one transaction. A recording's commit, in this order:
 *
 * <pre>
 *   the object: intent → live               or: it was committed before, nothing to do
 *   raise the session's rev and generation  this locks its row, and fails if the generation is another
 *   take the consumed blocks out            what is left of a segment's blocks stays; an empty segment is doomed
 *   replace the recordings                  and doom the old ones' objects
 *   facts, index row and terms              from all recordings and all that is left
 * </pre>
 */
final class Settling {
    /** How long a session that was just settled is left alone; doubles with each generation. */
    private static final long BACK_OFF_MS = 5_000;

    private static final long BACK_OFF_MAX_MS = 3_600_000;

    private final Transaction transaction;
    private final SessionKey session;
    private final int generation;
    private final long at;

    /** @param generation the session's, as it was read */
    Settling(Transaction transaction, SessionKey session, int generation, long at) {
        this.transaction = transaction;
        this.session = session;
        this.generation = generation;
        this.at = at;
    }

    void commit(RecordingCommit commit) throws SQLException {
        if (!ObjectLedger.commitRecording(transaction, commit.key(), commit.bytes(), at)) {
            if (!ObjectLedger.wasCommitted(transaction, commit.key()).orElse(false)) {
                throw conflict("recording " + commit.key() + " is not intended any more");
            }
            return;
        }
        long number = lock(generation + 1);
        Set<Long> consumed = new HashSet<>(commit.consumedBlocks());
        List<HotRow> tail = takeOut(number, consumed);
        if (!consumed.isEmpty()) {
            throw conflict("recording " + commit.key() + " holds blocks that are not its session's");
        }
        describe(number, replaceRecordings(number, commit), tail);
    }

    void releaseRepeated(Collection<Long> blocks) throws SQLException {
        long number = lock(generation);
        List<LocatedRecording> recordings = SessionLayouts.recordings(transaction, number);
        if (recordings.isEmpty()) {
            throw new IllegalArgumentException("the session has no recording that could hold these chunks");
        }
        describe(number, recordings, takeOut(number, new HashSet<>(blocks)));
    }

    private long lock(int nextGeneration) throws SQLException {
        Optional<Long> number = transaction.first(
                """
                update session set rev = rev + 1, generation = ?
                where project = ? and id = ? and generation = ? and""" + SessionRow.NOT_GONE.formatted("session") + " returning number",
                row -> row.getLong(1),
                nextGeneration,
                session.project(),
                session.session(),
                generation);
        return number.orElseThrow(() -> conflict("the session is gone, or its generation is not " + generation));
    }

    /** Takes blocks out of the hot tier and out of {@code blocks}; returns what is still there. */
    private List<HotRow> takeOut(long number, Set<Long> blocks) throws SQLException {
        List<HotRow> tail = new ArrayList<>();
        List<Object[]> emptied = new ArrayList<>();
        for (HotRow row : SessionLayouts.hotRows(transaction, number)) {
            List<NumberedBlock> rest = new ArrayList<>();
            for (NumberedBlock block : row.blocks().blocks()) {
                if (!blocks.remove(row.blockId(block))) {
                    rest.add(block);
                }
            }
            if (rest.isEmpty()) {
                emptied.add(new Object[] {number, row.segmentNumber()});
            } else if (rest.size() == row.blocks().blocks().size()) {
                tail.add(row);
            } else {
                HotRow remainder = new HotRow(row.segmentNumber(), row.segmentKey(), remainder(row.blocks(), rest));
                tail.add(remainder);
                transaction.update(
                        "update segment_session set packed = ? where session_number = ? and segment_number = ?",
                        Packing.blocks(remainder.blocks()),
                        number,
                        row.segmentNumber());
            }
        }
        transaction.batch("delete from segment_session where session_number = ? and segment_number = ?", emptied);
        ObjectLedger.removeSessions(
                transaction,
                emptied.stream()
                        .map(row -> (Long) row[1])
                        .sorted()
                        .map(segment -> new Object[] {1, at, segment})
                        .toList());
        return tail;
    }

    /**
     * The facts of a part of what a segment held. What adds up is counted from the blocks that are left, and what
     * happened in them is not known until they are settled; everything else may stay, as joining it again changes
     * nothing.
     */
    private static SessionBlocks remainder(SessionBlocks all, List<NumberedBlock> rest) {
        List<BlockRef> blocks = rest.stream().map(NumberedBlock::block).toList();
        return new SessionBlocks(
                all.facts()
                        .counting(
                                blocks.stream().mapToLong(BlockRef::events).sum(),
                                blocks.stream().mapToLong(BlockRef::rawLength).sum(),
                                EventCounts.NONE),
                rest);
    }

    /** Returns all recordings of the session, the new one included. */
    private List<LocatedRecording> replaceRecordings(long number, RecordingCommit commit) throws SQLException {
        Set<String> replaced = new HashSet<>(commit.replacedRecordings());
        List<LocatedRecording> recordings = new ArrayList<>();
        for (LocatedRecording recording : SessionLayouts.recordings(transaction, number)) {
            if (!replaced.remove(recording.key())) {
                recordings.add(recording);
            }
        }
        if (!replaced.isEmpty()) {
            throw conflict("recording " + commit.key() + " replaces recordings that are not its session's");
        }
        for (String key : commit.replacedRecordings()) {
            transaction.update("delete from recording where session_number = ? and key = ?", number, key);
            ObjectLedger.doomLive(transaction, key, at);
        }
        transaction.update(
                "insert into recording (session_number, key, part, bytes, packed) values (?, ?, ?, ?, ?)",
                number,
                commit.key(),
                commit.index().part(),
                commit.bytes(),
                Packing.index(commit.index()));
        recordings.add(new LocatedRecording(commit.key(), commit.bytes(), commit.index()));
        recordings.sort(Comparator.comparingInt(recording -> recording.index().part()));
        return recordings;
    }

    private void describe(long number, List<LocatedRecording> recordings, List<HotRow> tail) throws SQLException {
        SessionFacts facts = null;
        long activeMs = 0;
        long bytes = 0;
        for (LocatedRecording recording : recordings) {
            facts = plus(facts, recording.index().facts());
            activeMs += recording.index().activeMs();
            bytes += recording.bytes();
        }
        for (HotRow row : tail) {
            facts = plus(facts, row.blocks().facts());
            bytes += row.blocks().blocks().stream()
                    .mapToLong(block -> block.block().length())
                    .sum();
        }
        boolean settled = tail.isEmpty();
        transaction.update(
                """
                update session set facts = ?, active_ms = ?, bytes_stored = ?, last_received_at = ?, is_final = ?,
                    settled = ?, indexed_at = ?, settle_after = ?
                where number = ?""",
                Packing.facts(facts),
                activeMs,
                bytes,
                facts.lastReceivedAt(),
                facts.isFinal() ? 1 : 0,
                settled ? 1 : 0,
                at,
                at + backOffMs(),
                number);
        SessionIndex.write(transaction, List.of(new SessionIndex.Entry(number, session, facts, settled)));
        Terms.replace(transaction, new Terms.Found(session.project(), number, Terms.of(facts)));
    }

    private static SessionFacts plus(SessionFacts facts, SessionFacts more) {
        return facts == null ? more : facts.plus(more);
    }

    private long backOffMs() {
        return Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS << Math.min(generation, 20));
    }

    private static StoreException conflict(String why) {
        return new StoreException(StoreErrorKind.CONFLICT, "catalog: " + why);
    }
}
