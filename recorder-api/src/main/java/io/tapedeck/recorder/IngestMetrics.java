package io.tapedeck.recorder;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tapedeck.http.ProblemCode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The gateway's counters. Each upload counts once in {@code tapedeck.ingest.requests}, under what became of it:
 * {@link Taken}, {@code abandoned} by its client, or the code it was refused with.
 */
final class IngestMetrics {
    private static final String REQUESTS = "tapedeck.ingest.requests";
    private static final Duration[] BOUNDARIES = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15)
    };

    private final MeterRegistry meters;
    private final Counter wireBytes;
    private final Counter inflatedBytes;
    private final Counter foreignBytes;
    private final Counter redacted;
    private final Timer seconds;
    /** As many as there are dialects and outcomes: asking the registry for each request costs more than counting. */
    private final Map<Outcome, Counter> requests = new ConcurrentHashMap<>();

    private record Outcome(String dialect, String outcome) {}

    IngestMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.wireBytes = bytes("tapedeck.ingest.wire", "Bytes of bodies as sent");
        this.inflatedBytes = bytes("tapedeck.ingest.inflated", "Bytes of bodies once decompressed");
        this.foreignBytes =
                bytes("tapedeck.ingest.foreign", "Bytes of decompressed bodies that hold nothing of a recording");
        this.redacted = Counter.builder("tapedeck.ingest.redacted")
                .description("Chunks that the gateway masked itself")
                .register(meters);
        this.seconds = Timer.builder("tapedeck.ingest")
                .description("Time from a request's head to its acknowledgement")
                .serviceLevelObjectives(BOUNDARIES)
                .register(meters);
    }

    /** @param bodyBytes of the decompressed body */
    void acknowledged(String dialect, Taken what, int bodyBytes, Duration took) {
        count(dialect, what.outcome());
        if (what == Taken.FOREIGN) {
            foreignBytes.increment(bodyBytes);
        }
        seconds.record(took);
    }

    void refused(String dialect, ProblemCode code) {
        count(dialect, code.name());
    }

    void abandoned(String dialect) {
        count(dialect, "abandoned");
    }

    void read(int count) {
        wireBytes.increment(count);
    }

    void inflated(int count) {
        inflatedBytes.increment(count);
    }

    void redacted() {
        redacted.increment();
    }

    private void count(String dialect, String outcome) {
        requests.computeIfAbsent(new Outcome(dialect, outcome), this::counter).increment();
    }

    private Counter counter(Outcome what) {
        return Counter.builder(REQUESTS)
                .description("Uploads by outcome")
                .tag("dialect", what.dialect())
                .tag("outcome", what.outcome())
                .register(meters);
    }

    private Counter bytes(String name, String description) {
        return Counter.builder(name).description(description).baseUnit("bytes").register(meters);
    }
}
