package io.tapedeck.store.catalog;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.RecordingCommit;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.ObjectLedger.SegmentLoss;
import io.tapedeck.store.catalog.Packing.NumberedBlock;
import io.tapedeck.store.catalog.Packing.SessionBlocks;
import io.tapedeck.store.catalog.SessionLayouts.HotRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Changes of one session in the settled tier, each within one transaction. A recording's commit, in this order:
 *
 * <pre>
 *   the object: intent → live               or: it was committed before, nothing to do
 *   raise the session's rev and generation  this locks its row, and fails if the generation is another
 *   take the consumed blocks out            what is left of a segment's blocks stays; an empty segment is doomed
 *   replace the part's recording            and doom the old one's object
 *   facts, index row and terms              from all recordings and all that is left
 * </pre>
 */
final class Settling {
    /** How long a session that was just settled is left alone; doubles each time that late chunks make it settle again. */
    private static final long BACK_OFF_MS = 5_000;

    private static final long BACK_OFF_MAX_MS = 3_600_000;

    private final Transaction transaction;
    private final SessionKey session;
    private final int generation;
    private final long at;
    private final PartBounds parts;

    /** @param generation the session's, as it was read */
    Settling(Transaction transaction, SessionKey session, int generation, long at, PartBounds parts) {
        this.transaction = transaction;
        this.session = session;
        this.generation = generation;
        this.at = at;
        this.parts = parts;
    }

    /** What of a session is not settled, added up. */
    private static final class Tail {
        private SessionFacts facts;
        private long bytesStored;
        private long weight;
        private long since;

        boolean isEmpty() {
            return facts == null;
        }

        void add(SessionBlocks blocks) {
            facts = plus(facts, blocks.facts());
            for (NumberedBlock numbered : blocks.blocks()) {
                bytesStored += numbered.block().length();
                weight += PartBounds.weight(numbered.block());
                for (ChunkRef chunk : numbered.block().chunks()) {
                    since = since == 0 ? chunk.receivedAt() : Math.min(since, chunk.receivedAt());
                }
            }
        }
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
        Tail tail = takeOut(number, consumed);
        if (!consumed.isEmpty()) {
            throw conflict("recording " + commit.key() + " holds blocks that are not its session's");
        }
        replaceRecordings(number, commit);
        // There is nothing to wait for between one part and the next.
        boolean goesOn = commit.replacedRecordings().isEmpty() && !tail.isEmpty();
        describe(number, generation + 1, tail, goesOn);
    }

    void releaseRepeated(Collection<Long> blocks) throws SQLException {
        long number = lock(generation);
        if (SessionLayouts.recordingKeys(transaction, number).isEmpty()) {
            throw new IllegalArgumentException("the session has no recording that could hold these chunks");
        }
        describe(number, generation, takeOut(number, new HashSet<>(blocks)), false);
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
    private Tail takeOut(long number, Set<Long> blocks) throws SQLException {
        Tail tail = new Tail();
        List<Object[]> emptied = new ArrayList<>();
        Map<Long, SegmentLoss> losses = new TreeMap<>();
        List<Object[]> remainders = new ArrayList<>();
        transaction.each(
                SessionLayouts.HOT_ROWS,
                found -> {
                    HotRow row = SessionLayouts.hotRow(found);
                    List<NumberedBlock> rest = new ArrayList<>();
                    for (NumberedBlock block : row.blocks().blocks()) {
                        if (!blocks.remove(row.blockId(block))) {
                            rest.add(block);
                        }
                    }
                    lose(losses, row, rest);
                    if (rest.isEmpty()) {
                        emptied.add(new Object[] {number, row.segmentNumber()});
                    } else if (rest.size() == row.blocks().blocks().size()) {
                        tail.add(row.blocks());
                    } else {
                        SessionBlocks remainder = remainder(row.blocks(), rest);
                        tail.add(remainder);
                        remainders.add(new Object[] {Packing.blocks(remainder), number, row.segmentNumber()});
                    }
                    return true;
                },
                number);
        transaction.batch(
                "update segment_session set packed = ? where session_number = ? and segment_number = ?", remainders);
        transaction.batch("delete from segment_session where session_number = ? and segment_number = ?", emptied);
        transaction.batch(
                "insert into former_segment (session_number, segment_number) values (?, ?) on conflict do nothing",
                emptied);
        ObjectLedger.removeSessions(transaction, List.copyOf(losses.values()), at);
        return tail;
    }

    private static void lose(Map<Long, SegmentLoss> losses, HotRow row, List<NumberedBlock> rest) {
        if (rest.size() < row.blocks().blocks().size()) {
            long left = rest.stream().mapToLong(one -> one.block().length()).sum();
            long segment = row.segmentNumber();
            losses.put(
                    segment,
                    new SegmentLoss(
                            segment, rest.isEmpty() ? 1 : 0, row.blocks().bytes() - left));
        }
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

    private void replaceRecordings(long number, RecordingCommit commit) throws SQLException {
        Set<String> replaced = new HashSet<>(commit.replacedRecordings());
        SessionLayouts.recordingKeys(transaction, number).forEach(replaced::remove);
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
    }

    /** What all recordings of a session are together. */
    private static final class Settled {
        private SessionFacts facts;
        private long activeMs;
        private long bytes;
        private int parts;

        boolean add(long recordingBytes, RecordingIndex index) {
            facts = plus(facts, index.facts());
            activeMs += index.activeMs();
            bytes += recordingBytes;
            parts++;
            return true;
        }
    }

    /** @param goesOn whether the next part may be settled at once */
    private void describe(long number, int newGeneration, Tail tail, boolean goesOn) throws SQLException {
        Settled settled = new Settled();
        transaction.each(
                "select bytes, packed from recording where session_number = ? order by part, key",
                row -> settled.add(row.getLong(1), Packing.index(row.getBytes(2))),
                number);
        SessionFacts facts = tail.isEmpty() ? settled.facts : plus(settled.facts, tail.facts);
        transaction.update(
                """
                update session set facts = ?, active_ms = ?, bytes_stored = ?, last_received_at = ?, is_final = ?,
                    settled = ?, indexed_at = ?, settle_after = ?, hot_bytes = ?, hot_since = ?,
                    lease_holder = null, lease_until = 0
                where number = ?""",
                Packing.facts(facts),
                settled.activeMs,
                settled.bytes + tail.bytesStored,
                facts.lastReceivedAt(),
                facts.isFinal() ? 1 : 0,
                tail.isEmpty() ? 1 : 0,
                at,
                goesOn ? at : at + backOffMs(newGeneration - settled.parts),
                tail.weight,
                tail.since,
                number);
        SessionIndex.write(transaction, List.of(new SessionIndex.Entry(number, session, facts, tail.isEmpty())));
        SettlingLeases.setDue(transaction, number, parts.isDue(tail.weight, tail.since, at));
        Terms.replace(transaction, new Terms.Found(session.project(), number, Terms.of(facts)));
    }

    private static SessionFacts plus(SessionFacts facts, SessionFacts more) {
        return facts == null ? more : facts.plus(more);
    }

    /** @param rewrites how often a part was settled again: each generation but the first of each part */
    private static long backOffMs(int rewrites) {
        return Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS << Math.max(0, Math.min(rewrites, 20)));
    }

    private static StoreException conflict(String why) {
        return new StoreException(StoreErrorKind.CONFLICT, "catalog: " + why);
    }
}
