package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.FaultPlan.Mode;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.flush.FlushPolicy;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The object store or the catalog is away, or another process takes over. */
class SpillTest {
    private static final SessionKey SESSION = Fixtures.session("s1");
    /** Room for about 40 small chunks in memory. */
    private static final FlushPolicy LITTLE_MEMORY = new FlushPolicy(20_000, 20, 100_000, 2, 1, 20);

    @TempDir
    Path folder;

    private StoreRig rig;

    @BeforeEach
    void open() {
        rig = new StoreRig(folder);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void append_whileTheObjectStoreIsAway_goesOnWithBoundedMemoryAndIsFlushedLater() {
        FaultPlan away = FaultPlan.at(4, Mode.FAIL_FROM_HERE, () -> {});
        rig.open(StoreRig.settings(folder, Ack.JOURNALED, LITTLE_MEMORY), away);
        List<Chunk> chunks = chunks(150);

        for (Chunk chunk : chunks) {
            rig.append(chunk);
            assertThat(rig.meter("tapedeck.flush.held.bytes")).isLessThanOrEqualTo(100_000);
        }
        assertThat(away.fired()).isTrue();
        assertThat(rig.catalog.layout(SESSION)).isEmpty();
        away.heal();

        rig.awaitEvents(SESSION, 450);
        assertThat(rig.copies(SESSION).values()).hasSize(150).allMatch(copies -> copies == 1);
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(rig.meter("tapedeck.flush.held.bytes")).isZero());
        Awaitility.await().untilAsserted(() -> assertThat(journalFiles()).isEqualTo(1));
        rig.assertSound(SESSION, chunks);
    }

    @Test
    void restart_whileTheObjectStoreIsAway_losesNothing() {
        FaultPlan away = FaultPlan.at(4, Mode.FAIL_FROM_HERE, () -> {});
        rig.open(StoreRig.settings(folder, Ack.JOURNALED, LITTLE_MEMORY), away);
        List<Chunk> chunks = chunks(300);
        rig.appendAll(chunks);
        rig.closeStore(Duration.ZERO);

        rig.open(StoreRig.settings(folder, Ack.JOURNALED, LITTLE_MEMORY));

        rig.awaitEvents(SESSION, 900);
        assertThat(rig.copies(SESSION).values()).hasSize(300).allMatch(copies -> copies == 1);
        rig.assertSound(SESSION, chunks);
    }

    @Test
    void append_ofAChunkLargerThanTheMemory_isStored() {
        rig.open(StoreRig.settings(folder, Ack.STORED, LITTLE_MEMORY));
        Chunk large = Chunks.chunk(SESSION, "w1", 1, Chunks.noise(300_000));
        List<Chunk> chunks = List.of(Chunks.chunk(SESSION, "w1", 0), large, Chunks.chunk(SESSION, "w1", 2));

        rig.appendAll(chunks);

        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(chunks));
    }

    @Test
    void behindMs_whileTheObjectStoreIsAway_grows() {
        rig.open(StoreRig.settings(folder, Ack.JOURNALED, LITTLE_MEMORY));
        rig.append(Chunks.chunk(SESSION, "w1", 0));
        rig.awaitEvents(SESSION, 3);
        rig.closeStore(Duration.ofSeconds(10));
        FaultPlan away = FaultPlan.at(4, Mode.FAIL_FROM_HERE, () -> {});
        rig.open(StoreRig.settings(folder, Ack.JOURNALED, LITTLE_MEMORY), away);
        rig.append(Chunks.chunk(SESSION, "w1", 1));

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(rig.meter("tapedeck.flush.lag.ms")).isGreaterThan(5_000));
        away.heal();

        rig.awaitEvents(SESSION, 6);
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                Answers.get(rig.store().manifest(SESSION)).behindMs())
                        .isZero());
    }

    @Test
    void append_withAckStoredWhileTheObjectStoreIsAway_timesOutAndTheNextCopyWaitsForTheFirst() {
        FaultPlan away = FaultPlan.at(4, Mode.FAIL_FROM_HERE, () -> {});
        rig.open(shortWait(), away);
        Chunk chunk = Chunks.chunk(SESSION, "w1", 0);

        assertKind(StoreErrorKind.TIMEOUT, () -> rig.append(chunk));
        away.heal();

        assertThat(Awaitility.await().ignoreExceptions().until(() -> rig.append(chunk), outcome -> true))
                .isEqualTo(ChunkAppender.Appended.REPEATED);
        assertThat(rig.copies(SESSION)).containsEntry(chunk.id(), 1);
    }

    @Test
    void append_withAckStoredOfACopyWhoseFirstHasWaitedInVain_isRefusedAtOnce() {
        FaultPlan away = FaultPlan.from("put");
        rig.open(waiting(3_000), away);
        Chunk chunk = Chunks.chunk(SESSION, "w1", 0);
        assertKind(StoreErrorKind.TIMEOUT, () -> rig.append(chunk));

        CompletableFuture<?> fresh = rig.store().append(Chunks.chunk(SESSION, "w1", 1));
        CompletableFuture<?> copy = rig.store().append(chunk);
        CompletableFuture<?> sooner = CompletableFuture.anyOf(
                fresh.handle((done, failure) -> "fresh"), copy.handle((done, failure) -> "copy"));

        assertThat(Answers.get(sooner)).isEqualTo("copy");
        assertKind(StoreErrorKind.TIMEOUT, () -> Answers.get(copy));
        away.heal();
        rig.awaitEvents(SESSION, 6);
    }

    @Test
    void append_withAckStoredWhileTheObjectStoreIsAway_keepsNoChunksThatFoundNoRoomInMemory() {
        FaultPlan away = FaultPlan.from("put");
        rig.open(shortWait(), away);
        List<WeakReference<Chunk>> appended = new ArrayList<>();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Chunk chunk = Chunks.chunk(SESSION, "w1", i);
            appended.add(new WeakReference<>(chunk));
            answers.add(rig.store().append(chunk));
        }

        assertThat(answers).allSatisfy(answer -> assertKind(StoreErrorKind.TIMEOUT, () -> Answers.get(answer)));

        Awaitility.await().until(() -> inMemory(appended), count -> count < 100);
        away.heal();
        rig.awaitEvents(SESSION, 900);
    }

    private static long inMemory(List<WeakReference<Chunk>> chunks) {
        System.gc();
        return chunks.stream().filter(chunk -> chunk.get() != null).count();
    }

    @Test
    void append_afterAnotherProcessTookOver_isRefusedAndTheStoreIsNotReady() throws Exception {
        rig.open(StoreRig.settings(folder, Ack.STORED, LITTLE_MEMORY));
        rig.append(Chunks.chunk(SESSION, "w1", 0));
        rig.catalog.startNode(Files.readString(folder.resolve("node")).strip());

        assertKind(StoreErrorKind.UNAVAILABLE, () -> rig.append(Chunks.chunk(SESSION, "w1", 1)));
        assertKind(StoreErrorKind.UNAVAILABLE, () -> rig.append(Chunks.chunk(SESSION, "w1", 2)));

        assertThat(Answers.get(rig.store().check()).journal()).isNotNull();
        assertThat(rig.copies(SESSION)).hasSize(1);
    }

    @Test
    void append_afterItsIntentWasGivenUp_isStoredUnderAnotherKey() {
        FaultPlan away = FaultPlan.from("put");
        rig.open(StoreRig.settings(folder, Ack.JOURNALED, LITTLE_MEMORY), away);
        rig.append(Chunks.chunk(SESSION, "w1", 0));
        Awaitility.await().until(away::fired);
        long now = System.currentTimeMillis();
        assertThat(rig.catalog.doomStaleIntents(now + 1, now)).isEqualTo(1);
        away.heal();

        rig.awaitEvents(SESSION, 3);

        rig.assertSound(SESSION, List.of(Chunks.chunk(SESSION, "w1", 0)));
    }

    private StoreSettings shortWait() {
        return waiting(100);
    }

    private StoreSettings waiting(long storedWaitMs) {
        StoreSettings settings = StoreRig.settings(folder, Ack.STORED, LITTLE_MEMORY);
        return new StoreSettings(
                settings.folder(),
                settings.objectStoreId(),
                true,
                true,
                Ack.STORED,
                storedWaitMs,
                settings.journal(),
                settings.flush(),
                settings.upkeep());
    }

    private long journalFiles() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("journal"))) {
            return files.filter(file -> file.toString().endsWith(".journal")).count();
        }
    }

    private static List<Chunk> chunks(int count) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chunks.add(Chunks.chunk(SESSION, "w1", i));
        }
        return chunks;
    }

    private static void assertKind(StoreErrorKind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
