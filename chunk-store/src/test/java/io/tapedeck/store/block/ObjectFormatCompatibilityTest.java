package io.tapedeck.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.SegmentSession;
import io.tapedeck.store.Chunk;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.EventCounts;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.event.Marker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every version of this program reads what earlier ones wrote: the files here are theirs and never change. */
class ObjectFormatCompatibilityTest {
    @Test
    void segment_ofVersion1_isRead() throws IOException {
        byte[] object = golden("segment-v1.seg");
        SegmentFooter footer = SegmentReader.footer(object.length, ByteBuffer.wrap(object));

        assertThat(footer.node()).isEqualTo("node-1");
        assertThat(footer.epoch()).isEqualTo(7);
        assertThat(footer.journalFrom()).isEqualTo(100);
        assertThat(footer.journalTo()).isEqualTo(104);
        SegmentSession session = footer.sessions().get(0);
        assertThat(session.session()).isEqualTo(GoldenFiles.SESSION);
        assertFacts(session.facts());
        Map<String, List<Chunk>> windows = GoldenFiles.windows();
        assertThat(session.blocks()).hasSize(2);
        for (BlockRef block : session.blocks()) {
            List<Chunk> chunks = windows.get(block.window().value());
            BlockReader reader = BlockReader.open(block, slice(object, block.offset(), block.length()));
            assertThat(Fixtures.bytes(reader.lines())).isEqualTo(Fixtures.lines(chunks));
            assertThat(block.chunks())
                    .isEqualTo(chunks.stream().map(ChunkRef::of).toList());
        }
    }

    @Test
    void recording_ofVersion1_isRead() throws IOException {
        byte[] object = golden("recording-v1.ndjson.zst");
        RecordingIndex index = RecordingReader.index(object.length, ByteBuffer.wrap(object));

        assertThat(index.session()).isEqualTo(GoldenFiles.SESSION);
        assertThat(index.part()).isZero();
        assertThat(index.activeMs()).isEqualTo(31_496);
        assertFacts(index.facts());
        assertThat(index.frames()).extracting(FrameRef::events).containsExactly(150, 4);
        for (FrameRef frame : index.frames()) {
            List<Chunk> chunks = GoldenFiles.windows().get(frame.window().value());
            assertThat(RecordingReader.lines(frame, slice(object, frame.offset(), frame.length())))
                    .isEqualTo(Fixtures.lines(chunks));
            assertThat(index.chunks().get(frame.window()))
                    .isEqualTo(chunks.stream().map(ChunkRef::of).toList());
        }
        List<Marker> markers = RecordingReader.markers(1, slice(object, index.markersOffset(), index.markersLength()))
                .markers();
        assertThat(markers)
                .filteredOn(marker -> marker.window().equals("tab-2"))
                .extracting(Marker::title)
                .containsExactly("https://a.example/pay?card=***", "Click", "TypeError: x is null");
    }

    @Test
    void recordingOfALaterPart_ofVersion1_isRead() throws IOException {
        byte[] object = golden("recording-v1-part-1.ndjson.zst");
        RecordingIndex index = RecordingReader.index(object.length, ByteBuffer.wrap(object));

        List<Chunk> chunks = GoldenFiles.secondPart().get("tab-1");
        assertThat(index.session()).isEqualTo(GoldenFiles.SESSION);
        assertThat(index.part()).isEqualTo(1);
        assertThat(index.frames()).hasSize(1);
        FrameRef frame = index.frames().get(0);
        assertThat(RecordingReader.lines(frame, slice(object, frame.offset(), frame.length())))
                .isEqualTo(Fixtures.lines(chunks));
        assertThat(index.chunks())
                .isEqualTo(
                        Map.of(frame.window(), chunks.stream().map(ChunkRef::of).toList()));
    }

    private static void assertFacts(SessionFacts facts) {
        assertThat(facts.events()).isEqualTo(154);
        assertThat(facts.firstReceivedAt()).isEqualTo(1_794_116_412_962L);
        assertThat(facts.counts()).isEqualTo(new EventCounts(8, 0, 0, 1, 0, 0, 2, 0));
        assertThat(facts.entry().url()).isEqualTo("http://todo.localhost:8090/todo.html");
        assertThat(facts.windows()).containsExactly("tab-1", "tab-2");
        assertThat(facts.browser()).isEqualTo("Chrome 156");
        assertThat(facts.user()).isNull();
        assertThat(facts.clockImplausible()).isFalse();
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream file = ObjectFormatCompatibilityTest.class.getResourceAsStream("/golden/" + name)) {
            return file.readAllBytes();
        }
    }

    private static ByteBuffer slice(byte[] bytes, long offset, int length) {
        return ByteBuffer.wrap(bytes, (int) offset, length).slice();
    }
}
