package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.flush.FlushPolicy;
import io.tapedeck.store.journal.JournalSettings;
import io.tapedeck.store.upkeep.UpkeepBuilder;
import io.tapedeck.store.upkeep.UpkeepSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same small history, again and again: open, append, flush, settle, sweep. Each time another call to the object store or
 * the catalog fails, or is the last thing before (or after) which the process dies. Every chunk that was acknowledged must
 * be there once, whatever happened, and after the client has sent everything again so must every chunk.
 */
class ChunkStoreFaultTest {
    /** Two chunks to a segment. */
    private static final FlushPolicy FLUSH = new FlushPolicy(4_500, 20, 1 << 20, 2, 1, 5);

    /** A file for each record, so that trimming takes every record that it may. */
    private static final JournalSettings JOURNAL = new JournalSettings(500, 1 << 30, 1, 0, 64 << 20);

    private static final UpkeepSettings UPKEEP = new UpkeepBuilder()
            .leaseMs(1)
            .doomedGraceMs(0)
            .staleIntentAfterMs(1)
            .memoryBytesMax(1 << 20)
            .build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CALLS_MAX = 200;

    @TempDir
    Path folder;

    private StoreRig rig;
    private final List<SessionKey> sessions = new ArrayList<>();

    @BeforeEach
    void open() {
        rig = new StoreRig(folder);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @ParameterizedTest
    @EnumSource(FaultPlan.Mode.class)
    void everyAcknowledgedChunk_isThereOnce_whicheverCallFails(FaultPlan.Mode mode) throws Exception {
        int call = 0;
        boolean fired = true;
        while (fired) {
            call++;
            fired = new History(mode, call).run();
            assertThat(call).as("calls in one history").isLessThan(CALLS_MAX);
        }
        assertThat(call).as("calls in one history").isGreaterThan(20);
    }

    /** One history, with one fault. */
    private final class History {
        private final FaultPlan plan;
        private final String name;
        private final Path node;
        private final Path survivor;
        private final SessionKey first;
        private final SessionKey second;
        private final List<Chunk> chunks = new ArrayList<>();
        private final Set<ChunkId> acked = ConcurrentHashMap.newKeySet();
        private volatile boolean copied;

        History(FaultPlan.Mode mode, int call) {
            name = mode.name().toLowerCase(Locale.ROOT) + "-" + call;
            node = folder.resolve(name);
            survivor = folder.resolve(name + "-survivor");
            plan = FaultPlan.at(call, mode, () -> {
                copy(node, survivor);
                copied = true;
            });
            first = Fixtures.session(name + "-first");
            second = Fixtures.session(name + "-second");
            sessions.add(first);
            sessions.add(second);
            for (int i = 0; i < 6; i++) {
                chunks.add(Chunks.chunk(i % 3 == 2 ? second : first, "w1", i % 3 == 2 ? i / 3 : i - i / 3));
            }
        }

        boolean run() throws Exception {
            live();
            boolean fired = plan.fired();
            if (plan.isDead()) {
                rig.closeStore(Duration.ZERO);
                assertThat(copied).as(name).isTrue();
                rig.open(settings(survivor));
            }
            plan.heal();
            awaitVisible(acked);
            assertThat(rig.copies(first).values()).as(name).allMatch(copies -> copies == 1);
            assertThat(rig.copies(second).values()).as(name).allMatch(copies -> copies == 1);

            chunks.forEach(rig::append);
            awaitVisible(ids(chunks));
            awaitNothingHeld();
            settleAndSweep();
            rig.assertSound(first, of(first));
            rig.assertSound(second, of(second));
            rig.closeStore(Duration.ofSeconds(10));
            StoreInvariants.assertObjectsAreThoseReferredTo(rig.catalog, rig.objects, sessions);
            return fired;
        }

        private StoreSettings settings(Path home) {
            return new StoreSettings(home, "memory", true, true, Ack.JOURNALED, 5_000, JOURNAL, FLUSH, UPKEEP);
        }

        /** Everything up to the fault, and past it if the process survives that. */
        private void live() throws Exception {
            while (!opened()) {
                if (plan.isDead()) {
                    rig.open(settings(survivor));
                    return;
                }
            }
            for (Chunk chunk : chunks) {
                CompletableFuture<?> append = rig.store().append(chunk);
                append.whenComplete((done, failure) -> {
                    if (failure == null && !plan.isDead()) {
                        acked.add(chunk.id());
                    }
                });
                append.handle((done, failure) -> null).get();
            }
            awaitFlushedOrFaulty();
            for (int round = 0; round < 3 && !plan.isDead(); round++) {
                try {
                    rig.store().upkeep().settle();
                    rig.store().upkeep().sweep();
                } catch (StoreException e) {
                    assertThat(plan.fired()).as(name).isTrue();
                }
            }
        }

        private boolean opened() {
            try {
                rig.open(settings(node), plan);
                return true;
            } catch (StoreException e) {
                assertThat(plan.fired()).as(name).isTrue();
                plan.heal();
                return false;
            }
        }

        private void awaitFlushedOrFaulty() {
            Awaitility.await(name)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> plan.isDead()
                            || plan.isFailingFromHere()
                            || visible().containsAll(ids(chunks)));
        }

        private void awaitVisible(Set<ChunkId> ids) {
            Awaitility.await(name)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> visible().containsAll(ids));
        }

        private void awaitNothingHeld() {
            Awaitility.await(name)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> rig.meter("tapedeck.flush.held.bytes") == 0);
        }

        private void settleAndSweep() throws InterruptedException {
            rig.store().upkeep().settle();
            Awaitility.await(name)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> {
                        rig.store().upkeep().sweep();
                        return rig.catalog.totals().doomedObjects() == 0;
                    });
        }

        private Set<ChunkId> visible() {
            Set<ChunkId> visible = new HashSet<>(rig.copies(first).keySet());
            visible.addAll(rig.copies(second).keySet());
            return visible;
        }

        private List<Chunk> of(SessionKey session) {
            return chunks.stream()
                    .filter(chunk -> chunk.session().equals(session))
                    .toList();
        }
    }

    private static Set<ChunkId> ids(List<Chunk> chunks) {
        Set<ChunkId> ids = new HashSet<>();
        chunks.forEach(chunk -> ids.add(chunk.id()));
        return ids;
    }

    /**
     * What another process finds on the disk at this moment, in which the dying one may still create, rename or delete
     * files that hold nothing acknowledged.
     */
    private static void copy(Path from, Path to) {
        try {
            for (Path file : list(from)) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    copyIfThere(file, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        List<Path> found = new ArrayList<>(List.of(folder));
        for (Path sub : List.of(folder, folder.resolve("journal"))) {
            if (Files.isDirectory(sub)) {
                try (Stream<Path> files = Files.list(sub)) {
                    files.sorted().forEach(found::add);
                }
            }
        }
        return found;
    }

    private static void copyIfThere(Path file, Path target) throws IOException {
        try {
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException gone) {
            assertThat(file.toString()).doesNotEndWith("node");
        }
    }
}
