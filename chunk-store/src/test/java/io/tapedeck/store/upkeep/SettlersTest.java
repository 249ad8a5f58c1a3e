package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.Seam;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.catalog.CatalogSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettlersTest {
    private static final int SETTLERS = 3;
    /** More than two of them lease in one go. */
    private static final int SESSIONS = 24;

    private static final UpkeepSettings SETTINGS = new UpkeepBuilder()
            .intervalMs(10)
            .settleAfterMs(SettlingRig.SETTLE_AFTER_MS)
            .finalSettleAfterMs(30_000)
            .leaseMs(SettlingRig.LEASE_MS)
            .doomedGraceMs(SettlingRig.GRACE_MS)
            .memoryBytesMax(1 << 20)
            .settlers(SETTLERS)
            .build();
    private static final long WAIT_S = 20;

    @TempDir
    private Path folder;

    @Test
    void settlers_ofOneProcess_workAtTheSameTime() throws Exception {
        try (SettlingRig rig =
                new SettlingRig(folder, CatalogSettings.of("jdbc:sqlite:" + folder.resolve("catalog.db")))) {
            List<SessionKey> sessions = IntStream.range(0, SESSIONS)
                    .mapToObj(number -> Fixtures.session("s" + number))
                    .toList();
            sessions.forEach(session -> rig.segment(List.of(Chunks.chunk(session, "w1", 0))));
            rig.clock.move(Chunks.START_AT - rig.clock.millis() + 100_000 + SettlingRig.SETTLE_AFTER_MS);
            CyclicBarrier together = new CyclicBarrier(SETTLERS);
            ObjectStore meeting = Seam.of(ObjectStore.class, (method, args) -> {
                if (method.getName().equals("put") && ((String) args[0]).startsWith("recordings/")) {
                    together.await(WAIT_S, TimeUnit.SECONDS);
                }
                return method.invoke(rig.objects, args);
            });

            try (Upkeep upkeep = rig.upkeep("one", rig.catalog, meeting, SETTINGS)) {
                upkeep.start();
                Awaitility.await().until(() -> rig.catalog.totals().unsettledSessions() == 0);
            }

            assertThat(sessions)
                    .allSatisfy(session ->
                            assertThat(rig.layout(session).recordings()).hasSize(1));
        }
    }
}
