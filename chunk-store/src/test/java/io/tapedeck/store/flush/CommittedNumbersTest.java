package io.tapedeck.store.flush;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.store.Catalog.JournalProgress;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommittedNumbersTest {
    @Test
    void low_isTheFirstNumberThatIsNotCommitted() {
        CommittedNumbers numbers = new CommittedNumbers(10, new JournalProgress(List.of()));
        assertThat(numbers.low()).isEqualTo(10);

        numbers.add(12, 15);
        assertThat(numbers.low()).isEqualTo(10);
        numbers.add(10, 12);
        assertThat(numbers.low()).isEqualTo(15);
    }

    @Test
    void progress_isTakenOver() {
        CommittedNumbers numbers = new CommittedNumbers(
                10, new JournalProgress(List.of(new JournalProgress.Range(3, 12), new JournalProgress.Range(20, 30))));

        assertThat(numbers.low()).isEqualTo(12);
        assertThat(numbers.contains(25)).isTrue();
        assertThat(numbers.contains(30)).isFalse();
        assertThat(numbers.intersects(12, 20)).isFalse();
        assertThat(numbers.intersects(12, 21)).isTrue();
        assertThat(numbers.endBefore(40, 5)).isEqualTo(30);
        assertThat(numbers.endBefore(15, 14)).isEqualTo(14);
    }

    @Test
    void anyOrderOfRanges_isASetOfNumbers() {
        long seed = 20261121;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            CommittedNumbers numbers = new CommittedNumbers(0, new JournalProgress(List.of()));
            BitSet expected = new BitSet();
            for (int i = 0; i < 30; i++) {
                int from = random.nextInt(100);
                int to = from + random.nextInt(8);
                numbers.add(from, to);
                expected.set(from, to);
            }
            assertThat(numbers.low()).as("seed %s round %s", seed, round).isEqualTo(expected.nextClearBit(0));
            for (int number = 0; number < 120; number++) {
                assertThat(numbers.contains(number))
                        .as("seed %s round %s number %s", seed, round, number)
                        .isEqualTo(expected.get(number));
            }
        }
    }
}
