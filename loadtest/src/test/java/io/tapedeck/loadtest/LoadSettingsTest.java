package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadSettingsTest {
    private final LoadSettings settings =
            new LoadSettings("pk", 10, 2, Habits.repeating(0), Duration.ofSeconds(1), "balanced", 1);

    @Test
    void recorders_beginEvenlyWithinTheTimeFromOneChunkToTheNext() {
        assertThat(settings.beginsAfter(0)).isZero();
        assertThat(settings.beginsAfter(1)).hasMillis(250);
        assertThat(settings.beginsAfter(9)).hasMillis(2_250);
    }

    @Test
    void ramp_isAnotherTimeForThat() {
        LoadSettings slowly = settings.withRamp(Duration.ofSeconds(60));

        assertThat(slowly.beginsAfter(1)).hasSeconds(6);
        assertThat(slowly.beginsAfter(9)).hasSeconds(54);
        assertThat(slowly.withSessionsMax(10).beginsAfter(9)).hasSeconds(54);
    }
}
