package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.block;
import static io.tapedeck.store.catalog.Samples.facts;
import static io.tapedeck.store.catalog.Samples.recording;
import static io.tapedeck.store.catalog.Samples.session;
import static io.tapedeck.store.catalog.Samples.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.CatalogWaiting;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.RecordingCommit;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.Catalog.SettlingLayout;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.PartBounds;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What {@link io.tapedeck.store.Catalog} promises of settling. */
abstract class SettlingContract extends CatalogTestBase {
    @Test
    void leaseSettleable_takesSilentSessionsOldestFirst() {
        catalog.commitSegment(segment(T + 20, holding(A, T + 20)));
        catalog.commitSegment(segment(T + 10, holding(B, T + 10)));
        catalog.commitSegment(segment(T + 30, holding(session("c"), T + 30)));

        assertThat(catalog.leaseSettleable("x", T + 50, T + 20, T + 20, T + 100, 10))
                .containsExactly(B, A);
        assertThat(catalog.leaseSettleable("y", T + 50, T + 30, T + 30, T + 100, 10))
                .containsExactly(session("c"));
    }

    @Test
    void leaseSettleable_takesEndedSessionsSooner() {
        SessionFacts ended = with(T + 20).ended().build();
        catalog.commitSegment(segment(T, holding(A, T + 20), new SegmentSession(B, ended, List.of(block(T + 20, 10)))));

        assertThat(catalog.leaseSettleable("x", T + 50, T + 10, T + 30, T + 100, 10))
                .containsExactly(B);
    }

    @Test
    void leaseSettleable_goesByTheLastReceiptAndNotByTheIndexedOne() {
        catalog.commitSegment(segment(T, holding(A, T)));
        catalog.commitSegment(segment(T + 1_000, holding(A, T + 1_000)));

        assertThat(catalog.leaseSettleable("x", T + 2_000, T + 999, T + 999, T + 9_000, 10))
                .isEmpty();
        assertThat(catalog.leaseSettleable("x", T + 2_000, T + 1_000, T + 1_000, T + 9_000, 10))
                .containsExactly(A);
    }

    @Test
    void leaseSettleable_passesOverLeasesUntilTheyEndOrAreReleased() {
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));

        assertThat(catalog.leaseSettleable("x", T + 10, T, T, T + 20, 1)).containsExactly(A);
        assertThat(catalog.leaseSettleable("y", T + 10, T, T, T + 20, 10)).containsExactly(B);
        assertThat(catalog.leaseSettleable("z", T + 19, T, T, T + 30, 10)).isEmpty();
        catalog.releaseSettling("z", B);
        assertThat(catalog.leaseSettleable("z", T + 19, T, T, T + 30, 10)).isEmpty();
        catalog.releaseSettling("y", B);
        assertThat(catalog.leaseSettleable("z", T + 19, T, T, T + 30, 10)).containsExactly(B);
        assertThat(catalog.leaseSettleable("z", T + 20, T, T, T + 30, 10)).containsExactly(A);
    }

    @Test
    void commitRecording_endsTheLease() {
        catalog.commitSegment(segment(T, holding(A, T)));
        assertThat(catalog.leaseSettleable("x", T + 10, T, T, T + 9_000_000, 10))
                .containsExactly(A);
        settle(A, T + 20);
        catalog.commitSegment(segment(T + 30, holding(A, T + 30)));

        assertThat(catalog.leaseSettleable("y", T + 8_000_000, T + 30, T + 30, T + 9_000_000, 10))
                .containsExactly(A);
    }

    @Test
    void releaseRepeated_endsTheLease() {
        catalog.commitSegment(segment(T, holding(A, T)));
        settle(A, T + 1);
        catalog.commitSegment(segment(T + 2, holding(A, T + 2)));
        assertThat(catalog.leaseSettleable("x", T + 8_000_000, T + 2, T + 2, T + 30_000_000, 10))
                .containsExactly(A);
        List<Long> blocks = catalog.layout(A).orElseThrow().blocks().stream()
                .map(LocatedBlock::blockId)
                .toList();
        catalog.releaseRepeated(A, 1, blocks, T + 8_000_001);
        catalog.commitSegment(segment(T + 8_000_002, holding(A, T + 8_000_002)));

        assertThat(catalog.leaseSettleable("y", T + 20_000_000, T + 8_000_002, T + 8_000_002, T + 30_000_000, 10))
                .containsExactly(A);
    }

    @Test
    void leaseSettleable_takesLivingSessionsOfWhichAPartIsDueByBytes() {
        int chunks = PartBounds.DEFAULT.chunksMax();
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));
        catalog.commitSegment(segment(T + 1, new SegmentSession(A, facts(T + 1), List.of(blockOf(T + 1, chunks)))));

        assertThat(leaseLiving(T + 2)).containsExactly(A);
        catalog.releaseSettling("x", A);
        settle(A, T + 3);
        catalog.commitSegment(segment(T + 10_000, holding(A, T + 10_000)));

        assertThat(leaseLiving(T + 1_000_000)).isEmpty();
    }

    @Test
    void leaseSettleable_takesLivingSessionsOfWhichAPartIsDueByAge() {
        long later = T + PartBounds.DEFAULT.ageMs();
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));
        catalog.commitSegment(segment(later - 1, holding(A, later - 1)));
        assertThat(leaseLiving(later)).isEmpty();

        catalog.commitSegment(segment(later, holding(A, later)));

        assertThat(leaseLiving(later)).containsExactly(A);
    }

    @Test
    void commitRecording_ofANewPart_leavesTheRestDueAtOnceAndALateOneNot() {
        int chunks = PartBounds.DEFAULT.chunksMax();
        catalog.commitSegment(segment(T, new SegmentSession(A, facts(T), List.of(blockOf(T, chunks)))));
        catalog.commitSegment(segment(T + 1, new SegmentSession(A, facts(T + 1), List.of(blockOf(T + 1, chunks)))));
        SessionLayout before = catalog.layout(A).orElseThrow();
        intendRecording("recordings/part0");
        catalog.commitRecording(new RecordingCommit(
                "recordings/part0",
                0,
                555,
                recording(A, 0, facts(T)),
                List.of(before.blocks().get(0).blockId()),
                List.of(),
                T + 2));

        assertThat(leaseLiving(T + 2)).containsExactly(A);
        catalog.releaseSettling("x", A);
        SessionLayout between = catalog.layout(A).orElseThrow();
        assertThat(between.blocks()).hasSize(1);
        intendRecording("recordings/part0again");
        catalog.commitRecording(new RecordingCommit(
                "recordings/part0again",
                1,
                555,
                recording(A, 0, facts(T)),
                List.of(),
                List.of("recordings/part0"),
                T + 3));

        assertThat(leaseLiving(T + 3)).isEmpty();
        assertThat(leaseLiving(T + 3 + 10_000)).containsExactly(A);
    }

    @Test
    void settlingLayout_listsBlocksUpToItsBoundAndRecordingsByName() {
        catalog.commitSegment(segment(T, holding(A, T)));
        RecordingCommit settled = settle(A, T + 1);
        for (int i = 0; i < 4; i++) {
            catalog.commitSegment(segment(T + 10 + i, holding(A, T + 10 + i)));
        }

        SettlingLayout bounded = catalog.settlingLayout(A, 3).orElseThrow();
        SettlingLayout whole = catalog.settlingLayout(A, 4).orElseThrow();

        assertThat(bounded.blocks()).hasSize(3);
        assertThat(bounded.isComplete()).isFalse();
        assertThat(whole.blocks()).isEqualTo(catalog.layout(A).orElseThrow().blocks());
        assertThat(whole.isComplete()).isTrue();
        assertThat(whole.generation()).isEqualTo(1);
        assertThat(whole.recordings()).containsExactly(settled.key());
        assertThat(catalog.recording(A, settled.key()))
                .isEqualTo(catalog.layout(A).orElseThrow().recordings().get(0));
        assertThat(catalog.settlingLayout(B, 4)).isEmpty();
        assertThatThrownBy(() -> catalog.recording(B, settled.key()))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.NOT_FOUND));
    }

    /** Sessions whose windows are not silent. */
    private List<SessionKey> leaseLiving(long now) {
        return catalog.leaseSettleable("x", now, 0, 0, now + 1, 10);
    }

    private static BlockRef blockOf(long at, int chunks) {
        List<ChunkRef> refs = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            refs.add(new ChunkRef(new ChunkId(at, i), i, 1, at, at, at));
        }
        return new BlockRef(Samples.WINDOW, 0, 100, 1_000, 42, chunks, at, at, List.of(), refs);
    }

    @Test
    void releaseSettling_ofAHolder_givesBackAllOfItsLeasesAndNobodyElses() {
        SessionKey c = session("c");
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T), holding(c, T)));
        assertThat(catalog.leaseSettleable("x", T + 10, T, T, T + 20, 2)).containsExactly(A, B);
        assertThat(catalog.leaseSettleable("y", T + 10, T, T, T + 20, 2)).containsExactly(c);

        catalog.releaseSettling("x");
        catalog.releaseSettling("nobody");

        assertThat(catalog.leaseSettleable("z", T + 10, T, T, T + 20, 10)).containsExactly(A, B);
    }

    @Test
    void leaseSettleable_byManyAtOnce_givesEachSessionToOne() throws Exception {
        List<SegmentSession> sessions = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sessions.add(holding(session("s" + i), T + i));
        }
        catalog.commitSegment(segment(T + 100, sessions.toArray(SegmentSession[]::new)));
        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<SessionKey> leased = new ArrayList<>();
        try {
            List<Future<List<SessionKey>>> running = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String holder = "settler" + i;
                running.add(pool.submit(() -> catalog.leaseSettleable(holder, T + 500, T + 500, T + 500, T + 900, 5)));
            }
            for (Future<List<SessionKey>> one : running) {
                assertThat(one.get()).as("who was late finds others").hasSizeBetween(1, 5);
                leased.addAll(one.get());
            }
        } finally {
            pool.shutdownNow();
        }
        leased.addAll(catalog.leaseSettleable("last", T + 500, T + 500, T + 500, T + 900, 200));

        assertThat(leased).doesNotHaveDuplicates().hasSize(100);
    }

    @Test
    void commitRecording_replacesTheBlocks() {
        SegmentCommit segment = segment(T, holding(A, T), holding(B, T));
        catalog.commitSegment(segment);

        RecordingIndex index = recording(A, 0, facts(T));
        RecordingCommit commit = recordingOf(A, index, T + 1);
        catalog.commitRecording(commit);
        catalog.commitRecording(commit);

        SessionLayout layout = catalog.layout(A).orElseThrow();
        assertThat(layout.rev()).isEqualTo(2);
        assertThat(layout.generation()).isEqualTo(1);
        assertThat(layout.activeMs()).isEqualTo(700);
        assertThat(layout.facts()).isEqualTo(facts(T));
        assertThat(layout.blocks()).isEmpty();
        assertThat(layout.recordings()).containsExactly(new LocatedRecording(commit.key(), 555, index));
        assertThat(catalog.doomed(T + 100, 10)).isEmpty();
        settle(B, T + 2);
        assertThat(catalog.doomed(T + 100, 10)).containsExactly(segment.key());
        assertThat(catalog.totals().recordings()).isEqualTo(2);
        assertThat(catalog.totals().segments()).isZero();
        assertThat(catalog.totals().unsettledSessions()).isZero();
        assertThat(catalog.waiting())
                .isEqualTo(new CatalogWaiting(0, 0, catalog.totals().doomedObjects()));
    }

    @Test
    void commitRecording_leavesWhatItDidNotRead() {
        catalog.commitSegment(segment(T, holding(A, T)));
        RecordingCommit commit = recordingOf(A, recording(A, 0, facts(T)), T + 9);
        SegmentCommit late = segment(T + 5, holding(A, T + 5));
        catalog.commitSegment(late);

        catalog.commitRecording(commit);

        SessionLayout layout = catalog.layout(A).orElseThrow();
        assertThat(layout.blocks()).extracting(LocatedBlock::segmentKey).containsExactly(late.key());
        assertThat(layout.recordings()).hasSize(1);
        assertThat(layout.facts()).isEqualTo(facts(T).plus(facts(T + 5)));
        assertThat(catalog.totals().unsettledSessions()).isEqualTo(1);
        assertThat(catalog.waiting().unsettledSessions()).isEqualTo(1);
    }

    @Test
    void commitRecording_ofSomeOfASegmentsBlocks_leavesTheOthers() {
        SessionFacts both = facts(T).plus(facts(T + 50));
        SegmentSession twoBlocks = new SegmentSession(A, both, List.of(block(T, 10), block(T + 50, 10)));
        SegmentCommit segment = segment(T, twoBlocks);
        catalog.commitSegment(segment);
        List<LocatedBlock> blocks = catalog.layout(A).orElseThrow().blocks();

        intendRecording("recordings/part0");
        catalog.commitRecording(new RecordingCommit(
                "recordings/part0",
                0,
                555,
                recording(A, 0, facts(T)),
                List.of(blocks.get(0).blockId()),
                List.of(),
                T + 60));

        SessionLayout layout = catalog.layout(A).orElseThrow();
        assertThat(layout.blocks()).containsExactly(blocks.get(1));
        assertThat(layout.facts().events()).isEqualTo(20);
        assertThat(layout.facts().bytesRaw()).isEqualTo(2_000);
        assertThat(catalog.doomed(T + 100, 10)).isEmpty();
    }

    @Test
    void commitRecording_ofTheNextGeneration_dooms_theRecordingItReplaces() {
        catalog.commitSegment(segment(T, holding(A, T)));
        RecordingCommit first = settle(A, T + 1);
        catalog.commitSegment(segment(T + 2, holding(A, T + 2)));
        SessionFacts all = facts(T).plus(facts(T + 2));
        RecordingCommit second = recordingOf(A, recording(A, 0, all), T + 3);
        catalog.commitRecording(second);

        SessionLayout layout = catalog.layout(A).orElseThrow();
        assertThat(layout.generation()).isEqualTo(2);
        assertThat(layout.facts()).isEqualTo(all);
        assertThat(layout.recordings()).extracting(LocatedRecording::key).containsExactly(second.key());
        assertThat(catalog.doomed(T + 100, 10)).contains(first.key());
        catalog.commitRecording(first);
        assertThat(catalog.layout(A)).contains(layout);
    }

    @Test
    void commitRecording_inParts_addsThemUp() {
        catalog.commitSegment(segment(T, holding(A, T)));
        settle(A, T + 1);
        catalog.commitSegment(segment(T + 100, holding(A, T + 100)));
        SessionLayout before = catalog.layout(A).orElseThrow();
        intendRecording("recordings/part1");
        catalog.commitRecording(new RecordingCommit(
                "recordings/part1",
                1,
                555,
                recording(A, 1, facts(T + 100)),
                before.blocks().stream().map(LocatedBlock::blockId).toList(),
                List.of(),
                T + 200));

        SessionLayout layout = catalog.layout(A).orElseThrow();
        assertThat(layout.recordings()).extracting(one -> one.index().part()).containsExactly(0, 1);
        assertThat(layout.facts()).isEqualTo(facts(T).plus(facts(T + 100)));
        assertThat(layout.activeMs()).isEqualTo(1_400);
    }

    @Test
    void commitRecording_ofAnotherGeneration_isAConflictAndDoomsTheNewObject() {
        catalog.commitSegment(segment(T, holding(A, T)));
        RecordingCommit slow = recordingOf(A, recording(A, 0, facts(T)), T + 1);
        settle(A, T + 1);
        SessionLayout before = catalog.layout(A).orElseThrow();

        assertConflict(() -> catalog.commitRecording(slow));

        assertThat(catalog.layout(A)).contains(before);
        assertThat(catalog.doomed(T + 100, 10)).contains(slow.key());
    }

    @Test
    void commitRecording_ofBlocksThatAreNotItsSessions_isAConflict() {
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));
        RecordingCommit wrong = recordingOf(A, recording(B, 0, facts(T)), T + 1);

        assertConflict(() -> catalog.commitRecording(wrong));

        assertThat(catalog.layout(B).orElseThrow().rev()).isEqualTo(1);
        assertThat(catalog.doomed(T + 100, 10)).containsExactly(wrong.key());
    }

    @Test
    void commitRecording_ofAnErasedSession_isAConflict() throws SQLException {
        catalog.commitSegment(segment(T, holding(A, T)));
        RecordingCommit commit = recordingOf(A, recording(A, 0, facts(T)), T + 1);
        bury(A);

        assertConflict(() -> catalog.commitRecording(commit));
    }

    @Test
    void releaseRepeated_takesTheTailAwayAndLeavesTheGeneration() {
        catalog.commitSegment(segment(T, holding(A, T)));
        settle(A, T + 1);
        SegmentCommit repeated = segment(T + 2, holding(A, T));
        catalog.commitSegment(repeated);
        SessionLayout before = catalog.layout(A).orElseThrow();
        List<Long> blocks = before.blocks().stream().map(LocatedBlock::blockId).toList();

        catalog.releaseRepeated(A, 1, blocks, T + 3);
        catalog.releaseRepeated(A, 1, blocks, T + 4);

        SessionLayout after = catalog.layout(A).orElseThrow();
        assertThat(after.blocks()).isEmpty();
        assertThat(after.recordings()).isEqualTo(before.recordings());
        assertThat(after.generation()).isEqualTo(1);
        assertThat(after.rev()).isGreaterThan(before.rev());
        assertThat(after.facts()).isEqualTo(facts(T));
        assertThat(catalog.doomed(T + 100, 10)).contains(repeated.key());
        assertThat(lease(T + 10_000_000)).isEmpty();
        assertConflict(() -> catalog.releaseRepeated(A, 0, blocks, T + 5));
        assertConflict(() -> catalog.releaseRepeated(B, 0, blocks, T + 5));
    }

    @Test
    void releaseRepeated_withoutARecording_isRefused() {
        catalog.commitSegment(segment(T, holding(A, T)));
        List<Long> blocks = catalog.layout(A).orElseThrow().blocks().stream()
                .map(LocatedBlock::blockId)
                .toList();

        assertThatIllegalArgumentException().isThrownBy(() -> catalog.releaseRepeated(A, 0, blocks, T + 1));

        assertThat(catalog.layout(A).orElseThrow().blocks()).hasSize(1);
    }

    @Test
    void aSettledSession_isSettleableAgainOnlyWithATailAndAfterABackOff() {
        catalog.commitSegment(segment(T, holding(A, T)));
        settle(A, T + 1);
        assertThat(lease(T + 10_000_000)).isEmpty();

        catalog.commitSegment(segment(T + 2, holding(A, T + 2)));
        assertThat(lease(T + 3)).isEmpty();
        assertThat(lease(T + 1 + 5_000)).containsExactly(A);

        settle(A, T + 10_000);
        catalog.commitSegment(segment(T + 10_001, holding(A, T + 10_001)));
        assertThat(lease(T + 10_000 + 9_999)).isEmpty();
        assertThat(lease(T + 10_000 + 10_000)).containsExactly(A);
    }
}
