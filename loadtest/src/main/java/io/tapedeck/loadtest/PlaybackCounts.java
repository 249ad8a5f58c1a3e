package io.tapedeck.loadtest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What viewers have counted so far. Thread-safe. */
final class PlaybackCounts {
    /** At most so many damaged answers are described. */
    private static final int DESCRIBED_MAX = 20;
    /** At most so many sessions that were not there are known by name. */
    private static final int NOT_THERE_MAX = 1_000;
    /** Errors that are no status. */
    private static final Set<String> WITHOUT_AN_ANSWER = Set.of("network", "timeout", "cut");

    /** What viewers ask for. */
    enum Question {
        LIST("list"),
        NEXT_PAGE("nextPage"),
        FILTER("filter"),
        MANIFEST("manifest"),
        MARKERS("markers"),
        /** Events from the beginning, as the player reads them when a session is opened. */
        OPENING("opening"),
        /** The events that a picture of some instant needs. */
        SEEK("seek"),
        /** The manifest, for somebody who follows a session. */
        LIVE_MANIFEST("liveManifest"),
        /** The events that a live stream has told of. */
        LIVE_EVENTS("liveEvents");

        private final String label;

        Question(String label) {
            this.label = label;
        }

        /** Whether it is asked of one session, which may have been erased since it was found. */
        boolean isOfASession() {
            return this != LIST && this != NEXT_PAGE && this != FILTER;
        }
    }

    /** Of one kind of question. */
    private static final class Kind {
        private final LongAdder requests = new LongAdder();
        private final LongAdder answered = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
        private final ConcurrentHistogram micros = new ConcurrentHistogram(3);
        private final ConcurrentHistogram firstByteMicros = new ConcurrentHistogram(3);

        /** Where a session was not there, it depends on whether it still should be. */
        boolean refusedForGood(Question question) {
            return errors.keySet().stream()
                    .anyMatch(error -> error.matches("4\\d\\d")
                            && !error.equals("429")
                            && !(error.equals("404") && question.isOfASession()));
        }
    }

    private final Map<Question, Kind> kinds = new EnumMap<>(Question.class);
    /** From when a session was due to be opened to the first byte of its events. */
    private final ConcurrentHistogram openMicros = new ConcurrentHistogram(3);

    private final Queue<String> described = new ConcurrentLinkedQueue<>();
    private final Set<String> notThere = ConcurrentHashMap.newKeySet();
    final LongAdder visits = new LongAdder();
    /** Steps that could not be taken, because what they build on was not answered. */
    final LongAdder skipped = new LongAdder();
    /** Requests that were sent late because too many were under way: the load was less than asked for. */
    final LongAdder delayed = new LongAdder();
    /** Answers 409: the session had changed since its manifest. */
    final LongAdder stale = new LongAdder();
    /** Refusals with 429 or 503 that did not say when to come back. */
    final LongAdder retryAfterMissing = new LongAdder();
    /** Requests that were not answered with 200 in as many attempts as the web app makes. */
    final LongAdder givenUp = new LongAdder();

    final LongAdder frames = new LongAdder();
    final LongAdder lines = new LongAdder();
    /** Answers that are not what the manifest says. */
    final LongAdder damaged = new LongAdder();

    PlaybackCounts() {
        for (Question question : Question.values()) {
            kinds.put(question, new Kind());
        }
    }

    void asked(Question question) {
        kinds.get(question).requests.increment();
    }

    /** @param micros from when it was due to its end, attempts before included; the first byte likewise */
    void answered(Question question, long micros, long firstByteMicros, long bytes) {
        Kind kind = kinds.get(question);
        kind.answered.increment();
        kind.bytes.add(bytes);
        kind.micros.recordValue(Math.max(0, micros));
        kind.firstByteMicros.recordValue(Math.max(0, firstByteMicros));
    }

    void error(Question question, String error) {
        kinds.get(question)
                .errors
                .computeIfAbsent(error, unused -> new LongAdder())
                .increment();
    }

    void opened(long micros) {
        openMicros.recordValue(Math.max(0, micros));
    }

    void damaged(String what) {
        damaged.increment();
        if (described.size() < DESCRIBED_MAX) {
            described.add(what);
        }
    }

    /** A session that had been found was answered with 404. */
    void notThere(String session) {
        if (notThere.size() < NOT_THERE_MAX) {
            notThere.add(session);
        }
    }

    /** Ids of sessions that had been found and were not there. */
    Set<String> notThere() {
        return Set.copyOf(notThere);
    }

    Histogram openMicros() {
        return openMicros.copy();
    }

    private List<String> damages() {
        return List.copyOf(described);
    }

    long answered() {
        return kinds.values().stream().mapToLong(kind -> kind.answered.sum()).sum();
    }

    long bytes() {
        return kinds.values().stream().mapToLong(kind -> kind.bytes.sum()).sum();
    }

    /** By status, or what else kept an answer away, of all kinds together. */
    Map<String, Long> errors() {
        Map<String, Long> sums = new TreeMap<>();
        kinds.values()
                .forEach(kind -> kind.errors.forEach((error, count) -> sums.merge(error, count.sum(), Long::sum)));
        return sums;
    }

    /** What was promised to viewers and not kept, as far as answers tell, in words; empty if all is well. */
    List<String> broken() {
        List<String> broken = new ArrayList<>();
        if (answered() == 0) {
            broken.add("nothing was answered");
        }
        if (damaged.sum() > 0) {
            broken.add("answers are not what the manifest says");
        }
        if (retryAfterMissing.sum() > 0) {
            broken.add("refusals of viewers did not say when to come back");
        }
        if (errors().keySet().stream().anyMatch(error -> error.matches("5\\d\\d") && !error.equals("503"))) {
            broken.add("requests of viewers failed in the server");
        }
        if (errors().keySet().stream().anyMatch(WITHOUT_AN_ANSWER::contains)) {
            broken.add("requests of viewers got no answer, or half of one");
        }
        if (kinds.entrySet().stream().anyMatch(kind -> kind.getValue().refusedForGood(kind.getKey()))) {
            broken.add("requests of viewers were refused for good");
        }
        return broken;
    }

    void addTo(ObjectNode node) {
        node.put("visits", visits.sum());
        node.put("skipped", skipped.sum());
        node.put("delayed", delayed.sum());
        node.put("stale", stale.sum());
        node.put("givenUp", givenUp.sum());
        node.put("retryAfterMissing", retryAfterMissing.sum());
        node.put("bytes", bytes());
        node.put("frames", frames.sum());
        node.put("lines", lines.sum());
        node.put("damaged", damaged.sum());
        damages().forEach(node.putArray("damages")::add);
        Report.addErrors(node, errors());
        Report.addLatency(node.putObject("openMs"), openMicros.copy());
        ObjectNode requests = node.putObject("requests");
        kinds.forEach((question, kind) -> {
            ObjectNode of = requests.putObject(question.label);
            of.put("requests", kind.requests.sum());
            of.put("answered", kind.answered.sum());
            of.put("bytes", kind.bytes.sum());
            Map<String, Long> errors = new TreeMap<>();
            kind.errors.forEach((error, count) -> errors.put(error, count.sum()));
            Report.addErrors(of, errors);
            Report.addLatency(of.putObject("ms"), kind.micros.copy());
            Report.addLatency(of.putObject("firstByteMs"), kind.firstByteMicros.copy());
        });
    }
}
