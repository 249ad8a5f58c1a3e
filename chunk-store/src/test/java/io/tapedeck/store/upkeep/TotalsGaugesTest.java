package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Catalog;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.Seam;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.catalog.CatalogSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TotalsGaugesTest {
    @TempDir
    Path folder;

    private SettlingRig rig;
    private final AtomicInteger counts = new AtomicInteger();

    @BeforeEach
    void open() {
        rig = new SettlingRig(folder, CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void sessions_areCountedOnceAMinute_andWhatWaitsEachTime() throws Exception {
        try (Upkeep upkeep = rig.upkeep("one", counting(), rig.objects)) {
            assertThat(gauge("tapedeck.sessions")).isNaN();
            upkeep.sweep();
            append(Fixtures.session("s1"));
            rig.clock.move(59_000);
            upkeep.sweep();

            assertThat(counts).hasValue(1);
            assertThat(gauge("tapedeck.sessions")).isZero();
            assertThat(gauge("tapedeck.sessions.unsettled")).isEqualTo(1);
            assertThat(gauge("tapedeck.segments")).isEqualTo(1);

            rig.clock.move(1_000);
            upkeep.sweep();

            assertThat(counts).hasValue(2);
            assertThat(gauge("tapedeck.sessions")).isEqualTo(1);
        }
    }

    private void append(SessionKey session) {
        Chunk chunk = Chunks.chunk(session, "w1", 0);
        rig.segment(List.of(chunk));
    }

    private Catalog counting() {
        return Seam.of(Catalog.class, (method, args) -> {
            if (method.getName().equals("totals")) {
                counts.incrementAndGet();
            }
            return method.invoke(rig.catalog, args);
        });
    }

    private double gauge(String name) {
        return rig.meters.get(name).gauge().value();
    }
}
