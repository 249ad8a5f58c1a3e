package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.ChunkAppender.Appended;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.flush.FlushPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkStoreTest {
    private static final SessionKey SESSION = Fixtures.session("s1");

    @TempDir
    Path folder;

    private StoreRig rig;

    @BeforeEach
    void open() {
        rig = new StoreRig(folder);
        rig.open(StoreRig.settings(folder));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void events_ofRealRecordings_areThoseAppended() {
        for (String name : Fixtures.corpusNames()) {
            SessionKey session = Fixtures.session(name);
            List<Chunk> chunks = Fixtures.corpusChunks(session, "w1", name, 20);
            rig.appendAll(chunks);

            Manifest manifest = rig.awaitEvents(
                    session, chunks.stream().mapToLong(Chunk::events).sum());

            assertThat(rig.text(session)).isEqualTo(Fixtures.text(chunks));
            assertThat(manifest.gaps()).isEmpty();
            assertThat(manifest.session().settled()).isFalse();
            rig.assertSound(session, chunks);
        }
    }

    @Test
    void events_ofOneVeryLargeEvent_areThoseAppended() {
        Chunk large =
                Fixtures.chunk(SESSION, "w1", 0, Fixtures.fullSnapshot(Fixtures.RECEIVED_AT, "x".repeat(20 << 20)));
        Chunk small = Chunks.chunk(SESSION, "w1", 1);
        rig.appendAll(List.of(large, small));

        rig.awaitEvents(SESSION, large.events() + small.events());

        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(List.of(large, small)));
    }

    @Test
    void events_ofSeveralWindows_comeWindowByWindow() {
        List<Chunk> first = chunks("w1", 0, 3);
        List<Chunk> second = chunks("w2", 0, 2);
        rig.appendAll(second);
        rig.appendAll(first);

        Manifest manifest = rig.awaitEvents(SESSION, 15);

        assertThat(manifest.windows()).extracting(window -> window.id().value()).containsExactlyInAnyOrder("w1", "w2");
        assertThat(Answers.text(Answers.get(rig.store().events(SESSION, new WindowId("w2"), null, null))))
                .isEqualTo(Fixtures.text(second));
        rig.assertSound(
                SESSION, List.of(first, second).stream().flatMap(List::stream).toList());
    }

    @Test
    void append_ofAKnownChunk_isRepeatedAndStoredOnce() {
        Chunk chunk = Chunks.chunk(SESSION, "w1", 0);

        assertThat(rig.append(chunk)).isEqualTo(Appended.STORED);
        assertThat(rig.append(chunk)).isEqualTo(Appended.REPEATED);

        rig.awaitEvents(SESSION, 3);
        assertThat(rig.copies(SESSION)).containsExactly(java.util.Map.entry(chunk.id(), 1));
    }

    @Test
    void append_ofAKnownChunkAfterARestart_countsOnce() {
        List<Chunk> chunks = chunks("w1", 0, 3);
        rig.appendAll(chunks);
        rig.closeStore(Duration.ofSeconds(10));
        rig.open(StoreRig.settings(folder));

        rig.appendAll(chunks);
        rig.append(Chunks.chunk(SESSION, "w1", 3));

        rig.awaitEvents(SESSION, 12);
        rig.assertSound(SESSION, chunks("w1", 0, 4));
    }

    @Test
    void manifest_cutsRepeatedChunksOutOfBlocks() {
        rig.appendAll(chunks("w1", 0, 3));
        rig.awaitEvents(SESSION, 9);
        rig.closeStore(Duration.ofSeconds(10));
        // Another node knows nothing of what the first one took.
        rig.open(StoreRig.settings(folder.resolve("other")));
        rig.appendAll(chunks("w1", 1, 4));

        Manifest manifest = rig.awaitEvents(SESSION, 15);

        assertThat(rig.copies(SESSION).values()).contains(2);
        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(chunks("w1", 0, 5)));
        assertThat(manifest.gaps()).isEmpty();
        rig.assertSound(SESSION, chunks("w1", 0, 5));
    }

    @Test
    void manifest_showsMissingChunksAsGaps() {
        rig.appendAll(List.of(
                Chunks.chunk(SESSION, "w1", 0), Chunks.chunk(SESSION, "w1", 3), Chunks.chunk(SESSION, "w1", 4)));

        Manifest manifest = rig.awaitEvents(SESSION, 9);

        assertThat(manifest.gaps())
                .containsExactly(new Manifest.Gap(
                        new WindowId("w1"), 0, 3, Chunks.START_AT + 200, Chunks.START_AT + 3 * Chunks.CHUNK_MS));
    }

    @Test
    void manifest_ofAWindowThatEndsWithoutEvents_hasNoEmptyFrame() {
        rig.appendAll(List.of(Chunks.chunk(SESSION, "w1", 0), Chunks.finalChunk(SESSION, "w1", 1)));
        rig.awaitEvents(SESSION, 3);
        rig.append(Chunks.finalChunk(SESSION, "w2", 0));
        rig.closeStore(Duration.ofSeconds(10));
        rig.open(StoreRig.settings(folder));

        Manifest manifest = rig.awaitEvents(SESSION, 3);

        assertThat(manifest.windows()).hasSize(1);
        assertThat(manifest.gaps()).isEmpty();
        assertThat(manifest.session().facts().isFinal()).isTrue();
    }

    @Test
    void manifest_ofNoSuchSession_isNotFound() {
        assertKind(StoreErrorKind.NOT_FOUND, () -> Answers.get(rig.store().manifest(SESSION)));
    }

    @Test
    void events_ofARange_beginAtTheFullSnapshotBefore() {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            long at = Chunks.START_AT + i * 1_000L;
            chunks.add(Fixtures.chunk(
                    SESSION,
                    "w1",
                    i,
                    i % 4 == 0 ? Fixtures.fullSnapshot(at, "page " + i) : Fixtures.event(at, "event " + i)));
            rig.append(chunks.get(i));
            rig.awaitEvents(SESSION, i + 1);
        }

        EventStream stream =
                Answers.get(rig.store().events(SESSION, null, Chunks.START_AT + 6_500, Chunks.START_AT + 8_500));

        assertThat(Answers.text(stream)).isEqualTo(Fixtures.text(chunks.subList(4, 9)));
    }

    @Test
    void events_ofAnUnknownFrame_isConflict() {
        rig.append(Chunks.chunk(SESSION, "w1", 0));
        rig.awaitEvents(SESSION, 3);

        assertKind(StoreErrorKind.CONFLICT, () -> Answers.get(rig.store().events(SESSION, 1, List.of("b999999"))));
    }

    @Test
    void events_ofNeighbouringFrames_areOneReadAndHaveAStableValidator() {
        rig.appendAll(chunks("w1", 0, 5));
        Manifest manifest = rig.awaitEvents(SESSION, 15);
        List<String> ids = manifest.frames().stream().map(Manifest.Frame::id).toList();

        EventStream once =
                Answers.get(rig.store().events(SESSION, manifest.session().rev(), ids));
        EventStream again =
                Answers.get(rig.store().events(SESSION, manifest.session().rev(), ids));

        assertThat(again.etag()).isEqualTo(once.etag()).matches("[0-9a-f]{32}");
        assertThat(once.bytes())
                .isEqualTo(manifest.frames().stream()
                        .mapToLong(Manifest.Frame::bytes)
                        .sum());
        assertThat(Answers.text(once)).isEqualTo(Answers.text(again));
    }

    @Test
    void append_withAckStored_isVisibleWhenItCompletes() {
        rig.closeStore(Duration.ofSeconds(10));
        rig.open(StoreRig.settings(folder, Ack.STORED, StoreRig.QUICK_FLUSH));
        for (int i = 0; i < 5; i++) {
            rig.append(Chunks.chunk(SESSION, "w1", i));
            assertThat(StoreRig.events(Answers.get(rig.store().manifest(SESSION))))
                    .isEqualTo(3L * (i + 1));
        }
    }

    @Test
    void append_afterClose_isUnavailable() {
        rig.closeStore(Duration.ofSeconds(10));

        assertKind(StoreErrorKind.UNAVAILABLE, () -> rig.append(Chunks.chunk(SESSION, "w1", 0)));
    }

    @Test
    void close_flushesWhatIsOpen() {
        FlushPolicy never = new FlushPolicy(1 << 30, 3_600_000, 1 << 30, 2, 1, 20);
        rig.closeStore(Duration.ofSeconds(10));
        rig.open(StoreRig.settings(folder, Ack.JOURNALED, never));
        rig.appendAll(chunks("w1", 0, 50));
        assertThat(rig.catalog.layout(SESSION)).isEmpty();

        rig.closeStore(Duration.ofSeconds(10));

        assertThat(rig.copies(SESSION))
                .hasSize(50)
                .allSatisfy((id, copies) -> assertThat(copies).isEqualTo(1));
    }

    @Test
    void open_ofAFolderInUse_isRefused() {
        assertKind(StoreErrorKind.UNAVAILABLE, () -> new StoreRig(folder.resolve("x")).open(StoreRig.settings(folder)));
    }

    @Test
    void check_ofAHealthyStore_isReady() {
        assertThat(Answers.get(rig.store().check()).isReady()).isTrue();
    }

    @Test
    void behindMs_ofAHealthyStore_isZero() {
        rig.append(Chunks.chunk(SESSION, "w1", 0));

        assertThat(rig.awaitEvents(SESSION, 3).behindMs()).isZero();
    }

    @Test
    void held_afterEverythingIsCommitted_isZero() {
        rig.appendAll(chunks("w1", 0, 100));
        rig.awaitEvents(SESSION, 300);

        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(rig.meter("tapedeck.flush.held.bytes")).isZero());
    }

    private static List<Chunk> chunks(String window, int fromSeq, int count) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chunks.add(Chunks.chunk(SESSION, window, fromSeq + i));
        }
        return chunks;
    }

    private static void assertKind(StoreErrorKind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
