package io.tapedeck.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.StoreSettings.Ack;
import io.tapedeck.store.block.RecordingReader;
import io.tapedeck.store.block.SegmentReader;
import io.tapedeck.store.flush.FlushPolicy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chunks whose events may be in other chunks of their window too. */
class OverlappingChunksTest {
    private static final SessionKey SESSION = Fixtures.session("s1");
    private static final FlushPolicy NEVER = new FlushPolicy(1 << 30, 3_600_000, 1 << 30, 2, 1, 20);

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
    void append_ofAnOverlappingChunk_isSoInJournalSegmentCatalogAndRecording() throws Exception {
        rig.closeStore(Duration.ofSeconds(10));
        rig.open(StoreRig.settings(folder, Ack.JOURNALED, NEVER));
        Chunk chunk = chunk(event(1, "a"), event(2, "b"));
        rig.append(chunk);
        rig.closeStore(Duration.ZERO);
        rig.open(StoreRig.settings(folder));
        Manifest hot = rig.awaitEvents(SESSION, 2);

        assertThat(hot.gaps()).isEmpty();
        LocatedBlock located =
                rig.catalog.layout(SESSION).orElseThrow().blocks().get(0);
        assertThat(located.block().chunks()).containsExactly(ChunkRef.of(chunk));
        ByteBuffer segment = object(located.segmentKey());
        SegmentSession held =
                SegmentReader.footer(segment.remaining(), segment).sessions().get(0);
        assertThat(held.blocks().get(0).chunks()).containsExactly(ChunkRef.of(chunk));
        rig.store().upkeep().settle();
        LocatedRecording recording =
                rig.catalog.layout(SESSION).orElseThrow().recordings().get(0);
        assertThat(recording.index().chunks().get(chunk.window())).containsExactly(ChunkRef.of(chunk));
        ByteBuffer object = object(recording.key());
        assertThat(RecordingReader.index(object.remaining(), object)).isEqualTo(recording.index());
        assertThat(Answers.get(rig.store().manifest(SESSION)).gaps()).isEmpty();
    }

    private ByteBuffer object(String key) {
        return Answers.get(rig.objects.get(key, 0, Math.toIntExact(Answers.get(rig.objects.size(key)))));
    }

    private static Chunk chunk(String... events) {
        return Fixtures.chunk(SESSION, "w1", Chunk.OVERLAPPING, Fixtures.RECEIVED_AT, List.of(events));
    }

    private static String event(int number, String text) {
        return Fixtures.event(Chunks.START_AT + number, text);
    }
}
