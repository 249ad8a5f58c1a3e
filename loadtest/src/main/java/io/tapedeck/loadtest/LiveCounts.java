package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tapedeck.loadtest.SessionVerifier.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/** What those who follow sessions have counted so far. Thread-safe. */
final class LiveCounts {
    /** Sessions followed to their end, once for each viewer. */
    private final LongAdder followed = new LongAdder();

    private final LongAdder streams = new LongAdder();
    /** Streams that ended without saying so. */
    private final LongAdder disconnects = new LongAdder();
    /** Refusals with 429 or 503 that did not say when to come back. */
    private final LongAdder retryAfterMissing = new LongAdder();

    private final Map<String, LongAdder> heard = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    /** Changes that told what was added. */
    private final LongAdder grown = new LongAdder();

    private final LongAdder chunksSeen = new LongAdder();
    private final LongAdder eventsSeen = new LongAdder();
    private final LongAdder chunksMissing = new LongAdder();
    private final LongAdder eventsMissing = new LongAdder();
    private final LongAdder duplicated = new LongAdder();
    private final LongAdder corrupted = new LongAdder();
    private final LongAdder outOfOrder = new LongAdder();

    private final ConcurrentHistogram sentMicros = new ConcurrentHistogram(3);
    private final ConcurrentHistogram ackMicros = new ConcurrentHistogram(3);
    private final ConcurrentHistogram toldMicros = new ConcurrentHistogram(3);

    void opened() {
        streams.increment();
    }

    void heard(String name) {
        add(heard, name);
    }

    /** A change told what was added. */
    void grown() {
        grown.increment();
    }

    void disconnected() {
        disconnects.increment();
    }

    void error(String kind) {
        add(errors, kind);
    }

    void refusedWithoutATime() {
        retryAfterMissing.increment();
    }

    /** A chunk's last event was there so long after it was first sent, and after its ack if that came before. */
    void seenAfter(long micros, long afterAckMicros) {
        sentMicros.recordValue(Math.max(0, micros));
        ackMicros.recordValue(Math.max(0, afterAckMicros));
    }

    /** A frame's events were there so long after the stream told of them. */
    void readAfter(long micros) {
        toldMicros.recordValue(Math.max(0, micros));
    }

    /** What a viewer had of a session at its end. */
    void ended(int chunks, int events, Verdict verdict) {
        followed.increment();
        chunksSeen.add(chunks);
        eventsSeen.add(events);
        chunksMissing.add(verdict.chunksMissing());
        eventsMissing.add(verdict.eventsMissing());
        surplus(verdict);
    }

    /** What a viewer had too much of, before it was told to read a session anew. */
    void surplus(Verdict verdict) {
        duplicated.add(verdict.duplicated());
        corrupted.add(verdict.corrupted());
    }

    void outOfOrder() {
        outOfOrder.increment();
    }

    private static void add(Map<String, LongAdder> map, String key) {
        map.computeIfAbsent(key, unused -> new LongAdder()).increment();
    }

    private static Map<String, Long> sums(Map<String, LongAdder> map) {
        Map<String, Long> sums = new TreeMap<>();
        map.forEach((key, count) -> sums.put(key, count.sum()));
        return sums;
    }

    /** What was promised to those who follow and not kept, in words; empty if all is well. */
    List<String> broken() {
        List<String> broken = new ArrayList<>();
        if (chunksSeen.sum() == 0) {
            broken.add("live viewers saw nothing");
        }
        if (eventsMissing.sum() + duplicated.sum() + corrupted.sum() > 0) {
            broken.add("what live viewers saw is not what was acknowledged");
        }
        if (outOfOrder.sum() > 0) {
            broken.add("live viewers saw events out of order");
        }
        if (retryAfterMissing.sum() > 0) {
            broken.add("refusals of live viewers did not say when to come back");
        }
        if (sums(errors).keySet().stream()
                .anyMatch(error -> error.matches("4\\d\\d|5\\d\\d|gone|unauthenticated")
                        && !error.equals("429")
                        && !error.equals("503"))) {
            broken.add("live streams failed in the server");
        }
        return broken;
    }

    void addTo(ObjectNode node) {
        node.put("followed", followed.sum());
        node.put("streams", streams.sum());
        ObjectNode heardByName = node.putObject("heard");
        sums(heard).forEach(heardByName::put);
        node.put("grown", grown.sum());
        node.put("disconnects", disconnects.sum());
        node.put("retryAfterMissing", retryAfterMissing.sum());
        Report.addErrors(node, sums(errors));
        node.put("chunks", chunksSeen.sum());
        node.put("events", eventsSeen.sum());
        node.put("ackedButMissing", chunksMissing.sum());
        node.put("eventsMissing", eventsMissing.sum());
        node.put("duplicated", duplicated.sum());
        node.put("corrupted", corrupted.sum());
        node.put("outOfOrder", outOfOrder.sum());
        node.put("timed", sentMicros.getTotalCount());
        Report.addLatency(node.putObject("sentToSeenMs"), sentMicros.copy());
        Report.addLatency(node.putObject("ackToSeenMs"), ackMicros.copy());
        Report.addLatency(node.putObject("toldToSeenMs"), toldMicros.copy());
    }
}
