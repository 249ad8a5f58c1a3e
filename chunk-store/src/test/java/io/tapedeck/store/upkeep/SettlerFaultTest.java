package io.tapedeck.store.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Catalog;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.catalog.CatalogSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A settler that dies at any step leaves nothing that the next one does not clean up. */
class SettlerFaultTest {
    private static final SessionKey SESSION = Fixtures.session("s1");
    private static final int CALLS_MAX = 200;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void settle_thatDiesAtAnyCall_isFinishedByTheNext(boolean takesEffect) throws Exception {
        int call = 1;
        while (call < CALLS_MAX && dieAt(call, takesEffect)) {
            call++;
        }

        // Two parts, one of them settled again: each leases, reads, announces, puts, commits and gives back.
        assertThat(call).isBetween(15, CALLS_MAX - 1);
    }

    /** False if there are fewer calls. */
    private boolean dieAt(int call, boolean takesEffect) throws Exception {
        Path run = Files.createDirectory(folder.resolve(call + "-" + takesEffect));
        List<Chunk> all = chunks();
        try (SettlingRig rig = new SettlingRig(run, CatalogSettings.of("jdbc:sqlite:" + run.resolve("catalog.db")))) {
            Faults faults = new Faults(call, takesEffect);
            try (Upkeep dying = rig.upkeep(
                    "dying", faults.seam(Catalog.class, rig.catalog), faults.seam(ObjectStore.class, rig.objects))) {
                append(rig, all.subList(0, 3));
                append(rig, all.subList(4, all.size()));
                silence(rig);
                settleAsFarAsItGoes(dying, rig);
                append(rig, all.subList(3, 4));
                silence(rig);
                settleAsFarAsItGoes(dying, rig);
            }
            assertThat(rig.text(SESSION).lines().toList())
                    .containsExactlyInAnyOrderElementsOf(
                            Fixtures.text(all).lines().toList());
            try (Upkeep next = rig.upkeep("dying")) {
                assertThat(files(rig.temporary("dying"))).isEmpty();
                for (int round = 0; round < 4; round++) {
                    silence(rig);
                    next.settle();
                }
                rig.clock.move(TimeUnit.DAYS.toMillis(2));
                next.sweep();
                rig.clock.move(SettlingRig.GRACE_MS + 1);
                next.sweep();
            }
            assertThat(rig.manifest(SESSION).session().settled()).isTrue();
            assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(all));
            assertThat(rig.layout(SESSION).recordings()).hasSize(2);
            rig.assertNothingLeft(SESSION);
            return faults.happened();
        }
    }

    private static void settleAsFarAsItGoes(Upkeep upkeep, SettlingRig rig) throws InterruptedException {
        try {
            upkeep.settle();
        } catch (StoreException e) {
            assertThat(e).hasMessageContaining("dead");
        }
        rig.clock.move(SettlingRig.LEASE_MS);
    }

    private static void append(SettlingRig rig, List<Chunk> chunks) {
        rig.segment(chunks);
    }

    private static void silence(SettlingRig rig) {
        rig.clock.move(TimeUnit.HOURS.toMillis(1));
    }

    private static List<Chunk> chunks() {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < SettlingRig.PART_CHUNKS + 3; i++) {
            long at = Fixtures.RECEIVED_AT + i * Chunks.CHUNK_MS;
            chunks.add(Fixtures.chunk(SESSION, "w1", i, at, List.of(Fixtures.event(at, "event " + i))));
        }
        return chunks;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
