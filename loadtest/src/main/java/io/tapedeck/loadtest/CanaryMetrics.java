package io.tapedeck.loadtest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tapedeck.loadtest.SessionVerifier.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What a canary counts. All of it is there from the start, at 0. Thread-safe. */
final class CanaryMetrics {
    private static final Duration[] VISIBLE_BOUNDARIES = {
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(15),
        Duration.ofSeconds(30)
    };

    final Counter written;
    final Counter refused;
    final Counter late;
    final Counter missing;
    final Counter duplicated;
    final Counter corrupted;
    final Counter outOfOrder;
    final Counter unreadable;
    final Counter unsettled;
    final Counter passedOver;
    final Counter wholeRounds;
    final Counter brokenRounds;
    final Timer visible;
    final Timer settled;
    final AtomicInteger open = new AtomicInteger();
    private final AtomicLong lastWholeMs = new AtomicLong(System.currentTimeMillis());

    CanaryMetrics(MeterRegistry meters) {
        written = counter(meters, "written", "Chunks that were acknowledged");
        refused = counter(meters, "refused", "Chunks that were not acknowledged within the patience");
        late = counter(meters, "late", "Acknowledged chunks that could not be read within the time for that");
        missing = counter(meters, "missing", "Acknowledged chunks that were not in the replay when it was over");
        duplicated = counter(meters, "duplicated", "Events that were in a replay more often than they were sent");
        corrupted = counter(meters, "corrupted", "Events in a replay that nobody sent");
        outOfOrder =
                counter(meters, "out.of.order", "Events of settled sessions that came behind one that follows them");
        unreadable = counter(meters, "unreadable", "Sessions that could not be read at all");
        unsettled = counter(meters, "unsettled", "Sessions that were not settled within the time for that");
        passedOver = counter(meters, "passed.over", "Rounds left out because too many were open");
        wholeRounds = rounds(meters, "whole");
        brokenRounds = rounds(meters, "broken");
        visible = Timer.builder("tapedeck.canary.visible")
                .description("Time from a session's last acknowledgement until all of it could be read")
                .serviceLevelObjectives(VISIBLE_BOUNDARIES)
                .register(meters);
        settled = Timer.builder("tapedeck.canary.settled")
                .description("Time from a session's last acknowledgement until it was settled")
                .register(meters);
        Gauge.builder("tapedeck.canary.open", open, AtomicInteger::get)
                .description("Rounds under way")
                .register(meters);
        Gauge.builder("tapedeck.canary.last.whole.timestamp", lastWholeMs, ms -> ms.get() / 1e3)
                .description("When a round last ended with nothing wrong; at first, when the canary started")
                .baseUnit("seconds")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder("tapedeck.canary." + name)
                .description(description)
                .register(meters);
    }

    private static Counter rounds(MeterRegistry meters, String outcome) {
        return Counter.builder("tapedeck.canary.rounds")
                .description("Rounds by how they ended")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** What should never be in a replay, whenever it is read. */
    void surplus(Verdict verdict) {
        duplicated.increment(verdict.duplicated());
        corrupted.increment(verdict.corrupted());
    }

    /**
     * What was promised and not kept, in words; empty if all is well.
     *
     * @param rounds how many there should have been
     */
    List<String> broken(long rounds) {
        Map<String, Counter> promises = new LinkedHashMap<>();
        promises.put("chunks were refused for good, or for too long", refused);
        promises.put("acknowledged chunks could not be read in time", late);
        promises.put("acknowledged chunks are not in the replay", missing);
        promises.put("events are in a replay more often than they were sent", duplicated);
        promises.put("events are in a replay that nobody sent", corrupted);
        promises.put("events of settled sessions are out of order", outOfOrder);
        promises.put("sessions could not be read", unreadable);
        promises.put("sessions were not settled in time", unsettled);
        promises.put("rounds were left out because too many were open", passedOver);
        List<String> broken = new ArrayList<>();
        promises.forEach((promise, counter) -> {
            if (counter.count() > 0) {
                broken.add(promise);
            }
        });
        if (broken.isEmpty() && wholeRounds.count() < rounds) {
            broken.add("rounds failed; the log says why");
        }
        return broken;
    }

    void ended(boolean whole) {
        (whole ? wholeRounds : brokenRounds).increment();
        if (whole) {
            lastWholeMs.set(System.currentTimeMillis());
        }
    }
}
