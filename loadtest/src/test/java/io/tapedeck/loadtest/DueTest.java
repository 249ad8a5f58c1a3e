package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DueTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "1_000_000, 1", "1_000_001, 2", "0, 0", "-1, 0", "-5_000_000, 0"})
    void inMs_isRoundedUp_andNeverBelowZero(String leftNanos, long ms) {
        long now = Long.MAX_VALUE - 3;

        assertThat(Due.inMs(now + Long.parseLong(leftNanos.replace("_", "")), now))
                .isEqualTo(ms);
    }
}
