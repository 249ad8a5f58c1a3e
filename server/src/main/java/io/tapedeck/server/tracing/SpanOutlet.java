package io.tapedeck.server.tracing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where spans that ended wait for their export, and the count of what became of them. At most {@link #WAITING_MAX} wait;
 * the next ones are dropped. A batch is sent once: if the collector does not take it, it is gone. Thread-safe; ending a
 * span never waits.
 */
final class SpanOutlet {
    static final int WAITING_MAX = 2_048;
    static final int BATCH_MAX = 512;

    private static final Duration EXPORT_EVERY = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(SpanOutlet.class);

    private final SpanExporter exporter;
    private final Counter exported;
    private final Counter failed;
    private final Counter dropped;
    private final SpanProcessor processor;
    /** Ended, and not in an export yet. */
    private final AtomicInteger waiting = new AtomicInteger();
    /** Whether the last export failed, so that an outage is two lines in the log. */
    private final AtomicBoolean failing = new AtomicBoolean();

    /** @param exporter is closed with the processor */
    SpanOutlet(SpanExporter exporter, MeterRegistry meters) {
        this.exporter = exporter;
        this.exported = counter(meters, "exported");
        this.failed = counter(meters, "failed");
        this.dropped = counter(meters, "dropped");
        // Its own queue has room for all that may wait, so that what is dropped is dropped, and counted, here.
        SpanProcessor batches = BatchSpanProcessor.builder(new Exporting())
                .setMaxQueueSize(WAITING_MAX + BATCH_MAX)
                .setMaxExportBatchSize(BATCH_MAX)
                .setScheduleDelay(EXPORT_EVERY)
                .build();
        this.processor = new Admitting(batches);
    }

    static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("tapedeck.trace.spans")
                .description("Spans of recorded traces by what became of them")
                .tag("outcome", outcome)
                .register(meters);
    }

    SpanProcessor processor() {
        return processor;
    }

    private void count(CompletableResultCode result, int spans) {
        if (result.isSuccess()) {
            exported.increment(spans);
            if (failing.getAndSet(false)) {
                LOG.info("Traces are exported again");
            }
            return;
        }
        failed.increment(spans);
        if (!failing.getAndSet(true)) {
            LOG.atWarn()
                    .addKeyValue("cause", rootOf(result.getFailureThrowable()))
                    .log("Traces cannot be exported; spans are lost until they can");
        }
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Lets spans in while there is room. */
    private final class Admitting implements SpanProcessor {
        private final SpanProcessor batches;

        Admitting(SpanProcessor batches) {
            this.batches = batches;
        }

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            if (waiting.incrementAndGet() > WAITING_MAX) {
                waiting.decrementAndGet();
                dropped.increment();
            } else {
                batches.onEnd(span);
            }
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }

        @Override
        public CompletableResultCode forceFlush() {
            return batches.forceFlush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return batches.shutdown();
        }
    }

    /** Counts what the exporter makes of each batch. */
    private final class Exporting implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            int count = spans.size();
            waiting.addAndGet(-count);
            CompletableResultCode result = exporter.export(spans);
            result.whenComplete(() -> count(result, count));
            return result;
        }

        @Override
        public CompletableResultCode flush() {
            return exporter.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return exporter.shutdown();
        }
    }
}
