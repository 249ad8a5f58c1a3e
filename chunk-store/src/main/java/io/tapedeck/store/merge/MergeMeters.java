package io.tapedeck.store.merge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What can be seen from outside of merging that reached a bound. Thread-safe. */
public final class MergeMeters {
    private final Counter unremembered;
    private final Counter delayed;

    public MergeMeters(MeterRegistry meters) {
        unremembered = counter(
                meters,
                "tapedeck.merge.unremembered",
                "events beyond those remembered while repeated ones are looked for: sent again, they stay twice");
        delayed = counter(
                meters,
                "tapedeck.merge.delayed",
                "blocks and frames that waited for memory: their events may come later than their time");
    }

    void unremembered(int lines) {
        unremembered.increment(lines);
    }

    void delayed() {
        delayed.increment();
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }
}
