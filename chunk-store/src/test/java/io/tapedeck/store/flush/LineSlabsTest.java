package io.tapedeck.store.flush;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.block.PackedLines;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineSlabsTest {
    private final LineSlabs slabs = new LineSlabs();

    @Test
    void lines_areTheSameInSlabs_howeverManyThereAre() {
        Random random = new Random(7);
        LineSlabs.Lines kept = slabs.open();
        List<PackedLines> given = new ArrayList<>();
        List<PackedLines> found = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            PackedLines lines = lines(random, i == 0 ? LineSlabs.SLAB_BYTES : random.nextInt(200_000));
            given.add(lines);
            found.add(kept.keep(lines));
        }

        assertThat(found).isEqualTo(given);
        assertThat(found).allSatisfy(lines -> assertThat(array(lines)).hasSize(LineSlabs.SLAB_BYTES));
    }

    @Test
    void linesOfManySegments_doNotShareSlabs() {
        LineSlabs.Lines first = slabs.open();
        LineSlabs.Lines second = slabs.open();
        PackedLines lines = lines(new Random(7), 100);

        assertThat(array(first.keep(lines))).isNotSameAs(array(second.keep(lines)));
    }

    @Test
    void slabsOfAClosedSegment_areUsedAgain() {
        PackedLines lines = lines(new Random(7), 100);
        LineSlabs.Lines first = slabs.open();
        byte[] slab = array(first.keep(lines));
        assertThat(array(slabs.open().keep(lines))).isNotSameAs(slab);

        first.close();

        assertThat(array(slabs.open().keep(lines))).isSameAs(slab);
        assertThat(array(slabs.open().keep(lines))).isNotSameAs(slab);
    }

    @Test
    void linesLargerThanASlab_stayWhereTheyAre() {
        PackedLines lines = lines(new Random(7), LineSlabs.SLAB_BYTES + 1);

        assertThat(slabs.open().keep(lines)).isSameAs(lines);
    }

    private static PackedLines lines(Random random, int length) {
        byte[] frame = new byte[length];
        random.nextBytes(frame);
        return new PackedLines(ByteBuffer.wrap(frame), 5 * length);
    }

    private static byte[] array(PackedLines lines) {
        return lines.frame().array();
    }
}
