package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.block;
import static io.tapedeck.store.catalog.Samples.facts;
import static io.tapedeck.store.catalog.Samples.recording;
import static io.tapedeck.store.catalog.Samples.session;
import static io.tapedeck.store.catalog.Samples.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.Catalog.JournalProgress.Range;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.RecordingCommit;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link io.tapedeck.store.Catalog} promises of segments, recordings and objects, on a new database each time. */
abstract class CatalogContract {
    static final long T = 1_800_000_000_000L;
    static final SessionKey A = session("a");
    static final SessionKey B = session("b");
    static final String NODE = "node1";

    final AtomicInteger objects = new AtomicInteger();
    JdbcCatalog catalog;
    long epoch;

    abstract CatalogSettings settings();

    @BeforeEach
    void open() {
        catalog = JdbcCatalog.open(settings(), new SimpleMeterRegistry());
        epoch = catalog.startNode(NODE).epoch();
    }

    @AfterEach
    void close() throws SQLException {
        catalog.close();
        try (Connection connection = connect()) {
            CatalogInvariants.check(new Transaction(connection));
        }
    }

    @Test
    void startNode_raisesTheEpochOfThatNodeOnly() {
        assertThat(catalog.startNode(NODE).epoch()).isEqualTo(epoch + 1);
        assertThat(catalog.epoch(NODE)).isEqualTo(epoch + 1);
        assertThat(catalog.startNode("other").epoch()).isEqualTo(1);
        assertThat(catalog.epoch("never started")).isZero();
    }

    @Test
    void commitSegment_makesBlocksAndFactsVisible() {
        SegmentCommit commit = segment(T, holding(A, T), holding(B, T));

        assertThat(catalog.commitSegment(commit)).isEmpty();

        SessionLayout layout = catalog.layout(A).orElseThrow();
        assertThat(layout.rev()).isEqualTo(1);
        assertThat(layout.generation()).isZero();
        assertThat(layout.facts()).isEqualTo(facts(T));
        assertThat(layout.activeMs()).isNull();
        assertThat(layout.recordings()).isEmpty();
        assertThat(layout.blocks()).extracting(LocatedBlock::segmentKey).containsExactly(commit.key());
        assertThat(layout.blocks()).extracting(LocatedBlock::block).containsExactly(block(T, 10));
        assertThat(catalog.layout(B)).isPresent();
        assertThat(catalog.layout(session("c"))).isEmpty();
        assertThat(catalog.layout(new SessionKey("other", "a"))).isEmpty();
    }

    @Test
    void commitSegment_joinsFactsAndKeepsBlocksInTheOrderOfCommits() {
        SegmentCommit later = segment(T + 10, holding(A, T + 10));
        SegmentCommit earlier = segment(T, holding(A, T));

        catalog.commitSegment(earlier);
        catalog.commitSegment(later);

        SessionLayout layout = catalog.layout(A).orElseThrow();
        assertThat(layout.rev()).isEqualTo(2);
        assertThat(layout.facts()).isEqualTo(facts(T).plus(facts(T + 10)));
        assertThat(layout.blocks()).extracting(LocatedBlock::segmentKey).containsExactly(earlier.key(), later.key());
        assertThat(layout.blocks()).extracting(LocatedBlock::blockId).doesNotHaveDuplicates();
    }

    @Test
    void commitSegment_ofASessionListedTwice_joinsBoth() {
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T), holding(A, T + 5)));

        SessionLayout layout = catalog.layout(A).orElseThrow();
        assertThat(layout.facts().events()).isEqualTo(20);
        assertThat(layout.blocks()).extracting(LocatedBlock::block).containsExactly(block(T, 10), block(T + 5, 10));
    }

    @Test
    void commitSegment_ofThousandsOfSessions_commitsEach() {
        List<SegmentSession> sessions = new ArrayList<>();
        for (int i = 0; i < 2_345; i++) {
            sessions.add(holding(session("s" + i), T));
        }
        catalog.commitSegment(segment(T, sessions.toArray(SegmentSession[]::new)));
        catalog.commitSegment(segment(T + 1, sessions.toArray(SegmentSession[]::new)));

        assertThat(catalog.totals().sessions()).isEqualTo(2_345);
        assertThat(catalog.layout(session("s2344")).orElseThrow().rev()).isEqualTo(2);
    }

    @Test
    void commitSegment_repeated_changesNothing() {
        SegmentCommit commit = segment(T, 0, 5, holding(A, T));
        catalog.commitSegment(commit);
        SessionLayout before = catalog.layout(A).orElseThrow();

        assertThat(catalog.commitSegment(commit)).isEmpty();

        assertThat(catalog.layout(A)).contains(before);
        assertThat(catalog.journalProgress(NODE).ranges()).containsExactly(new Range(0, 5));
    }

    @Test
    void commitSegment_repeatedAfterItWasSettledAwayAndForgotten_changesNothing() {
        SegmentCommit commit = segment(T, 0, 5, holding(A, T));
        catalog.commitSegment(commit);
        settle(A, T + 1);
        catalog.forget(commit.key());
        SessionLayout before = catalog.layout(A).orElseThrow();

        assertThat(catalog.commitSegment(commit)).isEmpty();

        assertThat(catalog.layout(A)).contains(before);
    }

    @Test
    void commitSegment_withoutAnIntent_isAConflictAndChangesNothing() {
        SegmentCommit commit = new SegmentCommit("segments/none", NODE, epoch, 1, 0, 5, T, List.of(holding(A, T)));

        assertConflict(() -> catalog.commitSegment(commit));

        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.journalProgress(NODE).ranges()).isEmpty();
    }

    @Test
    void commitSegment_ofADoomedIntent_isAConflict() {
        SegmentCommit commit = segment(T, holding(A, T));
        catalog.doom(commit.key(), T);

        assertConflict(() -> catalog.commitSegment(commit));

        assertThat(catalog.layout(A)).isEmpty();
    }

    @Test
    void commitSegment_ofAnOldEpoch_isAConflict() {
        SegmentCommit commit = segment(T, holding(A, T));
        catalog.startNode(NODE);

        assertConflict(() -> catalog.commitSegment(commit));

        assertThat(catalog.layout(A)).isEmpty();
    }

    @Test
    void commitSegment_leavesErasedSessionsOut() throws SQLException {
        bury(A);
        SegmentCommit commit = segment(T, 0, 5, holding(A, T), holding(B, T));

        assertThat(catalog.commitSegment(commit)).containsExactly(A);
        assertThat(catalog.commitSegment(commit)).containsExactly(A);

        assertThat(catalog.isErased(A)).isTrue();
        assertThat(catalog.isErased(B)).isFalse();
        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.layout(B)).isPresent();
        assertThat(catalog.journalProgress(NODE).contains(4)).isTrue();
    }

    @Test
    void commitSegment_ofErasedSessionsOnly_doomsTheSegment() throws SQLException {
        bury(A);
        SegmentCommit commit = segment(T, 0, 5, holding(A, T));

        assertThat(catalog.commitSegment(commit)).containsExactly(A);

        assertThat(catalog.doomed(T + 1, 10)).containsExactly(commit.key());
    }

    @Test
    void aSessionErasedWhileItLives_isGoneForReaders() throws SQLException {
        catalog.commitSegment(segment(T, holding(A, T)));
        bury(A);

        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.commitSegment(segment(T + 1, holding(A, T + 1)))).containsExactly(A);
        assertThat(lease(T + 1_000_000)).isEmpty();
    }

    @Test
    void commitSegment_fromManyWritersAtOnce_countsEachExactlyOnce() throws Exception {
        int writers = 4;
        long commits = 15;
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        try (JdbcCatalog second = secondCatalog()) {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                JdbcCatalog through = writer % 2 == 0 ? catalog : second;
                String node = "writer" + writer;
                long started = through.startNode(node).epoch();
                boolean reversed = writer % 2 == 1;
                running.add(pool.submit(() -> {
                    start.await();
                    for (int i = 0; i < commits; i++) {
                        String key = "segments/" + node + "-" + i;
                        through.intend(new ObjectIntent(key, ObjectKind.SEGMENT, "main", node, T));
                        List<SegmentSession> sessions = new ArrayList<>();
                        for (int s = 0; s < 20; s++) {
                            SessionFacts facts = with(T + i)
                                    .urls("https://a.test/" + i)
                                    .user("u" + i % 3)
                                    .build();
                            SessionKey session = session("s" + (reversed ? 19 - s : s));
                            sessions.add(new SegmentSession(session, facts, List.of(block(T + i, 10))));
                        }
                        through.commitSegment(
                                new SegmentCommit(key, node, started, 9, i, i + 1, T + i * 40_000L, sessions));
                    }
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            pool.shutdownNow();
        }
        for (int s = 0; s < 20; s++) {
            SessionLayout layout = catalog.layout(session("s" + s)).orElseThrow();
            assertThat(layout.rev()).isEqualTo(writers * commits);
            assertThat(layout.facts().events()).isEqualTo(10L * writers * commits);
            assertThat(layout.blocks()).hasSize((int) (writers * commits));
        }
    }

    @Test
    void journalProgress_joinsRangesThatTouch() {
        catalog.commitSegment(segment(T, 10, 20, holding(A, T)));
        catalog.commitSegment(segment(T, 30, 40, holding(A, T)));
        catalog.commitSegment(segment(T, 0, 10, holding(A, T)));
        assertThat(catalog.journalProgress(NODE).ranges()).containsExactly(new Range(0, 20), new Range(30, 40));

        catalog.commitSegment(segment(T, 20, 30, holding(A, T)));
        assertThat(catalog.journalProgress(NODE).ranges()).containsExactly(new Range(0, 40));
        assertThat(catalog.journalProgress("other").ranges()).isEmpty();
    }

    @Test
    void forgetJournalBelow_cutsRanges() {
        catalog.commitSegment(segment(T, 0, 10, holding(A, T)));
        catalog.commitSegment(segment(T, 20, 40, holding(A, T)));

        catalog.forgetJournalBelow(NODE, 30);

        assertThat(catalog.journalProgress(NODE).ranges()).containsExactly(new Range(30, 40));
    }

    @Test
    void intents_areDoomedWhenTheyAreGivenUpOrStale() {
        catalog.intend(new ObjectIntent("given-up", ObjectKind.SEGMENT, "main", NODE, T));
        catalog.intend(new ObjectIntent("given-up", ObjectKind.SEGMENT, "main", NODE, T));
        catalog.intend(new ObjectIntent("stale", ObjectKind.RECORDING, "main", NODE, T));
        catalog.intend(new ObjectIntent("fresh", ObjectKind.RECORDING, "main", NODE, T + 100));
        SegmentCommit live = segment(T, holding(A, T));
        catalog.commitSegment(live);

        catalog.doom("given-up", T + 5);
        catalog.doom("unknown", T + 5);
        catalog.doom(live.key(), T + 5);
        assertThat(catalog.doomStaleIntents(T + 100, T + 200)).isEqualTo(1);

        assertThat(catalog.doomed(T + 1_000, 10)).containsExactly("given-up", "stale");
        assertThat(catalog.doomed(T + 200, 10)).containsExactly("given-up");
        assertThat(catalog.doomed(T + 1_000, 1)).containsExactly("given-up");
        assertThat(catalog.totals().doomedObjects()).isEqualTo(2);
        catalog.forget("given-up");
        catalog.forget("fresh");
        assertThat(catalog.doomed(T + 1_000, 10)).containsExactly("stale");
        assertThat(catalog.doomStaleIntents(T + 1_000, T + 1_000)).isEqualTo(1);
    }

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
                running.add(pool.submit(() -> catalog.leaseSettleable(holder, T + 500, T + 500, T + 500, T + 900, 8)));
            }
            for (Future<List<SessionKey>> one : running) {
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

    @Test
    void everything_survivesReopening() {
        catalog.commitSegment(segment(T, 0, 5, holding(A, T), holding(B, T)));
        settle(B, T + 1);
        SessionLayout a = catalog.layout(A).orElseThrow();
        SessionLayout b = catalog.layout(B).orElseThrow();

        catalog.close();
        open();

        assertThat(catalog.layout(A)).contains(a);
        assertThat(catalog.layout(B)).contains(b);
        assertThat(catalog.journalProgress(NODE).ranges()).containsExactly(new Range(0, 5));
        catalog.commitSegment(segment(T + 9, holding(A, T + 9)));
        assertThat(catalog.layout(A).orElseThrow().blocks())
                .extracting(LocatedBlock::blockId)
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    @Test
    void layout_saysWhenRetentionRemovesTheSession() {
        catalog.commitSegment(segment(T, holding(A, T)));
        assertThat(catalog.layout(A).orElseThrow().expiresAt()).isNull();

        catalog.bootstrap(new Bootstrap(List.of(), "pk_1", null, null), T);

        assertThat(catalog.layout(A).orElseThrow().expiresAt()).isEqualTo(T + 30 * 86_400_000L);
    }

    @Test
    void whatASiteSends_isKeptWhateverItsCharacters() {
        catalog.commitSegment(segment(T, holdingText("a\0b\u001F\"'%_\\ü😀")));
        assertThat(catalog.layout(A).orElseThrow().facts())
                .isEqualTo(holdingText("a\0b\u001F\"'%_\\ü😀").facts());
    }

    @Test
    void whatASiteSends_inBrokenUnicode_losesOnlyWhatIsBroken() {
        catalog.commitSegment(segment(T, holdingText("a\uD800b")));
        assertThat(catalog.layout(A).orElseThrow().facts())
                .isEqualTo(holdingText("a?b").facts());
    }

    private static SegmentSession holdingText(String odd) {
        SessionFacts facts = with(T).urls("https://a.test/" + odd)
                .user(odd)
                .tag(odd, odd)
                .event(odd)
                .client(odd, odd, odd, odd)
                .build();
        return new SegmentSession(A, facts, List.of(block(T, 10)));
    }

    @Test
    void check_passes() {
        catalog.check();
    }

    Connection connect() throws SQLException {
        CatalogSettings settings = settings();
        return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    }

    /** Another process's catalog, where another process may have one. */
    JdbcCatalog secondCatalog() {
        return JdbcCatalog.open(settings(), new SimpleMeterRegistry());
    }

    static SegmentSession holding(SessionKey session, long at) {
        return new SegmentSession(session, facts(at), List.of(block(at, 10)));
    }

    SegmentCommit segment(long at, SegmentSession... sessions) {
        return segment(at, 0, 0, sessions);
    }

    SegmentCommit segment(long at, long journalFrom, long journalTo, SegmentSession... sessions) {
        String key = "segments/" + objects.incrementAndGet();
        catalog.intend(new ObjectIntent(key, ObjectKind.SEGMENT, "main", NODE, at));
        return new SegmentCommit(key, NODE, epoch, 4_242, journalFrom, journalTo, at, List.of(sessions));
    }

    void intendRecording(String key) {
        catalog.intend(new ObjectIntent(key, ObjectKind.RECORDING, "main", NODE, T));
    }

    /** A commit that replaces everything the session has now. */
    RecordingCommit recordingOf(SessionKey session, RecordingIndex index, long at) {
        SessionLayout layout = catalog.layout(session).orElseThrow();
        String key = "recordings/" + objects.incrementAndGet();
        intendRecording(key);
        return new RecordingCommit(
                key,
                layout.generation(),
                555,
                index,
                layout.blocks().stream().map(LocatedBlock::blockId).toList(),
                layout.recordings().stream().map(LocatedRecording::key).toList(),
                at);
    }

    RecordingCommit settle(SessionKey session, long at) {
        SessionFacts facts = catalog.layout(session).orElseThrow().facts();
        RecordingCommit commit = recordingOf(session, recording(session, 0, facts), at);
        catalog.commitRecording(commit);
        return commit;
    }

    private Collection<SessionKey> lease(long now) {
        return catalog.leaseSettleable("settler", now, now, now, now, 10);
    }

    void bury(SessionKey session) throws SQLException {
        try (Connection connection = connect()) {
            new Transaction(connection)
                    .update(
                            "insert into tombstone (project, session, reason, at) values (?, ?, 0, ?)",
                            session.project(),
                            session.session(),
                            T);
        }
    }

    static void assertConflict(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.CONFLICT));
    }
}
