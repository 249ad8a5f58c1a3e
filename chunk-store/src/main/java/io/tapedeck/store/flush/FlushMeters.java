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

    /** Records that were read out of the journal and had not been committed. */
    final Counter readBack;
    /** Records that were read out of the journal although an earlier process had committed them. */
    final Counter readBackKnown;
    /** Counted anew in each segment. */
    final Counter leftOut;

    final DistributionSummary bytes;

    FlushMeters(MeterRegistry meters, SegmentFlusher flusher) {
        sealed = counter(meters, "tapedeck.segments.sealed", "segments that were closed");
        flushed = counter(meters, "tapedeck.segments.flushed", "segments that were put and committed");
        retried = counter(meters, "tapedeck.segments.retried", "attempts to put or commit a segment that failed");
        readBack = readBack(meters, "taken");
        readBackKnown = readBack(meters, "known");
        leftOut = counter(
                meters,
                "tapedeck.segments.left.out",
                "sessions that a segment's commit left out, as they are erased or have expired");
        bytes = DistributionSummary.builder("tapedeck.segments.bytes")
                .description("sizes of segments")
                .register(meters);
        Gauge.builder("tapedeck.flush.held.bytes", flusher, SegmentFlusher::heldBytes)
                .description("bytes of open and sealed segments in memory")
                .register(meters);
        Gauge.builder("tapedeck.flush.lag.ms", flusher, SegmentFlusher::lagMs)
                .description("how long the oldest chunk waits that is not committed; alert when it stays above 30000")
                .register(meters);
    }

    private static Counter readBack(MeterRegistry meters, String outcome) {
        return Counter.builder("tapedeck.journal.read.back")
                .description("records read out of the journal, at the start or where memory was short")
                .tag("outcome", outcome)
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }
}
