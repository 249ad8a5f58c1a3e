package io.tapedeck.store.flush;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.block.PackedLines;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineSlabsTest {
    private final Random random = new Random(7);
    private final LineSlabs slabs = new LineSlabs();

    @Test
    void lines_areTheSameInSlabs_howeverManyThereAre() {
        LineSlabs.Lines kept = filled();
        List<PackedLines> given = new ArrayList<>();
        List<PackedLines> found = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            PackedLines lines = lines(random.nextInt(LineSlabs.LINES_BYTES_MAX + 1));
            given.add(lines);
            found.add(kept.keep(lines));
        }

        assertThat(found).isEqualTo(given);
        assertThat(found).allSatisfy(lines -> assertThat(array(lines)).hasSize(LineSlabs.SLAB_BYTES));
    }

    @Test
    void firstLinesOfASegment_takeNoSlab() {
        LineSlabs.Lines kept = slabs.open();
        PackedLines lines = lines(LineSlabs.LINES_BYTES_MAX);

        for (int bytes = 0; bytes < LineSlabs.SLAB_BYTES; bytes += lines.length()) {
            assertThat(kept.bytes()).isEqualTo(bytes);
            assertThat(kept.keep(lines)).isSameAs(lines);
        }
        assertThat(kept.keep(lines)).isNotSameAs(lines).isEqualTo(lines);
    }

    @Test
    void slabs_countAsAWhole() {
        LineSlabs.Lines kept = filled();
        long before = kept.bytes();

        kept.keep(lines(1));
        kept.keep(lines(LineSlabs.LINES_BYTES_MAX));
        assertThat(kept.bytes() - before).isEqualTo(LineSlabs.SLAB_BYTES);

        kept.keep(lines(LineSlabs.LINES_BYTES_MAX + 1));
        assertThat(kept.bytes() - before).isEqualTo(LineSlabs.SLAB_BYTES + LineSlabs.LINES_BYTES_MAX + 1);
    }

    @Test
    void linesOfManySegments_doNotShareSlabs() {
        PackedLines lines = lines(100);

        assertThat(array(filled().keep(lines))).isNotSameAs(array(filled().keep(lines)));
    }

    @Test
    void slabsOfAClosedSegment_areUsedAgain() {
        PackedLines lines = lines(100);
        LineSlabs.Lines first = filled();
        byte[] slab = array(first.keep(lines));
        assertThat(array(filled().keep(lines))).isNotSameAs(slab);

        first.close();

        assertThat(array(filled().keep(lines))).isSameAs(slab);
        assertThat(array(filled().keep(lines))).isNotSameAs(slab);
    }

    @Test
    void linesThatWouldLeaveMuchOfASlabUnused_stayWhereTheyAre() {
        PackedLines lines = lines(LineSlabs.LINES_BYTES_MAX + 1);

        assertThat(filled().keep(lines)).isSameAs(lines);
    }

    /** Of a segment with so much in it that its next lines go into slabs. */
    private LineSlabs.Lines filled() {
        LineSlabs.Lines kept = slabs.open();
        kept.keep(lines(LineSlabs.SLAB_BYTES));
        return kept;
    }

    private PackedLines lines(int length) {
        byte[] frame = new byte[length];
        random.nextBytes(frame);
        return new PackedLines(ByteBuffer.wrap(frame), 5 * length);
    }

    private static byte[] array(PackedLines lines) {
        return lines.frame().array();
    }
}
