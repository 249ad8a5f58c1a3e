package io.tapedeck.store.event;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * When the visitor did something, in any window, and so when they did not. Not thread-safe. Keeps spans, not events, and
 * a bounded number of them.
 */
final class ActiveTime {
    /** Without anything done for as long, the visitor is idle. */
    static final long IDLE_MS = 10_000;

    /** No one is idle for longer within one session: such a gap is a step of the clock. */
    private static final long IDLE_MS_MAX = 7L * 24 * 60 * 60 * 1_000;

    private static final int SPANS_MAX = 100_000;

    private final List<Span> spans = new ArrayList<>();
    private String window;
    private Span current;
    private Span last;

    void beginWindow(String next) {
        window = next;
        current = null;
    }

    /** An event of the window; the first one of a window is somebody's coming to it. */
    void seen(long at, boolean byVisitor) {
        if (last == null || at > last.to) {
            last = new Span(window, at, at);
        }
        if (current != null && !byVisitor) {
            return;
        }
        boolean continues = current != null && at >= current.from && between(current.to, at) < IDLE_MS;
        if (continues || (current != null && spans.size() == SPANS_MAX)) {
            current.to = Math.max(current.to, at);
        } else if (spans.size() < SPANS_MAX) {
            current = new Span(window, at, at);
            spans.add(current);
        }
    }

    /** Adds a marker for each idle span and returns how long the visitor was active. */
    long finish(MarkerList markers) {
        if (spans.isEmpty()) {
            return 0;
        }
        spans.sort(Comparator.comparingLong(span -> span.from));
        long activeMs = 0;
        Span active = spans.get(0);
        for (Span next : spans.subList(1, spans.size())) {
            if (next.from <= active.to || between(active.to, next.from) < IDLE_MS) {
                if (next.to > active.to) {
                    active = new Span(next.window, active.from, next.to);
                }
            } else {
                activeMs += between(active.from, active.to);
                addIdle(markers, active, next.from);
                active = next;
            }
        }
        addIdle(markers, active, last.to);
        return activeMs + between(active.from, active.to);
    }

    private static void addIdle(MarkerList markers, Span before, long until) {
        long idleMs = between(before.to, until);
        if (until > before.to && idleMs >= IDLE_MS && idleMs <= IDLE_MS_MAX) {
            markers.add(before.to, before.window, Marker.Kind.IDLE, "Idle", idleMs, null, null);
        }
    }

    /** How far apart two times are, which may be absurd: at most {@link Long#MAX_VALUE}. */
    static long between(long a, long b) {
        long difference = Math.max(a, b) - Math.min(a, b);
        return difference < 0 ? Long.MAX_VALUE : difference;
    }

    private static final class Span {
        private final String window;
        private final long from;
        private long to;

        Span(String window, long from, long to) {
            this.window = window;
            this.from = from;
            this.to = to;
        }
    }
}
