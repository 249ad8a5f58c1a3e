package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.block;
import static io.tapedeck.store.catalog.Samples.session;
import static io.tapedeck.store.catalog.Samples.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.BlockRef;
import io.tapedeck.store.By;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SegmentCommit;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.CompactionCatalog;
import io.tapedeck.store.CompactionCatalog.LiveSegment;
import io.tapedeck.store.CompactionCatalog.RewriteCommit;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.Covered;
import io.tapedeck.store.ErasureCatalog.ErasedObject;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.OpenErasures;
import io.tapedeck.store.ErasureCatalog.Outstanding;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.ProjectCatalog.AuditEntry;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link ErasureCatalog} and {@link CompactionCatalog} promise. */
abstract class ErasureCatalogContract extends CatalogTestBase {
    private static final By BY = new By("admin", T + 1_000_000);

    private ErasureCatalog erasures;
    private CompactionCatalog compaction;

    @BeforeEach
    void seams() {
        erasures = catalog.catalogs().erasures();
        compaction = catalog.catalogs().compaction();
    }

    @Test
    void anErasureOfASession_goesAllTheWay() {
        SegmentCommit shared = segment(T, holding(A, T), holding(B, T));
        catalog.commitSegment(shared);
        String recording = settle(A, T + 1).key();

        Erasure erasure = erasures.request(Subject.session(A), "why", BY);

        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.isErased(A)).isTrue();
        assertThat(erasures.request(Subject.session(A), "again", BY)).isEqualTo(erasure);
        assertThat(erasures.open(0, 10)).containsExactly(erasure);
        assertThat(erasures.open(erasure.number(), 10)).isEmpty();
        assertThat(erasures.countOpen()).isEqualTo(new OpenErasures(1, BY.at()));
        assertThat(erasures.newest()).isEqualTo(erasure.number());
        assertThat(erasures.erasedSince(0, 10).sessions()).containsExactly(A);
        List<Covered> covered = erasures.covered(erasure.id(), 10, T + 2);
        assertThat(covered).extracting(Covered::session).containsExactly(A);
        erasures.erase(erasure.id(), List.of(A), T + 3);
        erasures.erase(erasure.id(), List.of(A), T + 3);
        assertThat(erasures.covered(erasure.id(), 10, T + 4)).isEmpty();
        assertThat(catalog.doomed(0, 10)).containsExactly(recording);
        catalog.forget(recording, T + 5);
        Outstanding left = erasures.outstanding(erasure.id());
        assertThat(left.sessions()).isZero();
        assertThat(left.objects()).isZero();
        assertThat(left.segments()).isEqualTo(1);
        assertThat(left.nodes()).extracting(ErasureCatalog.NodePassed::node).containsExactly(NODE);

        rewrite(T + 6);
        assertThat(catalog.doomed(0, 10)).containsExactly(shared.key());
        catalog.forget(shared.key(), T + 7);
        erasures.pass(NODE, erasure.number(), T + 8);
        assertThat(erasures.outstanding(erasure.id()).isNothing()).isTrue();
        erasures.finish(erasure.id(), "{}", T + 9);
        erasures.finish(erasure.id(), "{\"other\":1}", T + 10);

        Erasure done = erasures.erasure(erasure.id()).orElseThrow();
        assertThat(done.finalAt()).isEqualTo(T + 9);
        assertThat(done.certificate()).isEqualTo("{}");
        assertThat(erasures.open(0, 10)).isEmpty();
        assertThat(erasures.countOpen()).isEqualTo(new OpenErasures(0, 0));
        assertThat(erasures.objects(erasure.id(), null, 10))
                .extracting(ErasedObject::key)
                .containsExactly(recording, shared.key());
        assertThat(catalog.layout(B).orElseThrow().blocks()).hasSize(1);
        assertThat(catalog.commitSegment(segment(T + 11, holding(A, T + 11)))).containsExactly(A);
    }

    @Test
    void anErasureOfAUser_coversWhatCarriesHimAndBeganBefore() {
        catalog.commitSegment(segment(T, carrying(A, T, "jane"), carrying(B, T, "joe")));

        Erasure erasure = erasures.request(Subject.user("default", "jane"), null, BY);

        assertThat(erasure.sessions()).isEqualTo(1);
        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.layout(B)).isPresent();
        SessionKey late = session("late");
        SessionKey after = session("after");
        assertThat(catalog.commitSegment(
                        segment(T + 1, carrying(late, T + 1, "jane"), carrying(after, BY.at() + 1, "jane"))))
                .containsExactly(late);
        assertThat(catalog.layout(after)).isPresent();
        assertThat(catalog.isErased(late)).isTrue();
        erasures.erase(erasure.id(), List.of(A), T + 2);
        assertThat(erasures.covered(erasure.id(), 10, T + 3)).isEmpty();
        erasures.finish(erasure.id(), "{}", T + 4);
        assertThat(erasures.erasure(erasure.id()).orElseThrow().subject().name())
                .isNull();
    }

    @Test
    void whatACompactorCopiedBeforeALateSessionWasGone_keepsTheErasureOpen_untilItIsDeleted() {
        catalog.commitSegment(segment(T, carrying(A, T, "jane")));
        Erasure erasure = erasures.request(Subject.user("default", "jane"), null, BY);
        SessionKey late = session("late");
        catalog.intend(new ObjectIntent("segments/copy", ObjectKind.SEGMENT, "main", "compactor1", T + 1));
        catalog.commitSegment(segment(T + 1, carrying(late, T + 1, "jane")));

        erasures.erase(erasure.id(), List.of(A, late), T + 2);

        assertThat(erasures.outstanding(erasure.id()).intents()).isEqualTo(1);
        catalog.doom("segments/copy", T + 3);
        assertThat(erasures.outstanding(erasure.id()).intents()).isEqualTo(1);
        catalog.forget("segments/copy", T + 4);
        assertThat(erasures.outstanding(erasure.id()).intents()).isZero();
        assertThat(erasures.objects(erasure.id(), null, 10))
                .extracting(ErasedObject::key)
                .contains("segments/copy");
    }

    @Test
    void aUsersSessions_areLookedAtOneByOne_andNoMoreThanAskedFor() throws SQLException {
        SessionFacts facts = with(T).user("ann").build();
        catalog.commitSegment(segment(
                T,
                new SegmentSession(A, facts, List.of(block(T, 10))),
                new SegmentSession(B, facts, List.of(block(T, 10)))));
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            Transaction transaction = new Transaction(connection);
            transaction.update("update session set facts = 'nothing that could be read' where id = ?", B.session());

            assertThat(ErasedSessionRows.carrying(transaction, "default", "ann", T + 1_000, 1))
                    .extracting(ErasedSessionRows.Carrying::key)
                    .containsExactly(A);

            connection.rollback();
        }
    }

    @Test
    void aSessionWhoseFactsAreDamaged_isTakenOutToo() throws SQLException {
        catalog.commitSegment(segment(T, holding(A, T)));
        Erasure erasure = erasures.request(Subject.session(A), null, BY);
        damageFacts(A);

        assertThat(erasures.covered(erasure.id(), 10, T + 1)).containsExactly(Covered.atAnyTime(A));

        erasures.erase(erasure.id(), List.of(A), T + 1);
        assertThat(erasures.covered(erasure.id(), 10, T + 2)).isEmpty();
        assertThat(erasures.outstanding(erasure.id()).sessions()).isZero();
        assertThat(damagedRows()).isEqualTo(1);
    }

    @Test
    void aLongCertificate_isOnlyThereForWhoAsksForItsErasure() {
        Erasure erasure = erasures.request(Subject.user("default", "jane"), null, BY);
        String certificate = "{\"sessionIds\":[\"" + "x".repeat(2 << 20) + "\"],\"digest\":\"0f\"}";

        erasures.finish(erasure.id(), certificate, T + 1);

        Erasure listed = erasures.erasures("default", 0, 10).get(0);
        assertThat(listed.finalAt()).isEqualTo(T + 1);
        assertThat(listed.certificate()).isNull();
        assertThat(erasures.erasure(erasure.id()).orElseThrow().certificate()).isEqualTo(certificate);
        AuditEntry last = catalog.catalogs().projects().audit("default", 0, 10).get(0);
        assertThat(last.action()).isEqualTo("erasure.final");
        assertThat(last.subject()).isEqualTo(erasure.id());
        assertThat(last.detail()).isEqualTo("{\"digest\":\"0f\"}");
    }

    @Test
    void anErasureOfAUser_coversSessionsWhoseFactsAreDamaged() throws SQLException {
        catalog.commitSegment(
                segment(T, carrying(A, T, "jane"), carrying(B, T, "jane"), carrying(session("c"), T, "joe")));
        String sound = damageFacts(A);

        Erasure erasure = erasures.request(Subject.user("default", "jane"), null, BY);

        assertThat(erasure.sessions()).isEqualTo(2);
        assertThat(erasures.covered(erasure.id(), 10, T + 1))
                .extracting(Covered::session)
                .containsExactly(A, B);
        assertThat(catalog.layout(session("c"))).isPresent();
        assertThat(damagedRows()).isPositive();
        repairFacts(A, sound);
    }

    @Test
    void anErasureOfAProject_hidesItAtOnceAndTakesItsSessionsOut() {
        catalog.bootstrap(new Bootstrap(List.of("pk_1"), null, null, null), T);
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));

        Erasure erasure = erasures.request(Subject.project("default"), null, BY);

        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.projectOfKey("pk_1")).isEmpty();
        assertThat(erasures.erasedSince(0, 10).projects()).containsExactly("default");
        assertThat(erasures.covered(erasure.id(), 1, T)).hasSize(1);
        erasures.erase(erasure.id(), List.of(A, B), T + 1);
        assertThat(erasures.covered(erasure.id(), 1, T)).isEmpty();
        assertThat(catalog.commitSegment(segment(T + 2, holding(session("c"), T + 2))))
                .containsExactly(session("c"));
    }

    @Test
    void request_ofWhatIsHeld_isAConflictAndChangesNothing() {
        catalog.bootstrap(new Bootstrap(List.of("pk_1"), null, null, null), T);
        catalog.commitSegment(segment(T, carrying(A, T, "jane")));
        catalog.catalogs().retention().mark(A, null, true, BY);

        for (Subject subject :
                List.of(Subject.session(A), Subject.user("default", "jane"), Subject.project("default"))) {
            assertConflict(() -> erasures.request(subject, null, BY));
        }

        assertThat(catalog.layout(A)).isPresent();
        assertThat(catalog.projectOfKey("pk_1")).isPresent();
        assertThat(erasures.newest()).isZero();
        assertThatThrownBy(() -> erasures.request(Subject.session(B), null, BY))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.NOT_FOUND));
    }

    @Test
    void uncommittedObjects_areWaitedForUntilTheyAreCommittedOrDeleted() {
        catalog.commitSegment(segment(T, holding(A, T)));
        catalog.intend(new ObjectIntent("segments/lost", ObjectKind.SEGMENT, "main", "gone", T));
        SegmentCommit going = segment(T, holding(B, T));
        Erasure erasure = erasures.request(Subject.session(A), null, BY);
        assertThat(erasures.outstanding(erasure.id()).intents()).isEqualTo(2);

        catalog.commitSegment(going);
        assertThat(erasures.outstanding(erasure.id()).intents()).isEqualTo(1);
        assertThat(erasures.giveUpIntents(erasure.id(), T, T + 1)).isZero();
        assertThat(erasures.giveUpIntents(erasure.id(), T + 1, T + 1)).isEqualTo(1);
        assertThat(erasures.outstanding(erasure.id()).intents()).isEqualTo(1);
        catalog.forget("segments/lost", T + 2);

        assertThat(erasures.outstanding(erasure.id()).intents()).isZero();
        assertThat(erasures.objects(erasure.id(), null, 10))
                .extracting(ErasedObject::key)
                .containsExactly("segments/lost");
    }

    @Test
    void nodes_passAndAreRetired() {
        catalog.commitSegment(segment(T, holding(A, T)));
        catalog.startNode("other");
        Erasure erasure = erasures.request(Subject.session(A), null, BY);

        erasures.pass(NODE, erasure.number(), T + 1);
        erasures.pass(NODE, 0, T + 2);
        erasures.retireNode("other", BY);
        erasures.retireNode("nobody", BY);

        assertThat(erasures.outstanding(erasure.id()).nodes()).isEmpty();
        assertThat(erasures.nodes()).containsExactly(new ErasureCatalog.NodePassed(NODE, erasure.number(), T + 2));
        catalog.startNode("other");
        assertThat(erasures.nodes()).hasSize(2);
    }

    @Test
    void hollowSegments_areJoinedIntoOne() {
        SessionKey c = session("c");
        SegmentCommit first = segment(T, holding(A, T), holding(B, T), holding(c, T));
        SegmentCommit second = segment(T + 1, holding(A, T + 1));
        catalog.commitSegment(first);
        catalog.commitSegment(second);
        assertThat(compaction.leaseRewritable("x", T + 2, T + 2, T + 9, 10, 10_000))
                .isEmpty();
        settle(B, T + 2);
        settle(c, T + 2);

        assertThat(compaction.leaseRewritable("x", T + 3, T, T + 9, 10, 10_000)).isEmpty();
        List<LiveSegment> leased = compaction.leaseRewritable("x", T + 3, T + 3, T + 9, 10, 10_000);
        assertThat(leased).extracting(LiveSegment::key).containsExactly(first.key());
        assertThat(compaction.leaseRewritable("y", T + 3, T + 3, T + 9, 10, 10_000))
                .isEmpty();
        compaction.releaseRewritable("x", List.of(first.key()));
        long rev = catalog.layout(A).orElseThrow().rev();
        rewrite(T + 4);

        assertThat(catalog.layout(A).orElseThrow().rev()).isGreaterThan(rev);
        assertThat(catalog.layout(A).orElseThrow().blocks())
                .extracting(LocatedBlock::segmentKey)
                .containsExactly("segments/new", second.key());
        assertThat(catalog.doomed(T + 4, 10)).doesNotContain(first.key());
        assertThat(catalog.doomed(T + 5, 10)).contains(first.key());
    }

    @Test
    void leaseRewritable_givesNoMoreSessionsThanAskedFor_butOneSegment() {
        SegmentCommit first = segment(T, holding(A, T), holding(session("c"), T), holding(session("d"), T));
        SegmentCommit second = segment(T + 1, holding(B, T), holding(session("e"), T), holding(session("f"), T));
        catalog.commitSegment(first);
        catalog.commitSegment(second);
        for (SessionKey erased : List.of(A, B)) {
            Erasure erasure = erasures.request(Subject.session(erased), null, BY);
            erasures.erase(erasure.id(), List.of(erased), T + 2);
        }

        List<LiveSegment> one = compaction.leaseRewritable("x", T + 3, T + 3, T + 9, 10, 3);
        List<LiveSegment> other = compaction.leaseRewritable("x", T + 3, T + 3, T + 9, 10, 1);

        assertThat(one).hasSize(1);
        assertThat(other).hasSize(1).doesNotContainAnyElementsOf(one);
        assertThat(compaction.leaseRewritable("x", T + 3, T + 3, T + 9, 10, 10)).isEmpty();
    }

    @Test
    void leaseRewritable_leavesOutASegmentOfWhichARowIsDamaged_andGivesTheOthers() throws SQLException {
        SegmentCommit first = segment(T, holding(A, T), holding(session("c"), T), holding(session("d"), T));
        SegmentCommit second = segment(T + 1, holding(B, T), holding(session("e"), T), holding(session("f"), T));
        catalog.commitSegment(first);
        catalog.commitSegment(second);
        for (String settled : List.of("c", "d", "e", "f")) {
            settle(session(settled), T + 2);
        }
        byte[] sound = damage(A);

        assertThat(compaction.leaseRewritable("x", T + 3, T + 3, T + 9, 10, 10_000))
                .extracting(LiveSegment::key)
                .containsExactly(second.key());
        assertThat(compaction.leaseRewritable("x", T + 4, T + 4, T + 9, 10, 10_000))
                .isEmpty();
        assertThat(damagedRows()).isEqualTo(1);

        repair(A, sound);
        assertThat(compaction.leaseRewritable("x", T + 9, T + 9, T + 20, 10, 10_000))
                .hasSize(2);
    }

    @Test
    void erase_ofASessionOfWhichARowIsDamaged_takesItOut() throws SQLException {
        SegmentCommit alone = segment(T, holding(A, T));
        catalog.commitSegment(alone);
        damage(A);

        Erasure erasure = erasures.request(Subject.session(A), null, BY);
        erasures.erase(erasure.id(), List.of(A), T + 1);

        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.doomed(T + 2, 10)).containsExactly(alone.key());
        assertThat(damagedRows()).isEqualTo(1);
    }

    @Test
    void commitRewrite_ofWhatChangedMeanwhile_isAConflict() {
        SegmentCommit shared = segment(T, holding(A, T), holding(B, T), holding(session("c"), T));
        catalog.commitSegment(shared);
        settle(B, T + 1);
        settle(session("c"), T + 1);
        List<LiveSegment> leased = compaction.leaseRewritable("x", T + 3, T + 3, T + 9, 10, 10_000);
        settle(A, T + 4);
        catalog.intend(new ObjectIntent("segments/new", ObjectKind.SEGMENT, "main", "x", T + 5));

        assertConflict(() -> compaction.commitRewrite(commit(leased, T + 5)));

        assertThat(catalog.layout(A).orElseThrow().blocks()).isEmpty();
        assertThat(catalog.doomed(T + 6, 10)).contains("segments/new");
    }

    private void rewrite(long at) {
        List<LiveSegment> leased = compaction.leaseRewritable("x", at, at, at + 9, 10, 10_000);
        catalog.intend(new ObjectIntent("segments/new", ObjectKind.SEGMENT, "main", "x", at));
        RewriteCommit commit = commit(leased, at);
        compaction.commitRewrite(commit);
        compaction.commitRewrite(commit);
    }

    private static RewriteCommit commit(List<LiveSegment> leased, long at) {
        return new RewriteCommit(
                "segments/new",
                999,
                leased.stream().map(LiveSegment::key).toList(),
                leased.stream()
                        .flatMap(segment -> segment.sessions().stream())
                        .flatMap(live -> live.blockIds().stream())
                        .toList(),
                leased.stream()
                        .flatMap(segment -> segment.sessions().stream())
                        .map(CompactionCatalog.LiveSession::held)
                        .toList(),
                at);
    }

    private static SegmentSession carrying(SessionKey session, long at, String user) {
        List<BlockRef> blocks = List.of(block(at, 10));
        return new SegmentSession(session, with(at).user(user).build(), blocks);
    }
}
