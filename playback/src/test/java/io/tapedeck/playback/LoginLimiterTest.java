package io.tapedeck.playback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginLimiterTest {
    private static final int TRIES = 3;
    /** Of a name from all clients, and of a client with all names. */
    private static final int SHARED = 30;

    private static final int OVERALL = 300;

    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final LoginLimiter limiter = new LoginLimiter(nowMs::get, TRIES, 60_000);

    @Test
    void tryLogin_afterTheClientsTries_saysWhenThereIsOneMore() {
        assertThat(tries("ada", "home", TRIES)).containsOnly(0);
        assertThat(limiter.tryLogin("ada", "home")).isEqualTo(60_000);

        nowMs.addAndGet(59_000);
        assertThat(limiter.tryLogin("ada", "home")).isEqualTo(1_000);
        nowMs.addAndGet(1_000);
        assertThat(limiter.tryLogin("ada", "home")).isZero();
        assertThat(limiter.tryLogin("ada", "home")).isEqualTo(60_000);
    }

    @Test
    void tryLogin_limitsNamesApart() {
        tries("ada", "home", TRIES + 1);

        assertThat(limiter.tryLogin("grace", "home")).isZero();
    }

    @Test
    void tryLogin_ofAClientThatGuessesForHours_shutsNobodyElseOut() {
        for (int i = 0; i < 3_600; i++) {
            limiter.tryLogin("admin", "guesser");
            limiter.tryLogin("name" + i, "guesser");
            nowMs.addAndGet(1_000);
        }

        assertThat(tries("admin", "home", TRIES)).containsOnly(0);
        assertThat(tries("grace", "home", TRIES)).containsOnly(0);
    }

    @Test
    void tryLogin_limitsANameFromAllClientsTogether() {
        for (int i = 0; i < SHARED; i++) {
            assertThat(limiter.tryLogin("ada", "client" + i)).isZero();
        }

        assertThat(limiter.tryLogin("ada", "other")).isEqualTo(6_000);
        nowMs.addAndGet(6_000);
        assertThat(limiter.tryLogin("ada", "other")).isZero();
    }

    @Test
    void tryLogin_limitsAClientWithAllNamesTogether() {
        for (int i = 0; i < SHARED; i++) {
            assertThat(limiter.tryLogin("name" + i, "home")).isZero();
        }

        assertThat(limiter.tryLogin("other", "home")).isEqualTo(6_000);
        assertThat(limiter.tryLogin("other", "office")).isZero();
    }

    @Test
    void tryLogin_limitsAllTogether() {
        for (int i = 0; i < OVERALL; i++) {
            assertThat(limiter.tryLogin("name" + i, "client" + i)).isZero();
        }

        assertThat(limiter.tryLogin("somebody", "somewhere")).isEqualTo(600);
        nowMs.addAndGet(600);
        assertThat(limiter.tryLogin("somebody", "somewhere")).isZero();
    }

    @Test
    void tryLogin_thatIsRefused_usesUpNothingOfTheOthers() {
        tries("ada", "home", 100);

        for (int i = 0; i < SHARED - TRIES; i++) {
            assertThat(limiter.tryLogin("name" + i, "home")).isZero();
            assertThat(limiter.tryLogin("ada", "client" + i)).isZero();
        }
    }

    @Test
    void succeeded_givesTheTriesBack() {
        for (int i = 0; i < 2 * OVERALL; i++) {
            assertThat(limiter.tryLogin("ada", "home")).isZero();
            limiter.succeeded("ada", "home");
        }
    }

    @Test
    void succeeded_givesNothingOfOtherNamesBack() {
        tries("ada", "home", TRIES);
        assertThat(limiter.tryLogin("grace", "home")).isZero();

        limiter.succeeded("grace", "home");

        assertThat(limiter.tryLogin("ada", "home")).isPositive();
    }

    @Test
    void tries_areNotSavedUpBeyondTheirNumber() {
        nowMs.addAndGet(10_000_000);

        assertThat(tries("ada", "home", TRIES)).containsOnly(0);
        assertThat(limiter.tryLogin("ada", "home")).isPositive();
    }

    private long[] tries(String name, String client, int count) {
        long[] waits = new long[count];
        for (int i = 0; i < count; i++) {
            waits[i] = limiter.tryLogin(name, client);
        }
        return waits;
    }
}
