package io.tapedeck.store.flush;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SegmentArrayTest {
    private static final int MB = 1 << 20;

    private final SegmentArray arrays = new SegmentArray();

    @Test
    void take_ofNoMoreThanWasGivenBack_givesTheSameArray() {
        byte[] first = arrays.take(20 * MB - 5);
        arrays.giveBack(first);

        assertThat(arrays.take(20 * MB)).isSameAs(first);
    }

    @Test
    void take_ofAnArrayThatIsAway_givesAnother() {
        byte[] first = arrays.take(20 * MB);
        arrays.giveBack(first);
        byte[] second = arrays.take(20 * MB);

        assertThat(arrays.take(20 * MB)).isNotSameAs(second).hasSizeGreaterThanOrEqualTo(20 * MB);
    }

    @Test
    void take_ofMoreThanWasGivenBack_givesALargerOne() {
        arrays.giveBack(arrays.take(8 * MB));

        assertThat(arrays.take(9 * MB)).hasSizeGreaterThanOrEqualTo(9 * MB);
    }

    @Test
    void giveBack_ofASmallArray_keepsNone() {
        byte[] small = arrays.take(1_000);
        arrays.giveBack(small);

        assertThat(small).hasSize(1_000);
        assertThat(arrays.take(1_000)).isNotSameAs(small);
    }
}
