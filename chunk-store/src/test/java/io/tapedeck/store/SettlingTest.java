package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.block.RecordingReader;
import io.tapedeck.store.event.Marker;
import io.tapedeck.store.upkeep.UpkeepBuilder;
import io.tapedeck.store.upkeep.UpkeepSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettlingTest {
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
    void settle_ofRealRecordings_keepsEveryEventInOrder() throws Exception {
        for (String name : Fixtures.corpusNames()) {
            SessionKey session = Fixtures.session(name);
            List<Chunk> chunks = Fixtures.corpusChunks(session, "w1", name, 20);
            rig.appendAll(chunks);
            long events = chunks.stream().mapToLong(Chunk::events).sum();
            rig.awaitEvents(session, events);
            MarkerTrack hot = Answers.get(rig.store().markers(session));

            assertThat(rig.store().upkeep().settle()).isEqualTo(1);

            Manifest manifest = Answers.get(rig.store().manifest(session));
            assertThat(manifest.session().settled()).isTrue();
            assertThat(manifest.session().facts().events()).isEqualTo(events);
            assertThat(manifest.session().activeMs()).isNotNull();
            assertThat(StoreRig.events(manifest)).isEqualTo(events);
            assertThat(rig.text(session)).isEqualTo(Fixtures.text(chunks));
            MarkerTrack settled = Answers.get(rig.store().markers(session));
            assertThat(settled.markers()).isNotEmpty();
            assertThat(settled.markers().toString()).isEqualTo(hot.markers().toString());
            rig.assertSound(session, chunks);
        }
    }

    @Test
    void settle_writesAnObjectThatPlainToolsRead() throws Exception {
        List<Chunk> chunks = chunks("w1", 0, 20);
        rig.appendAll(chunks);
        rig.awaitEvents(SESSION, 60);
        rig.store().upkeep().settle();

        String key = onlyRecording();
        int size = Math.toIntExact(Answers.get(rig.objects.size(key)));
        ByteBuffer object = Answers.get(rig.objects.get(key, 0, size));

        assertThat(Answers.decompressed(object)).isEqualTo(Fixtures.text(chunks));
        assertThat(RecordingReader.index(size, object.duplicate()).chunks().get(new WindowId("w1")))
                .hasSize(20);
        assertThat(key).matches("recordings/default/[0-9]{8}/s1\\.0\\.[0-9a-f]{12}\\.ndjson\\.zst");
    }

    @Test
    void settle_ofOneVeryLargeEvent_keepsIt() throws Exception {
        Chunk large =
                Fixtures.chunk(SESSION, "w1", 0, Fixtures.fullSnapshot(Fixtures.RECEIVED_AT, "x".repeat(20 << 20)));
        List<Chunk> all = List.of(large, Chunks.chunk(SESSION, "w1", 1));
        rig.appendAll(all);
        rig.awaitEvents(SESSION, 4);

        rig.store().upkeep().settle();

        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(all));
    }

    @Test
    void settle_ofChunksInAnyOrder_ordersThemBySeq() throws Exception {
        List<Chunk> chunks = chunks("w1", 0, 40);
        List<Chunk> shuffled = new ArrayList<>(chunks);
        Collections.shuffle(shuffled, new Random(1));
        for (List<Chunk> some : List.of(shuffled.subList(0, 13), shuffled.subList(13, 27), shuffled.subList(27, 40))) {
            rig.appendAll(some);
            rig.awaitEvents(SESSION, 3L * (shuffled.indexOf(some.get(some.size() - 1)) + 1));
        }

        rig.store().upkeep().settle();

        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(chunks));
        assertThat(Answers.get(rig.store().manifest(SESSION)).gaps()).isEmpty();
    }

    @Test
    void settle_ofChunksWithoutSeq_ordersThemByTime() throws Exception {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            long at = Chunks.START_AT + i * 1_000L;
            chunks.add(Fixtures.chunk(SESSION, "w1", Chunk.NO_SEQ, Fixtures.event(at, "e" + i)));
        }
        rig.appendAll(
                List.of(chunks.get(3), chunks.get(0), chunks.get(5), chunks.get(1), chunks.get(4), chunks.get(2)));
        rig.awaitEvents(SESSION, 6);

        rig.store().upkeep().settle();

        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(chunks));
    }

    @Test
    void settle_withALateChunk_settlesAgainAsTheNextGeneration() throws Exception {
        List<Chunk> chunks = chunks("w1", 0, 10);
        List<Chunk> early = new ArrayList<>(chunks);
        Chunk late = early.remove(4);
        rig.appendAll(early);
        rig.awaitEvents(SESSION, 27);
        rig.store().upkeep().settle();
        String first = onlyRecording();
        assertThat(Answers.get(rig.store().manifest(SESSION)).gaps()).hasSize(1);

        rig.append(late);
        Manifest withTail = rig.awaitEvents(SESSION, 30);

        assertThat(withTail.session().settled()).isFalse();
        assertThat(withTail.gaps()).isEmpty();
        rig.assertSound(SESSION, chunks);
        reopenWithUpkeep(0);
        settleUntilSettled();
        assertThat(onlyRecording()).isNotEqualTo(first);
        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(chunks));
        rig.assertSound(SESSION, chunks);
    }

    @Test
    void settle_withRepeatedChunksInTheTail_countsThemOnce() throws Exception {
        List<Chunk> chunks = chunks("w1", 0, 5);
        rig.appendAll(chunks);
        rig.awaitEvents(SESSION, 15);
        rig.store().upkeep().settle();
        rig.closeStore(Duration.ofSeconds(10));
        rig.open(StoreRig.settings(folder.resolve("other")));

        rig.appendAll(chunks("w1", 3, 4));

        Manifest manifest = rig.awaitEvents(SESSION, 21);
        assertThat(rig.text(SESSION)).isEqualTo(Fixtures.text(chunks("w1", 0, 7)));
        assertThat(manifest.gaps()).isEmpty();
        settleUntilSettled();
        assertThat(Answers.get(rig.store().manifest(SESSION)).session().facts().events())
                .isEqualTo(21);
        rig.assertSound(SESSION, chunks("w1", 0, 7));
    }

    @Test
    void settle_ofATailThatIsKnown_keepsTheRecording() throws Exception {
        rig.appendAll(chunks("w1", 0, 5));
        rig.awaitEvents(SESSION, 15);
        rig.store().upkeep().settle();
        String recording = onlyRecording();
        rig.closeStore(Duration.ofSeconds(10));
        rig.open(StoreRig.settings(folder.resolve("other")));
        rig.appendAll(chunks("w1", 1, 3));
        Awaitility.await()
                .until(() ->
                        !Answers.get(rig.store().manifest(SESSION)).session().settled());

        settleUntilSettled();

        assertThat(onlyRecording()).isEqualTo(recording);
        rig.assertSound(SESSION, chunks("w1", 0, 5));
    }

    @Test
    void settle_ofSeveralWindows_keepsThemApart() throws Exception {
        List<Chunk> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(Chunks.chunk(SESSION, "w" + i % 3, i / 3));
        }
        all.add(Chunks.finalChunk(SESSION, "w9", 0));
        rig.appendAll(all);
        rig.awaitEvents(SESSION, 30);

        rig.store().upkeep().settle();

        Manifest manifest = Answers.get(rig.store().manifest(SESSION));
        assertThat(manifest.windows())
                .extracting(window -> window.id().value())
                .containsExactlyInAnyOrder("w0", "w1", "w2");
        rig.assertSound(SESSION, all);
    }

    @Test
    void events_ofAFrameThatWasSettled_isConflictAndTheNewManifestServes() throws Exception {
        rig.appendAll(chunks("w1", 0, 5));
        Manifest hot = rig.awaitEvents(SESSION, 15);
        String frame = hot.frames().get(0).id();

        rig.store().upkeep().settle();

        assertThatThrownBy(() ->
                        Answers.get(rig.store().events(SESSION, hot.session().rev(), List.of(frame))))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreErrorKind.CONFLICT));
        rig.assertSound(SESSION, chunks("w1", 0, 5));
    }

    @Test
    void sweep_afterTheGrace_deletesWhatWasReplaced() throws Exception {
        rig.appendAll(chunks("w1", 0, 5));
        rig.awaitEvents(SESSION, 15);
        rig.store().upkeep().settle();
        assertThat(rig.store().upkeep().sweep()).isZero();
        assertThat(keys("segments/")).isNotEmpty();

        reopenWithUpkeep(0);

        assertThat(rig.store().upkeep().sweep()).isPositive();
        assertThat(keys("segments/")).isEmpty();
        rig.assertSound(SESSION, chunks("w1", 0, 5));
    }

    @Test
    void markers_withALateChunk_coverRecordingAndTail() throws Exception {
        rig.append(Fixtures.chunk(SESSION, "w1", 0, Fixtures.event(Chunks.START_AT, "first")));
        rig.awaitEvents(SESSION, 1);
        rig.store().upkeep().settle();
        rig.append(Fixtures.chunk(SESSION, "w1", 1, Fixtures.event(Chunks.START_AT + 5, "second")));
        rig.awaitEvents(SESSION, 2);

        MarkerTrack track = Answers.get(rig.store().markers(SESSION));

        assertThat(track.markers())
                .filteredOn(marker -> marker.kind() == Marker.Kind.CUSTOM)
                .hasSize(2);
    }

    @Test
    void read_whileSettlingInALoop_neverFails() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Map<SessionKey, List<Chunk>> sessions = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            SessionKey session = Fixtures.session("s" + i);
            sessions.put(session, List.of(Chunks.chunk(session, "w1", 0), Chunks.chunk(session, "w1", 1)));
            rig.append(sessions.get(session).get(0));
        }
        for (SessionKey session : sessions.keySet()) {
            rig.awaitEvents(session, 3);
        }
        CompletableFuture<Integer> reading = CompletableFuture.supplyAsync(() -> {
            int reads = 0;
            while (!stop.get()) {
                for (SessionKey session : sessions.keySet()) {
                    assertThat(rig.text(session).lines().count()).isIn(3L, 6L);
                    assertThat(Answers.get(rig.store().markers(session)).truncated())
                            .isFalse();
                    reads++;
                }
            }
            return reads;
        });

        for (List<Chunk> chunks : sessions.values()) {
            rig.append(chunks.get(1));
            rig.store().upkeep().settle();
        }
        stop.set(true);

        assertThat(Answers.get(reading)).isPositive();
        for (Map.Entry<SessionKey, List<Chunk>> session : sessions.entrySet()) {
            rig.awaitEvents(session.getKey(), 6);
            rig.assertSound(session.getKey(), session.getValue());
        }
    }

    private void reopenWithUpkeep(long graceMs) {
        rig.closeStore(Duration.ofSeconds(10));
        UpkeepSettings upkeep = new UpkeepBuilder().doomedGraceMs(graceMs).build();
        rig.open(StoreRig.settings(folder, StoreSettings.Ack.JOURNALED, StoreRig.QUICK_FLUSH, upkeep));
    }

    /** Late chunks are settled after a pause of some seconds. */
    private void settleUntilSettled() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            rig.store().upkeep().settle();
            return Answers.get(rig.store().manifest(SESSION)).session().settled();
        });
    }

    private String onlyRecording() {
        SessionLayout layout = rig.catalog.layout(SESSION).orElseThrow();
        assertThat(layout.recordings()).hasSize(1);
        return layout.recordings().get(0).key();
    }

    private List<String> keys(String prefix) {
        return Answers.get(rig.objects.list(prefix, null, 1_000)).stream()
                .map(ObjectStore.StoredObject::key)
                .toList();
    }

    private static List<Chunk> chunks(String window, int fromSeq, int count) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chunks.add(Chunks.chunk(SESSION, window, fromSeq + i));
        }
        return chunks;
    }
}
