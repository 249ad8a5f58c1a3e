package io.tapedeck.server.tracing;

import static io.tapedeck.server.tracing.CallCounts.SPANS_OF_A_KIND_MAX;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Test;

class CallCountsTest {
    private final Counter folded = SpanOutlet.counter(new SimpleMeterRegistry(), "folded");
    private final ReadableSpan span = (ReadableSpan) SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(SpanExporter.composite())) // Without one nothing is recorded.
            .build()
            .get("test")
            .spanBuilder("work")
            .startSpan();
    private final Context work = CallCounts.begin(Context.root(), (Span) span, folded);

    @Test
    void callsOfAKind_areSpansUpToTheBound_andThenCounted() {
        assertThat(admitted("object store get", 100)).isEqualTo(SPANS_OF_A_KIND_MAX);

        assertThat(counted("object_store_get")).isEqualTo(100);
        assertThat(folded.count()).isEqualTo(100 - SPANS_OF_A_KIND_MAX);
    }

    @Test
    void callsOfAnotherKind_haveABoundOfTheirOwn_andNoAttributeBelowIt() {
        admitted("object store get", 100);

        assertThat(admitted("object store put", SPANS_OF_A_KIND_MAX)).isEqualTo(SPANS_OF_A_KIND_MAX);
        assertThat(counted("object_store_put")).isNull();
    }

    private int admitted(String name, int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted += CallCounts.admit(work, name) ? 1 : 0;
        }
        return admitted;
    }

    private Long counted(String kind) {
        return span.getAttribute(AttributeKey.longKey(CallCounts.ATTRIBUTE + kind));
    }
}
