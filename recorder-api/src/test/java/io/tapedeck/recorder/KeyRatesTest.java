package io.tapedeck.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KeyRatesTest {
    private final AtomicLong nanos = new AtomicLong();
    private final KeyRates rates = new KeyRates(2, 3, nanos::get);

    @Test
    void take_withinTheBurst_isFree() {
        assertThat(rates.take("a")).isZero();
        assertThat(rates.take("a")).isZero();
        assertThat(rates.take("a")).isZero();
        assertThat(rates.take("a")).as("seconds to wait").isEqualTo(1);
        assertThat(rates.take("b")).as("another key has its own share").isZero();
    }

    @Test
    void take_afterAWhile_isFreeAgainButNeverBeyondTheBurst() {
        for (int i = 0; i < 3; i++) {
            rates.take("a");
        }
        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(rates.take("a")).isZero();
        assertThat(rates.take("a")).isPositive();
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        for (int i = 0; i < 3; i++) {
            assertThat(rates.take("a")).isZero();
        }
        assertThat(rates.take("a")).isPositive();
    }

    @Test
    void take_ofASlowKey_saysHowLong() {
        KeyRates slow = new KeyRates(0.1, 1, nanos::get);
        slow.take("a");

        assertThat(slow.take("a")).isEqualTo(10);
    }
}
