package io.tapedeck.server.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.tapedeck.http.RequestId;
import io.tapedeck.http.RequestLog;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/**
 * The span of each request: its route's name, method, status, problem code and request id, and nothing else that came with
 * it. That of a stream without an end ends where the stream begins, or a trace would be as long as somebody watches.
 */
final class RequestSpans {
    private static final String SPAN = RequestSpans.class.getName();

    /** Any other word that a client takes for a method might say something. */
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final TextMapGetter<HttpServerRequest> HEADERS =
            (request, name) -> request == null ? null : request.getHeader(name);

    private final Spans spans;

    RequestSpans(Spans spans) {
        this.spans = spans;
    }

    /** A trace begins. */
    void begin(RoutingContext ctx) {
        start(ctx, Context.root());
        ctx.addHeadersEndHandler(written -> {
            if ("text/event-stream".equals(ctx.response().headers().get(HttpHeaders.CONTENT_TYPE))) {
                finish(ctx, true);
            }
        });
        ctx.addEndHandler(ended -> finish(ctx, ended.succeeded()));
        ctx.next();
    }

    /**
     * If the request was drawn to be recorded and belongs to a trace of its caller's, its span is made anew as a part of that
     * one. The draw was for a trace of our own: no header, and no trace id that a caller picks, makes this server record more.
     */
    void goOn(RoutingContext ctx) {
        Context caller = W3CTraceContextPropagator.getInstance().extract(Context.root(), ctx.request(), HEADERS);
        boolean drawn = ctx.<Span>get(SPAN).isRecording();
        if (drawn && Span.fromContext(caller).getSpanContext().isValid()) {
            start(ctx, caller);
        }
        ctx.next();
    }

    private void start(RoutingContext ctx, Context parent) {
        Span span = spans.start(method(ctx), SpanKind.SERVER, parent);
        ctx.put(SPAN, span);
        spans.ofRequest(parent, span);
    }

    private static void finish(RoutingContext ctx, boolean answered) {
        Span span = ctx.get(SPAN);
        if (!span.isRecording()) {
            return;
        }
        String method = method(ctx);
        String route = RequestLog.routeOf(ctx);
        int status = ctx.response().getStatusCode();
        span.updateName(method + " " + route);
        span.setAttribute("http.request.method", method);
        if (answered || ctx.response().headWritten()) {
            span.setAttribute("http.response.status_code", status);
        }
        span.setAttribute("tapedeck.route", route);
        span.setAttribute("tapedeck.code", RequestLog.codeOf(ctx, answered));
        span.setAttribute("tapedeck.request_id", RequestId.of(ctx));
        if (status >= 500) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    private static String method(RoutingContext ctx) {
        String method = ctx.request().method().name();
        return METHODS.contains(method) ? method : "_OTHER";
    }
}
