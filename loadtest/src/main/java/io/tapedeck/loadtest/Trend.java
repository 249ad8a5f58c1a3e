package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Whether something that should stay level does: a straight line through the second half of what was sampled (least
 * squares), after warm-up, and how far it rises from the middle of the run to its end.
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
     * @param points in the order of time, at least twice {@link #SAMPLES_MIN}
     * @param shareMax rise that still counts as level, as a share of the value at the middle
     * @param floor rise that still counts as level, however small the value is
     */
    static Trend of(List<Point> points, double shareMax, double floor) {
        double endSecond = points.get(points.size() - 1).second();
        double middleSecond = (points.get(0).second() + endSecond) / 2;
        List<Point> half =
                points.stream().filter(point -> point.second() >= middleSecond).toList();
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
        return new Trend(middle, rise, Math.max(floor, shareMax * middle));
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
