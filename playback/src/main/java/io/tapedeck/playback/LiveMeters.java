package io.tapedeck.playback;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** The live view's metrics. Thread-safe. All are there from the start, at 0. */
final class LiveMeters {
    private final MeterRegistry meters;
    private final Counter refused;
    private final Counter skipped;
    private final Counter answeredPolls;
    private final Counter failedPolls;
    private final Counter changesWithFrames;
    private final Counter changesWithRev;
    private final Timer answeredReads;
    private final Timer failedReads;
    private final Map<LiveEnd, Counter> ended = new EnumMap<>(LiveEnd.class);

    LiveMeters(MeterRegistry meters) {
        this.meters = meters;
        this.refused = counter("refused", "Live streams refused because there are too many");
        this.skipped = counter("skipped", "Changes that slow clients were not sent, but for the newest");
        String polls = "Questions to the catalog how far the followed sessions are";
        this.answeredPolls = counter("polls", polls, "outcome", "ok");
        this.failedPolls = counter("polls", polls, "outcome", "failed");
        String changes = "Changes of followed sessions, and what viewers were told: what was added, or only that";
        this.changesWithFrames = counter("changes", changes, "told", "frames");
        this.changesWithRev = counter("changes", changes, "told", "rev");
        this.answeredReads = timer("ok");
        this.failedReads = timer("failed");
        for (LiveEnd end : LiveEnd.values()) {
            ended.put(end, counter("ended", "Live streams that ended, by why", "reason", end.word()));
        }
    }

    void watch(IntSupplier viewers, IntSupplier sessions, IntSupplier frames) {
        gauge("viewers", "Live streams open", viewers);
        gauge("sessions", "Sessions that are followed", sessions);
        gauge("frames", "Frames remembered, to tell what was added", frames);
    }

    void refused() {
        refused.increment();
    }

    void ended(LiveEnd end) {
        ended.get(end).increment();
    }

    void polled(boolean answered) {
        (answered ? answeredPolls : failedPolls).increment();
    }

    /** @param ns from a change found to what is to be told of it, or to the failure */
    void read(boolean succeeded, long ns) {
        (succeeded ? answeredReads : failedReads).record(ns, TimeUnit.NANOSECONDS);
    }

    /** @param withFrames whether viewers can be told what was added */
    void changed(boolean withFrames) {
        (withFrames ? changesWithFrames : changesWithRev).increment();
    }

    void skipped() {
        skipped.increment();
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder("tapedeck.playback.live." + name)
                .description(description)
                .tags(tags)
                .register(meters);
    }

    private Timer timer(String outcome) {
        return Timer.builder("tapedeck.playback.live.reads")
                .description("Readings of followed sessions' manifests, after a change was found")
                .tags("outcome", outcome)
                .register(meters);
    }

    private void gauge(String name, String description, IntSupplier value) {
        Gauge.builder("tapedeck.playback.live." + name, value::getAsInt)
                .description(description)
                .register(meters);
    }
}
