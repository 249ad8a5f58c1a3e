package io.tapedeck.store.catalog;

import static io.tapedeck.store.catalog.Samples.facts;
import static io.tapedeck.store.catalog.Samples.recording;
import static io.tapedeck.store.catalog.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.AdminCatalog.Account;
import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.AdminCatalog.Project;
import io.tapedeck.store.AdminCatalog.ProjectSettings;
import io.tapedeck.store.AdminCatalog.Role;
import io.tapedeck.store.AdminCatalog.WriteKey;
import io.tapedeck.store.AdminState;
import io.tapedeck.store.AdminState.Mark;
import io.tapedeck.store.AdoptionCatalog.AdoptedRecording;
import io.tapedeck.store.AdoptionCatalog.AdoptedSegment;
import io.tapedeck.store.AdoptionCatalog.KnownObject;
import io.tapedeck.store.AdoptionCatalog.Making;
import io.tapedeck.store.AdoptionCatalog.ObjectState;
import io.tapedeck.store.AdoptionCatalog.Tombstone;
import io.tapedeck.store.By;
import io.tapedeck.store.Catalog.JournalProgress.Range;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.ObjectIntent;
import io.tapedeck.store.Catalog.ObjectKind;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.ErasureCatalog.SubjectKind;
import io.tapedeck.store.SessionKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link io.tapedeck.store.AdoptionCatalog} promises. */
abstract class AdoptionContract extends CatalogTestBase {
    private static final String SEGMENT = "segments/adopted";
    private static final String RECORDING = "recordings/adopted";

    @Test
    void isEmpty_untilSomethingIsKnown() {
        assertThat(catalog.adoption().isEmpty()).isTrue();

        catalog.commitSegment(segment(T, holding(A, T)));

        assertThat(catalog.adoption().isEmpty()).isFalse();
    }

    @Test
    void making_isSaid_untilItHasEnded() {
        assertThat(catalog.adoption().making()).isEmpty();

        catalog.adoption().beginMaking(Making.RESTORE);
        assertThat(catalog.adoption().making()).contains(Making.RESTORE);
        assertThat(catalog.adoption().isEmpty()).isTrue();
        catalog.adoption().beginMaking(Making.REINDEX);
        assertThat(catalog.adoption().making()).contains(Making.REINDEX);

        catalog.adoption().endMaking();
        catalog.adoption().endMaking();
        assertThat(catalog.adoption().making()).isEmpty();
    }

    @Test
    void stores_areThoseOfTheObjectsWithTheLowestAndTheHighestKey_inWhateverState() {
        assertThat(catalog.adoption().stores()).isEmpty();

        intend("recordings/b", ObjectKind.RECORDING, "old");
        assertThat(catalog.adoption().stores()).containsExactly("old");

        intend("recordings/c", ObjectKind.RECORDING, "between");
        catalog.adoption()
                .adoptDoomed(new KnownObject("segments/z", ObjectKind.SEGMENT, ObjectState.DOOMED, 7, T), "new", false);
        assertThat(catalog.adoption().stores()).containsExactlyInAnyOrder("old", "new");
    }

    private void intend(String key, ObjectKind kind, String store) {
        catalog.intend(new ObjectIntent(key, kind, store, NODE, T));
    }

    @Test
    void adoptSegment_isAsIfItHadBeenCommitted() {
        catalog.adoption().adoptSegment(adopted("other", 7, holding(A, T), holding(B, T)));

        SessionLayout layout = catalog.layout(A).orElseThrow();
        assertThat(layout.blocks()).hasSize(1);
        assertThat(layout.blocks().get(0).segmentKey()).isEqualTo(SEGMENT);
        assertThat(layout.facts().events()).isEqualTo(10);
        assertThat(catalog.journalProgress("other").ranges()).containsExactly(new Range(3, 5));
        assertThat(catalog.startNode("other").epoch()).isEqualTo(8);
        assertThat(catalog.adoption().objects(List.of(SEGMENT, "segments/none")))
                .containsExactly(new KnownObject(SEGMENT, ObjectKind.SEGMENT, ObjectState.LIVE, 4_242, T));
        assertThat(catalog.adoption().segmentSessions(SEGMENT))
                .extracting(SegmentSession::session)
                .containsExactlyInAnyOrder(A, B);
    }

    @Test
    void adoptSegment_again_changesNothing() {
        catalog.adoption().adoptSegment(adopted(NODE, epoch, holding(A, T)));
        SessionLayout before = catalog.layout(A).orElseThrow();

        catalog.adoption().adoptSegment(adopted(NODE, epoch, holding(A, T)));

        assertThat(catalog.layout(A)).contains(before);
    }

    @Test
    void adoptSegment_ofAnOlderEpoch_leavesTheNodeAsItIs() {
        catalog.startNode(NODE);
        long now = catalog.startNode(NODE).epoch();

        catalog.adoption().adoptSegment(adopted(NODE, 1, holding(A, T)));

        assertThat(catalog.epoch(NODE)).isEqualTo(now);
        assertThat(catalog.layout(A)).isPresent();
    }

    @Test
    void adoptSegment_withNothingOfUse_isDoomed() {
        catalog.adoption().adoptSegment(adopted(NODE, epoch));

        assertThat(catalog.doomed(T + 1, 10)).containsExactly(SEGMENT);
        assertThat(catalog.journalProgress(NODE).contains(4)).isTrue();
    }

    @Test
    void adoptSegment_leavesErasedSessionsOut() {
        catalog.adoption().restoreTombstones(List.of(tombstone(A)));

        catalog.adoption().adoptSegment(adopted(NODE, epoch, holding(A, T), holding(B, T)));

        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.layout(B)).isPresent();
        assertThat(catalog.isErased(A)).isTrue();
    }

    @Test
    void adoptSegment_thatASessionWasSettledFrom_isRewrittenOnceThatIsErased() {
        catalog.adoption().adoptRecording(adoptedRecording(RECORDING, A, 0));
        catalog.adoption()
                .adoptSegment(new AdoptedSegment(
                        SEGMENT, "main", 4_242, NODE, epoch, 3, 5, List.of(holding(B, T)), List.of(A), T));

        String erasure = catalog.catalogs()
                .erasures()
                .request(Subject.session(A), null, new By("admin", T))
                .id();
        catalog.catalogs().erasures().erase(erasure, List.of(A), T);

        assertThat(catalog.catalogs().erasures().outstanding(erasure).segments())
                .isEqualTo(1);
    }

    @Test
    void adoptRecording_makesTheSession() {
        catalog.adoption().adoptRecording(adoptedRecording(RECORDING, A, 0));

        SessionLayout layout = catalog.layout(A).orElseThrow();
        assertThat(layout.recordings()).extracting(LocatedRecording::key).containsExactly(RECORDING);
        assertThat(layout.facts()).isEqualTo(facts(T));
        assertThat(layout.activeMs()).isEqualTo(700);
        assertThat(lease(T + 3_600_000)).isEmpty();
    }

    @Test
    void adoptRecording_ofAnotherPart_joinsThem_andASupersededOneIsDoomed() {
        catalog.adoption().adoptRecording(adoptedRecording("recordings/part0", A, 0));
        catalog.adoption().adoptRecording(adoptedRecording("recordings/part1", A, 1));
        catalog.adoption().adoptRecording(adoptedRecording(RECORDING, A, 1, "recordings/part1"));

        SessionLayout layout = catalog.layout(A).orElseThrow();
        assertThat(layout.recordings())
                .extracting(LocatedRecording::key)
                .containsExactly("recordings/part0", RECORDING);
        assertThat(layout.facts().events()).isEqualTo(20);
        assertThat(catalog.doomed(T + 1, 10)).containsExactly("recordings/part1");
    }

    @Test
    void adoptRecording_again_changesNothing() {
        catalog.adoption().adoptRecording(adoptedRecording(RECORDING, A, 0));
        SessionLayout before = catalog.layout(A).orElseThrow();

        catalog.adoption().adoptRecording(adoptedRecording(RECORDING, A, 0));

        assertThat(catalog.layout(A)).contains(before);
    }

    @Test
    void adoptRecording_ofAnErasedSession_isDoomed() {
        catalog.adoption().restoreTombstones(List.of(tombstone(A)));

        catalog.adoption().adoptRecording(adoptedRecording(RECORDING, A, 0));

        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.doomed(T + 1, 10)).containsExactly(RECORDING);
    }

    @Test
    void adoptRecording_ofAnErasedProject_isDoomed() {
        catalog.adoption().restoreTombstones(List.of(new Tombstone(SubjectKind.PROJECT, A.project(), "", T, 0)));

        catalog.adoption().adoptRecording(adoptedRecording(RECORDING, A, 0));

        assertThat(catalog.layout(A)).isEmpty();
        assertThat(catalog.doomed(T + 1, 10)).containsExactly(RECORDING);
    }

    @Test
    void adoptDoomed_isDeletedAfterTheGrace() {
        catalog.adoption()
                .adoptDoomed(new KnownObject(SEGMENT, ObjectKind.SEGMENT, ObjectState.DOOMED, 1, T), "main", false);

        assertThat(catalog.doomed(T, 10)).isEmpty();
        assertThat(catalog.doomed(T + 1, 10)).containsExactly(SEGMENT);
    }

    @Test
    void tombstones_areRestoredAsTheyWere() {
        List<Tombstone> all = List.of(
                tombstone(A),
                tombstone(B),
                new Tombstone(SubjectKind.USER, "default", "c0ffee", T, 4),
                new Tombstone(SubjectKind.PROJECT, "gone", "", T + 1, 0));

        catalog.adoption().restoreTombstones(all);
        catalog.adoption().restoreTombstones(all);

        assertThat(catalog.adoption().tombstones(null, 10)).containsExactlyElementsOf(all);
        assertThat(catalog.adoption().tombstones(all.get(1), 1)).containsExactly(all.get(2));
        assertThat(catalog.isErased(A)).isTrue();
    }

    @Test
    void adminState_isRestoredAsItWas() {
        catalog.bootstrap(new Bootstrap(List.of("pk_a", "pk_b"), null, "argon", "token"), T);
        catalog.commitSegment(segment(T, holding(A, T), holding(B, T)));
        catalog.adoption().mark(List.of(new Mark(A, true, false), new Mark(B, false, true)));
        AdminState state = catalog.adoption().adminState();

        assertThat(state.keys())
                .containsExactly(new WriteKey("pk_a", "default", T), new WriteKey("pk_b", "default", T));
        assertThat(state.accounts()).containsExactly(new Account("admin", Role.ADMIN, "argon"));
        assertThat(state.tokens()).hasSize(1);
        assertThat(state.marks()).containsExactly(new Mark(A, true, false), new Mark(B, false, true));
        assertThat(catalog.layout(A).orElseThrow().pinned()).isTrue();
        assertThat(catalog.layout(B).orElseThrow().held()).isTrue();
        catalog.adoption().restore(state);
        assertThat(catalog.adoption().adminState()).isEqualTo(state);
    }

    @Test
    void restore_intoAnEmptyCatalog_makesProjectsKeysAndAccounts() {
        Project shop = new Project("shop", 7, "Shop", ProjectSettings.DEFAULT);
        AdminState state = new AdminState(
                41,
                List.of(shop),
                List.of(new WriteKey("pk_shop", "shop", T)),
                List.of(new Account("admin", Role.ADMIN, "argon")),
                List.of(new AdminState.ApiToken("hash", "ci", Role.VIEWER, T)),
                List.of(new Mark(A, true, false)),
                List.of("gone"));

        catalog.adoption().restore(state);

        assertThat(catalog.project("shop")).contains(shop);
        assertThat(catalog.projectOfKey("pk_shop")).contains(shop);
        assertThat(catalog.account("admin")).isPresent();
        assertThat(catalog.principalOfToken("hash").orElseThrow().role()).isEqualTo(Role.VIEWER);
        assertThat(catalog.adoption().adminState().erasedProjects()).containsExactly("gone");
        assertThat(catalog.adoption().adminRev()).isGreaterThanOrEqualTo(41);
    }

    @Test
    void objectsAndSessions_areGoneThroughPageByPage() {
        for (int i = 0; i < 5; i++) {
            catalog.commitSegment(segment(T, holding(session("s" + i), T)));
        }

        List<KnownObject> objects = catalog.adoption().objects((String) null, 3);
        List<SessionKey> sessions = catalog.adoption().sessionKeys(null, null, 3);

        assertThat(objects).hasSize(3);
        assertThat(catalog.adoption().objects(objects.get(2).key(), 3))
                .hasSize(2)
                .doesNotContainAnyElementsOf(objects);
        assertThat(sessions).containsExactly(session("s0"), session("s1"), session("s2"));
        assertThat(catalog.adoption().sessionKeys("default", session("s2"), 3))
                .containsExactly(session("s3"), session("s4"));
    }

    private static Tombstone tombstone(SessionKey session) {
        return new Tombstone(SubjectKind.SESSION, session.project(), session.session(), T, 3);
    }

    private static AdoptedSegment adopted(String node, long epoch, SegmentSession... sessions) {
        return new AdoptedSegment(SEGMENT, "main", 4_242, node, epoch, 3, 5, List.of(sessions), List.of(), T);
    }

    private static AdoptedRecording adoptedRecording(String key, SessionKey session, int part, String... superseded) {
        return new AdoptedRecording(key, "main", 555, recording(session, part, facts(T)), List.of(superseded), T);
    }
}
