package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginLimiterTest {
    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final LoginLimiter limiter = new LoginLimiter(nowMs::get, 3, 60_000, 10, 5_000);

    @Test
    void tryLogin_afterTheNamesTries_saysWhenThereIsOneMore() {
        assertThat(tries("ada", 3)).containsOnly(0);
        assertThat(limiter.tryLogin("ada")).isEqualTo(60_000);

        nowMs.addAndGet(59_000);
        assertThat(limiter.tryLogin("ada")).isEqualTo(1_000);
        nowMs.addAndGet(1_000);
        assertThat(limiter.tryLogin("ada")).isZero();
        assertThat(limiter.tryLogin("ada")).isEqualTo(60_000);
    }

    @Test
    void tryLogin_limitsNamesApart() {
        tries("ada", 4);

        assertThat(limiter.tryLogin("grace")).isZero();
    }

    @Test
    void tryLogin_limitsAllNamesTogether() {
        for (int i = 0; i < 10; i++) {
            assertThat(limiter.tryLogin("name" + i)).isZero();
        }

        assertThat(limiter.tryLogin("somebody")).isEqualTo(5_000);
        nowMs.addAndGet(5_000);
        assertThat(limiter.tryLogin("somebody")).isZero();
    }

    @Test
    void tryLogin_ofANameWithoutTries_usesUpNothingOfTheOthers() {
        tries("ada", 100);

        for (int i = 0; i < 7; i++) {
            assertThat(limiter.tryLogin("name" + i)).isZero();
        }
    }

    @Test
    void succeeded_givesTheTriesBack() {
        for (int i = 0; i < 50; i++) {
            assertThat(limiter.tryLogin("ada")).isZero();
            limiter.succeeded("ada");
        }
    }

    @Test
    void tries_areNotSavedUpBeyondTheirNumber() {
        nowMs.addAndGet(10_000_000);

        assertThat(tries("ada", 3)).containsOnly(0);
        assertThat(limiter.tryLogin("ada")).isPositive();
    }

    private long[] tries(String name, int count) {
        long[] waits = new long[count];
        for (int i = 0; i < count; i++) {
            waits[i] = limiter.tryLogin(name);
        }
        return waits;
    }
}
