package io.tapedeck.server.tracing;

import io.micrometer.core.instrument.Counter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.HashMap;
import java.util.Map;

/**
 * The calls below one request or piece of work. The first of each kind are spans; the ones beyond are only counted, in an
 * attribute of its span, so that a trace is bounded however many blocks a session has. Thread-safe.
 */
final class CallCounts {
    static final int SPANS_OF_A_KIND_MAX = 8;
    /** Before the kind of call, such as {@code object_store_get}: how many there were, if not all of them are spans. */
    static final String ATTRIBUTE = "tapedeck.calls.";

    private static final ContextKey<CallCounts> KEY = ContextKey.named("tapedeck.calls");

    private final Span above;
    private final Counter folded;
    /** By name; as many as there are kinds of calls. */
    private final Map<String, Integer> calls = new HashMap<>();

    private CallCounts(Span above, Counter folded) {
        this.above = above;
        this.folded = folded;
    }

    /**
     * Where a request or piece of work is.
     *
     * @param span its own, below {@code parent}
     * @param folded counts the calls that are no spans
     */
    static Context begin(Context parent, Span span, Counter folded) {
        return parent.with(span).with(KEY, new CallCounts(span, folded));
    }

    /** Counts a call, and says whether it is to be a span. */
    static boolean admit(Context parent, String name) {
        CallCounts counts = parent.get(KEY);
        return counts == null || counts.admit(name);
    }

    private synchronized boolean admit(String name) {
        int count = calls.merge(name, 1, Integer::sum);
        if (count <= SPANS_OF_A_KIND_MAX) {
            return true;
        }
        above.setAttribute(ATTRIBUTE + name.replace(' ', '_'), count);
        folded.increment();
        return false;
    }
}
