package io.tapedeck.server.tracing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.tapedeck.store.StoreException;
import io.tapedeck.store.WorkTracer;
import io.vertx.core.Vertx;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Spans, and what the one who asks is at. Thread-safe.
 *
 * <p>Where a request is at work is known by its Vert.x context, of which each request has one and which goes from callback
 * to callback. On the store's threads, and within a call, it is known by the thread.
 */
final class Spans implements WorkTracer {
    /** To be registered before a Vertx is made. */
    private static final ContextLocal<Context> OF_REQUEST = ContextLocal.registerLocal(Context.class);

    private final Counter folded;
    private volatile Tracer tracer = TracerProvider.noop().get("");

    Spans(MeterRegistry meters) {
        folded = SpanOutlet.counter(meters, "folded");
    }

    /** From now on spans are recorded. */
    void recordWith(Tracer recording) {
        tracer = recording;
    }

    /** The request that is being handled here is at that span, below its parent, until it ends. */
    void ofRequest(Context parent, Span span) {
        OF_REQUEST.put(Vertx.currentContext(), CallCounts.begin(parent, span, folded));
    }

    /** What the caller is at. */
    Context current() {
        Context ofThread = Context.current();
        io.vertx.core.Context vertx = Vertx.currentContext();
        if (ofThread != Context.root() || vertx == null) {
            return ofThread;
        }
        Context ofRequest = OF_REQUEST.get(vertx);
        return ofRequest == null ? ofThread : ofRequest;
    }

    /** Begins the span of a request or a piece of work; whether it is recorded is up to the parent, or to the ratio if there is none. */
    Span start(String name, SpanKind kind, Context parent) {
        return tracer.spanBuilder(name).setSpanKind(kind).setParent(parent).startSpan();
    }

    /** Begins the span of a call; null if what it is a part of is not recorded, or has enough of such spans. */
    Span startCall(String name, SpanKind kind, Context parent) {
        return isRecording(parent) && CallCounts.admit(parent, name) ? start(name, kind, parent) : null;
    }

    static boolean isRecording(Context context) {
        return Span.fromContext(context).isRecording();
    }

    /** Ends a span; of a failure it has the kind alone, as messages may name what was asked for. */
    static void end(Span span, Throwable failure) {
        if (failure != null) {
            span.setStatus(StatusCode.ERROR);
            span.setAttribute(
                    "error.type", StoreException.of(failure).kind().name().toLowerCase(Locale.ROOT));
        }
        span.end();
    }

    /**
     * Makes a call a span below what the caller is at, if that is recorded and has not enough of them.
     *
     * @param call fails by its future
     */
    <T> CompletableFuture<T> call(String name, SpanKind kind, Supplier<CompletableFuture<T>> call) {
        Context parent = current();
        Span span = startCall(name, kind, parent);
        if (span == null) {
            return call.get();
        }
        CompletableFuture<T> asked;
        try {
            asked = parent.with(span).wrapSupplier(call).get();
        } catch (RuntimeException | Error e) {
            end(span, e);
            throw e;
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        asked.whenComplete((value, failure) -> {
            end(span, failure);
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    @Override
    public Work begin(String operation) {
        Context parent = current();
        Span span = start(operation, SpanKind.INTERNAL, parent);
        return span.isRecording() ? new RecordedWork(span, enter(CallCounts.begin(parent, span, folded))) : Work.NONE;
    }

    @SuppressWarnings("MustBeClosed") // It is, when the work is closed.
    private static Scope enter(Context context) {
        return context.makeCurrent();
    }

    private record RecordedWork(Span span, Scope scope) implements Work {
        @Override
        public void failed() {
            span.setStatus(StatusCode.ERROR);
        }

        @Override
        public void close() {
            scope.close();
            span.end();
        }
    }

    @Override
    public Place here() {
        Context here = current();
        return isRecording(here) ? part -> here.wrap(part).run() : Place.NONE;
    }
}
