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
import io.tapedeck.store.Seam;
import io.tapedeck.store.catalog.CatalogSettings;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EraserTest {
    @TempDir
    Path folder;

    private SettlingRig rig;
    private int mostAtOnce;
    /** How long it takes to take a hundred sessions out. */
    private long eraseMs;

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

    private Upkeep upkeep() {
        Catalogs real = rig.catalog.catalogs();
        ErasureCatalog watched = Seam.of(ErasureCatalog.class, (method, args) -> {
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
                real.notes(),
                real.views());
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
