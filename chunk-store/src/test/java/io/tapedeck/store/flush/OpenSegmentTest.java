package io.tapedeck.store.flush;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tapedeck.store.Chunk;
import io.tapedeck.store.Chunks;
import io.tapedeck.store.Fixtures;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.block.BlockWriter;
import io.tapedeck.store.block.SegmentWriter.Segment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OpenSegmentTest {
    private static final SessionKey SESSION = Fixtures.session("s1");

    private final LineSlabs slabs = new LineSlabs();
    private final OpenSegment open = new OpenSegment(1, 0, slabs);

    /** In an outage there is one of them every few seconds, for hours. */
    @Test
    void segmentOfOneChunk_takesNoMoreThanIsCounted() {
        Chunk chunk = Chunks.chunk(SESSION, "w1", 0);

        open.add(1, chunk);

        assertThat(open.bytes()).isEqualTo(OpenSegment.bytes(chunk));
    }

    @Test
    void segment_isTheSameEachTimeItIsEncoded_untilItsChunksAreLetGoOf() {
        for (int seq = 0; seq < 100; seq++) {
            open.add(seq + 1, Chunks.chunk(SESSION, "w" + seq % 2, seq, text(seq)));
        }
        assertThat(open.bytes()).isGreaterThan(2 * LineSlabs.SLAB_BYTES);

        Segment first = encode();
        Segment second = encode();
        open.release();

        assertThat(second).isEqualTo(first);
        assertThat(first.footer().sessions().get(0).blocks()).hasSize(2);
        assertThat(open.chunks()).isEqualTo(100);
        // Without them it would be a segment that covers their numbers and holds nothing.
        assertThatThrownBy(this::encode).isInstanceOf(IllegalStateException.class);
    }

    private Segment encode() {
        return open.encode(new BlockWriter(BlockWriter.DEFAULT_LEVEL), "node1", 1, byte[]::new);
    }

    /** Of 20 KB that cannot be compressed to much less. */
    private static String text(int seed) {
        StringBuilder text = new StringBuilder();
        new Random(seed).ints(20_000, 'a', 'z').forEach(c -> text.append((char) c));
        return text.toString();
    }
}
