package io.tapedeck.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tapedeck.loadtest.Trend.Point;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrendTest {
    private static final double MIDDLE_SECOND = 50 * 60;

    @Test
    void levelWithNoise_isLevel() {
        Random random = new Random(1);

        assertThat(trend(i -> 400 + 40 * random.nextDouble()).isLevel()).isTrue();
    }

    @Test
    void warmUp_thatEndsBeforeTheMiddle_isLevel() {
        Trend trend = trend(i -> Math.min(400, 100 + 10 * i));

        assertThat(trend.isLevel()).isTrue();
        assertThat(trend.middle()).isEqualTo(400);
    }

    @Test
    void steadyRise_isNone() {
        Trend trend = trend(i -> 100 + i);

        assertThat(trend.isLevel()).isFalse();
        assertThat(trend.rise()).isBetween(49.0, 51.0);
    }

    @Test
    void aFall_isLevel() {
        assertThat(trend(i -> 1_000 - i).isLevel()).isTrue();
    }

    @Test
    void aRiseBelowTheFloor_isLevel() {
        Trend trend =
                Trend.of(points(i -> 1 + i / 10.0), MIDDLE_SECOND, 0.1, 10).orElseThrow();

        assertThat(trend.isLevel()).isTrue();
    }

    @Test
    void tooFewPointsInTheSecondHalf_cannotBeJudged() {
        List<Point> points = points(i -> 400);

        assertThat(Trend.of(points.subList(0, 54), MIDDLE_SECOND, 0.1, 1)).isEmpty();
        assertThat(Trend.of(points.subList(0, 55), MIDDLE_SECOND, 0.1, 1)).isPresent();
    }

    private static Trend trend(IntToDoubleFunction value) {
        return Trend.of(points(value), MIDDLE_SECOND, 0.1, 1).orElseThrow();
    }

    private static List<Point> points(IntToDoubleFunction value) {
        return IntStream.rangeClosed(0, 100)
                .mapToObj(i -> new Point(i * 60, value.applyAsDouble(i)))
                .toList();
    }
}
