package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.AdminCatalog.Bootstrap;
import io.tapedeck.store.By;
import io.tapedeck.store.Catalogs;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.ErasureCatalog;
import io.tapedeck.store.ErasureCatalog.Erasure;
import io.tapedeck.store.ErasureCatalog.Subject;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.NoteCatalog;
import io.tapedeck.store.Seam;
import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.ViewCatalog;
import io.tapedeck.store.catalog.CatalogSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EraserTest {
    @TempDir
    Path folder;

    private SettlingRig rig;
    private int mostAtOnce;
    /** How long it takes to take a hundred sessions out. */
    private long eraseMs;
    /** What was asked of erasures, notes and views, in order. */
    private final List<String> steps = new ArrayList<>();
    /** Which of them fails, or null. */
    private String failing;

    @BeforeEach
    void open() {
        rig = new SettlingRig(folder, CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void erasuresThatHaveToWait_areAllCounted_andAskedForByTheHundred() throws Exception {
        for (int i = 0; i < 150; i++) {
            rig.catalog
                    .catalogs()
                    .erasures()
                    .request(Subject.user("default", "user" + i), null, new By("admin", 7 + i));
        }
        rig.clock.move(7 + 5_000 - rig.clock.millis());

        try (Upkeep upkeep = upkeep()) {
            assertThat(upkeep.erase()).isZero();
        }

        assertThat(mostAtOnce).isEqualTo(100);
        assertThat(rig.meters.get("tapedeck.erasure.open").gauge().value()).isEqualTo(150);
        assertThat(rig.meters.get("tapedeck.erasure.oldest.age").gauge().value())
                .isEqualTo(5);
    }

    @Test
    void aLargeProject_isTakenOutInTurns() throws Exception {
        rig.catalog.bootstrap(new Bootstrap(List.of("pk_1"), null, null, null), 1);
        for (int i = 0; i < 250; i++) {
            rig.segment(List.of(Chunks.chunk(Fixtures.session("s" + i), "w1", 0)));
        }
        ErasureCatalog erasures = rig.catalog.catalogs().erasures();
        Erasure erasure = erasures.request(Subject.project("default"), null, new By("admin", rig.clock.millis()));
        eraseMs = 6_000;

        try (Upkeep upkeep = upkeep()) {
            upkeep.erase();
            assertThat(erasures.outstanding(erasure.id()).sessions()).isEqualTo(50);

            upkeep.erase();
            assertThat(erasures.outstanding(erasure.id()).sessions()).isZero();
        }
    }

    @Test
    void whatAnOlderProcessLeftBehind_isDeletedBeforeTheLogIsEmptiedAndTheErasureFinal() throws Exception {
        Erasure erasure = requested();

        try (Upkeep upkeep = upkeep()) {
            assertThat(upkeep.erase()).isOne();
        }

        assertThat(steps.subList(0, steps.indexOf("emptyLog")))
                .contains("notes.deleteLeftBehind", "views.deleteLeftBehind");
        assertThat(steps).containsSubsequence("emptyLog", "finish");
        assertThat(finalAt(erasure)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"notes.deleteLeftBehind", "views.deleteLeftBehind"})
    void anErasure_isNotFinalBeforeWhatIsLeftBehindIsDeleted(String step) throws Exception {
        Erasure erasure = requested();

        try (Upkeep upkeep = upkeep()) {
            failing = step;
            assertThat(upkeep.erase()).isZero();
            assertThat(finalAt(erasure)).isNull();

            failing = null;
            assertThat(upkeep.erase()).isOne();
        }
    }

    @Test
    void whatIsLeftBehind_isLookedForOnceForAllErasuresOfARound() throws Exception {
        requested("jane");
        requested("joe");

        try (Upkeep upkeep = upkeep()) {
            assertThat(upkeep.erase()).isEqualTo(2);
        }

        assertThat(steps).containsOnlyOnce("notes.deleteLeftBehind", "views.deleteLeftBehind");
    }

    private Erasure requested() {
        return requested("jane");
    }

    /** An erasure that no node has anything of. */
    private Erasure requested(String user) {
        ErasureCatalog erasures = rig.catalog.catalogs().erasures();
        Erasure erasure = erasures.request(Subject.user("default", user), null, new By("admin", rig.clock.millis()));
        erasures.pass(SettlingRig.NODE, erasure.number(), rig.clock.millis());
        return erasure;
    }

    private Long finalAt(Erasure erasure) {
        return rig.catalog
                .catalogs()
                .erasures()
                .erasure(erasure.id())
                .orElseThrow()
                .finalAt();
    }

    /** Takes down that it was asked to delete what is left behind, and fails if it is to. */
    private <T> T watched(String name, Class<T> seam, T real) {
        return Seam.of(seam, (method, args) -> {
            String step = name + "." + method.getName();
            steps.add(step);
            if (step.equals(failing)) {
                throw new StoreException(StoreErrorKind.UNAVAILABLE, "not now");
            }
            return method.invoke(real, args);
        });
    }

    private Upkeep upkeep() {
        Catalogs real = rig.catalog.catalogs();
        ErasureCatalog watched = Seam.of(ErasureCatalog.class, (method, args) -> {
            steps.add(method.getName());
            Object answer = method.invoke(real.erasures(), args);
            if (method.getName().equals("erase")) {
                rig.clock.move(eraseMs);
            }
            if (answer instanceof Collection<?> rows) {
                mostAtOnce = Math.max(mostAtOnce, rows.size());
            }
            return answer;
        });
        Catalogs catalogs = new Catalogs(
                real.catalog(),
                real.retention(),
                real.projects(),
                real.people(),
                real.adoption(),
                real.wrappedKeys(),
                watched,
                real.compaction(),
                real.shares(),
                watched("notes", NoteCatalog.class, real.notes()),
                watched("views", ViewCatalog.class, real.views()));
        return new Upkeep(
                catalogs,
                rig.objects,
                "memory",
                "one",
                rig.temporary("one"),
                SettlingRig.SETTINGS,
                rig.meters,
                rig.clock);
    }
}
