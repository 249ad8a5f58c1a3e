package io.tapedeck.store.flush;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What can be seen of flushing from outside. {@code sealed - flushed} segments are on their way. */
final class FlushMeters {
    final Counter sealed;
    final Counter flushed;
    /** Grows while the object store or the catalog is away. */
    final Counter retried;

    final DistributionSummary bytes;

    FlushMeters(MeterRegistry registry, SegmentFlusher flusher) {
        sealed = counter(registry, "tapedeck.segments.sealed", "segments that were closed");
        flushed = counter(registry, "tapedeck.segments.flushed", "segments that were put and committed");
        retried = counter(registry, "tapedeck.segments.retried", "attempts to put or commit a segment that failed");
        bytes = DistributionSummary.builder("tapedeck.segments.bytes")
                .description("sizes of segments")
                .register(registry);
        Gauge.builder("tapedeck.flush.held.bytes", flusher, SegmentFlusher::heldBytes)
                .description("bytes of open and sealed segments in memory")
                .register(registry);
        Gauge.builder("tapedeck.flush.lag.ms", flusher, SegmentFlusher::lagMs)
                .description("how long the oldest chunk waits that is not committed; alert when it stays above 30000")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
