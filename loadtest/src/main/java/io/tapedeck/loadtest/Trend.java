package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * Whether something that should stay level does: a straight line through what was sampled in the second half of a run (least
 * squares), after warm-up, and how far it rises from the middle of the run to the last sample.
 *
 * @param middle the line's value at the middle of the run
 * @param rise from there to the end
 * @param riseMax the most that still counts as level
 */
record Trend(double middle, double rise, double riseMax) {
    /** Fewer samples in the second half say nothing. */
    static final int SAMPLES_MIN = 5;

    /**
     * @param value at some second of the run
     */
    record Point(double second, double value) {}

    /**
     * @param points in the order of time
     * @param middleSecond of the run; what was sampled before does not count
     * @param shareMax rise that still counts as level, as a share of the value at the middle
     * @param floor rise that still counts as level, however small the value is
     * @return empty if there are too few points to judge it
     */
    static Optional<Trend> of(List<Point> points, double middleSecond, double shareMax, double floor) {
        List<Point> half =
                points.stream().filter(point -> point.second() >= middleSecond).toList();
        if (half.size() < SAMPLES_MIN) {
            return Optional.empty();
        }
        double endSecond = half.get(half.size() - 1).second();
        double meanSecond = half.stream().mapToDouble(Point::second).average().orElseThrow();
        double meanValue = half.stream().mapToDouble(Point::value).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (Point point : half) {
            covariance += (point.second() - meanSecond) * (point.value() - meanValue);
            variance += (point.second() - meanSecond) * (point.second() - meanSecond);
        }
        double slope = variance == 0 ? 0 : covariance / variance;
        double middle = meanValue + slope * (middleSecond - meanSecond);
        double rise = slope * (endSecond - middleSecond);
        return Optional.of(new Trend(middle, rise, Math.max(floor, shareMax * middle)));
    }

    boolean isLevel() {
        return rise <= riseMax;
    }

    void addTo(ObjectNode node) {
        node.put("middle", Math.round(middle));
        node.put("rise", Math.round(rise));
        node.put("riseMax", Math.round(riseMax));
        node.put("level", isLevel());
    }
}
