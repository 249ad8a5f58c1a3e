package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.flush.FlushPolicy;
import io.tapedeck.store.upkeep.Upkeep;
import io.tapedeck.store.upkeep.UpkeepBuilder;
import io.tapedeck.store.upkeep.UpkeepSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpkeepRoundsTest {
    private static final UpkeepSettings OFTEN =
            new UpkeepBuilder().intervalMs(10).build();

    @TempDir
    private Path folder;

    @Test
    void aRoundThatRunsOutOfMemory_isFollowedByTheNext() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (StoreRig rig = new StoreRig(folder)) {
            rig.open(StoreRig.settings(
                    folder.resolve("node"), Ack.JOURNALED, FlushPolicy.JOURNALED, UpkeepSettings.DEFAULT));
            AtomicInteger rounds = new AtomicInteger();
            Catalogs real = rig.catalog.catalogs();
            Catalogs small = new Catalogs(
                    withoutMemory(rig.catalog, rounds),
                    real.retention(),
                    real.projects(),
                    real.people(),
                    real.adoption(),
                    real.wrappedKeys(),
                    real.erasures(),
                    real.compaction(),
                    real.shares(),
                    real.notes(),
                    real.views());
            try (Upkeep upkeep = new Upkeep(
                    small, rig.objects, "memory", "other", folder.resolve("t"), OFTEN, meters, Clock.systemUTC())) {
                upkeep.start();
                Awaitility.await().until(() -> rounds.get() > 3);
            }
        }
        assertThat(meters.get("tapedeck.upkeep.failed")
                        .tag("round", "settling")
                        .counter()
                        .count())
                .isPositive();
    }

    /** A catalog of which every second look for sessions to settle ends as if the heap were full. */
    private static Catalog withoutMemory(Catalog real, AtomicInteger rounds) {
        return Seam.of(Catalog.class, (method, args) -> {
            if (method.getName().equals("leaseSettleable") && rounds.incrementAndGet() % 2 == 1) {
                throw new OutOfMemoryError("on purpose");
            }
            return method.invoke(real, args);
        });
    }
}
