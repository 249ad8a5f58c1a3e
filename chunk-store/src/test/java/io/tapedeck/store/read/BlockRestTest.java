package io.tapedeck.store.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.ChunkId;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.WindowId;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlockRestTest {
    private static final BlockRef BLOCK =
            new BlockRef(new WindowId("w1"), 0, 10, 100, 0, 2, 1, 2, List.of(), List.of(chunk(1), chunk(2)));

    /** A viewer that was told of the one must not be given the other. */
    @Test
    void suffix_isAnotherForOtherChunks() {
        String whole = suffix(0, 1);
        String first = suffix(0);
        String second = suffix(1);

        assertThat(whole).isEmpty();
        assertThat(first).isNotEmpty().isEqualTo(suffix(0));
        assertThat(second).isNotEmpty().isNotEqualTo(first);
    }

    private static String suffix(int... chunks) {
        BitSet counted = new BitSet();
        for (int chunk : chunks) {
            counted.set(chunk);
        }
        return BlockRest.of(BLOCK, counted, Map.of()).suffix();
    }

    private static ChunkRef chunk(long seq) {
        return new ChunkRef(new ChunkId(seq, seq), seq, 1, seq, seq, seq);
    }
}
