package io.tapedeck.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import org.junit.jupiter.api.Test;

class SpanOutletTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** All of its exports end when and as it is told. */
    private static final class HeldExporter implements SpanExporter {
        private final CompletableResultCode result = new CompletableResultCode();

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return result;
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    @Test
    void spansBeyondTheBound_areDropped_andEachSpanIsCountedOnce() {
        int ended = 10 * SpanOutlet.WAITING_MAX;
        HeldExporter exporter = new HeldExporter();
        try (SdkTracerProvider provider = provider(exporter)) {
            end(provider, ended);
            assertThat(count("dropped")).isPositive().isLessThanOrEqualTo(ended - SpanOutlet.WAITING_MAX);
            exporter.result.succeed();
        }

        assertThat(count("exported")).isGreaterThanOrEqualTo(SpanOutlet.WAITING_MAX);
        assertThat(count("exported") + count("dropped")).isEqualTo(ended);
        assertThat(count("failed")).isZero();
    }

    @Test
    void spansOfAFailedExport_areCountedAsFailed_andMakeRoomForOthers() {
        HeldExporter exporter = new HeldExporter();
        exporter.result.fail();
        try (SdkTracerProvider provider = provider(exporter)) {
            for (int round = 1; round <= 3; round++) {
                end(provider, SpanOutlet.WAITING_MAX);
                // Not forceFlush(): one that is asked for while another ends may answer with the other's success.
                int failed = round * SpanOutlet.WAITING_MAX;
                await().atMost(Duration.ofSeconds(30)).until(() -> count("failed") == failed);
            }
        }

        assertThat(count("failed")).isEqualTo(3 * SpanOutlet.WAITING_MAX);
        assertThat(count("exported") + count("dropped")).isZero();
    }

    private SdkTracerProvider provider(SpanExporter exporter) {
        return SdkTracerProvider.builder()
                .addSpanProcessor(new SpanOutlet(exporter, meters).processor())
                .build();
    }

    private static void end(SdkTracerProvider provider, int spans) {
        Tracer tracer = provider.get("test");
        for (int i = 0; i < spans; i++) {
            tracer.spanBuilder("work").startSpan().end();
        }
    }

    private double count(String outcome) {
        return meters.counter("tapedeck.trace.spans", "outcome", outcome).count();
    }
}
