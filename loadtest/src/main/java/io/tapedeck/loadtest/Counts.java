package io.tapedeck.loadtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What a run has counted so far. Thread-safe. */
final class Counts {
    final LongAdder requests = new LongAdder();
    /** Acked chunks that were sent again on purpose, and acked again. */
    final LongAdder repeats = new LongAdder();

    final LongAdder acked = new LongAdder();
    final LongAdder ackedEvents = new LongAdder();
    /** Chunks refused for good, or not acked within the patience. */
    final LongAdder givenUp = new LongAdder();
    /** Recorders of whom something was still under way when it could not be waited for any longer. */
    final LongAdder unfinished = new LongAdder();
    /** Chunks that were due, and still waited for others in flight when recorders were told to finish. */
    final LongAdder unsent = new LongAdder();
    /** Refusals with 429 or 503 that did not say when to come back. */
    final LongAdder retryAfterMissing = new LongAdder();
    /** Chunks that were held back on purpose, and those of them that were sent to a session settled by then. */
    final LongAdder late = new LongAdder();

    final LongAdder lateToSettled = new LongAdder();
    /** Chunks that were sent late because too many requests were in flight: the load was less than asked for. */
    final LongAdder delayed = new LongAdder();
    /** Of acked chunks, as JSON; and of all requests, as sent. */
    final LongAdder bytesRaw = new LongAdder();

    final LongAdder bytesSent = new LongAdder();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    private final ConcurrentHistogram ackMicros = new ConcurrentHistogram(3);

    void error(String kind) {
        errors.computeIfAbsent(kind, unused -> new LongAdder()).increment();
    }

    /** What was promised to recorders and not kept, as far as they can tell, in words; empty if all is well. */
    List<String> broken() {
        List<String> broken = new ArrayList<>();
        if (acked.sum() == 0) {
            broken.add("nothing was acknowledged");
        }
        if (givenUp.sum() > 0) {
            broken.add("chunks were refused for good, or for too long");
        }
        if (unfinished.sum() > 0) {
            broken.add("chunks were neither acknowledged nor refused in time");
        }
        if (retryAfterMissing.sum() > 0) {
            broken.add("refusals did not say when to come back");
        }
        return broken;
    }

    void ackedAfter(long micros) {
        ackMicros.recordValue(Math.max(0, micros));
    }

    Map<String, Long> errors() {
        Map<String, Long> sums = new TreeMap<>();
        errors.forEach((kind, count) -> sums.put(kind, count.sum()));
        return sums;
    }

    Histogram ackMicros() {
        return ackMicros.copy();
    }
}
