package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.block;
import static io.tapedeck.store.catalog.Samples.facts;
import static io.tapedeck.store.catalog.Samples.session;
import static io.tapedeck.store.catalog.Samples.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.Catalog.JournalProgress.Range;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.SessionProgress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What {@link io.tapedeck.store.Catalog} promises of nodes, segments and objects. */
abstract class CatalogContract extends CatalogTestBase {
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
        catalog.forget(commit.key(), T);
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
    void commitSegment_ofNoSession_doomsTheSegment() {
        SegmentCommit commit = segment(T, 0, 5);

        assertThat(catalog.commitSegment(commit)).isEmpty();

        assertThat(catalog.doomed(T + 1, 10)).containsExactly(commit.key());
        assertThat(catalog.journalProgress(NODE).contains(4)).isTrue();
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
    void progress_isTheRevAndWhetherItIsSettled_ofThoseThatAreThere() throws SQLException {
        SessionKey c = session("c");
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T), holding(c, T)));
        catalog.commitSegment(segment(T + 1, holding(A, T + 1)));
        settle(B, T + 2);
        bury(c);

        assertThat(catalog.progress(List.of(A, B, c, session("never"), new SessionKey("other", "a"))))
                .isEqualTo(Map.of(A, new SessionProgress(2, false), B, new SessionProgress(2, true)));
        assertThat(catalog.progress(List.of())).isEmpty();
    }

    @Test
    void progress_ofASessionThatGoesOnAfterSettling_isNotSettled() {
        catalog.commitSegment(segment(T, holding(A, T)));
        settle(A, T + 1);
        catalog.commitSegment(segment(T + 2, holding(A, T + 2)));

        assertThat(catalog.progress(List.of(A))).isEqualTo(Map.of(A, new SessionProgress(3, false)));
    }

    @Test
    void progress_ofMoreSessionsThanFitIntoAStatement_isThatOfEach() {
        List<SessionKey> sessions =
                IntStream.range(0, 1_203).mapToObj(i -> session("many-" + i)).toList();
        catalog.commitSegment(
                segment(T, sessions.stream().map(one -> holding(one, T)).toArray(SegmentSession[]::new)));

        assertThat(catalog.progress(sessions)).hasSize(1_203).containsKeys(sessions.toArray(SessionKey[]::new));
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
                            int other = reversed ? 19 - s : s;
                            // Every other one is new in each round.
                            SessionKey session = session(other % 2 == 0 ? "s" + other : "s" + other + "-" + i);
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
        for (int s = 0; s < 20; s += 2) {
            assertCommits("s" + s, writers * commits);
            for (int i = 0; i < commits; i++) {
                assertCommits("s" + (s + 1) + "-" + i, writers);
            }
        }
    }

    private void assertCommits(String session, long commits) {
        SessionLayout layout = catalog.layout(session(session)).orElseThrow();
        assertThat(layout.rev()).isEqualTo(commits);
        assertThat(layout.facts().events()).isEqualTo(10L * commits);
        assertThat(layout.blocks()).hasSize((int) commits);
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
    void forgetJournalBelow_leavesOneRange() {
        catalog.commitSegment(segment(T, 0, 10, holding(A, T)));
        catalog.commitSegment(segment(T, 20, 40, holding(A, T)));

        catalog.forgetJournalBelow(NODE, 30);

        assertThat(catalog.journalProgress(NODE).ranges()).containsExactly(new Range(0, 40));
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
        catalog.forget("given-up", T);
        catalog.forget("fresh", T);
        assertThat(catalog.doomed(T + 1_000, 10)).containsExactly("stale");
        assertThat(catalog.doomStaleIntents(T + 1_000, T + 1_000)).isEqualTo(1);
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
}
