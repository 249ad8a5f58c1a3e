package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.loadtest.ChunkCutter.Slice;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkCutterTest {
    @Test
    void cut_afterFiveSecondsOfEventTime() {
        Recording recording = Recordings.of(
                Recordings.event(10_000, "a"),
                Recordings.event(14_999, "b"),
                Recordings.event(15_000, "c"),
                Recordings.event(40_000, "d"));

        assertThat(ChunkCutter.cut(recording))
                .containsExactly(new Slice(0, 2, 4_999), new Slice(2, 3, 5_000), new Slice(3, 4, 30_000));
    }

    @Test
    void cut_beforeTheBytesAreExceeded() {
        String half = "x".repeat(ChunkCutter.CHUNK_BYTES / 2 - 100);
        Recording recording = Recordings.of(
                Recordings.event(1, half),
                Recordings.event(2, half),
                Recordings.event(3, "small but too much".repeat(20)));

        assertThat(ChunkCutter.cut(recording)).containsExactly(new Slice(0, 2, 1), new Slice(2, 3, 2));
    }

    @Test
    void cut_oneEventLargerThanAChunk_standsAlone() {
        String large = "x".repeat(ChunkCutter.CHUNK_BYTES * 3);
        Recording recording =
                Recordings.of(Recordings.event(1, "a"), Recordings.event(2, large), Recordings.event(3, "b"));

        assertThat(ChunkCutter.cut(recording))
                .containsExactly(new Slice(0, 1, 0), new Slice(1, 2, 1), new Slice(2, 3, 2));
    }

    @Test
    void cut_ofTheBundledRecording_holdsEachEventOnceInOrder() {
        Recording recording = Recording.bundled();

        List<Slice> slices = ChunkCutter.cut(recording);

        int next = 0;
        for (Slice slice : slices) {
            assertThat(slice.from()).isEqualTo(next);
            assertThat(slice.to()).isGreaterThan(slice.from());
            next = slice.to();
        }
        assertThat(next).isEqualTo(recording.events().size());
        assertThat(slices).hasSizeGreaterThan(10);
    }
}
