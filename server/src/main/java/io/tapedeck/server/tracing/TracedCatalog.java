package io.tapedeck.server.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.tapedeck.store.Catalog;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A catalog whose calls are spans, named after its methods, where what the caller is at is recorded. */
final class TracedCatalog implements InvocationHandler {
    private final Catalog catalog;
    private final Spans spans;

    private TracedCatalog(Catalog catalog, Spans spans) {
        this.catalog = catalog;
        this.spans = spans;
    }

    static Catalog of(Catalog catalog, Spans spans) {
        return (Catalog) Proxy.newProxyInstance(
                Catalog.class.getClassLoader(), new Class<?>[] {Catalog.class}, new TracedCatalog(catalog, spans));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        Context parent = spans.current();
        Span span = spans.startCall("catalog " + method.getName(), SpanKind.CLIENT, parent);
        if (span == null) {
            return call(method, arguments);
        }
        try {
            Object answer = call(method, arguments);
            Spans.end(span, null);
            return answer;
        } catch (Throwable e) {
            Spans.end(span, e);
            throw e;
        }
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(catalog, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
