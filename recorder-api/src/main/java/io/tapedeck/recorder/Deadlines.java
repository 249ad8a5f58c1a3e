package io.tapedeck.recorder;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * Says when something has lasted too long, which hardly anything does. All waits are of one length, so those that began
 * first are due first: they stand in line, and one timer looks at its head. A timer for each would cost more than what is
 * waited for.
 *
 * <p>Thread-safe; each event loop has a line of its own, and a wait begins and ends on one event loop.
 */
final class Deadlines {
    private final Vertx vertx;
    private final long lengthNs;
    private final ThreadLocal<Line> lines = ThreadLocal.withInitial(Line::new);

    /** @param lengthMs of every wait */
    Deadlines(Vertx vertx, long lengthMs) {
        this.vertx = vertx;
        this.lengthNs = TimeUnit.MILLISECONDS.toNanos(lengthMs);
    }

    /** Begins a wait. If it is not ended in time, it ends and {@code late} is run. */
    Wait begin(Runnable late) {
        return new Wait(lines.get(), late);
    }

    /** In the line from its beginning to its end. */
    final class Wait {
        private final Line line;
        private final Runnable late;
        private final long dueNs = System.nanoTime() + lengthNs;
        private Wait before;
        private Wait after;

        private Wait(Line line, Runnable late) {
            this.line = line;
            this.late = late;
            line.add(this);
        }

        /** Ends it in time; nothing happens if it has ended. */
        void end() {
            line.remove(this);
        }
    }

    /** Of one event loop. */
    private final class Line {
        private static final long NONE = -1;

        private Wait first;
        private Wait last;
        private long timer = NONE;

        void add(Wait wait) {
            if (last == null) {
                first = wait;
                watch();
            } else {
                last.after = wait;
                wait.before = last;
            }
            last = wait;
        }

        void remove(Wait wait) {
            if (wait.before == null && first != wait) {
                return;
            }
            if (wait.before == null) {
                first = wait.after;
            } else {
                wait.before.after = wait.after;
            }
            if (wait.after == null) {
                last = wait.before;
            } else {
                wait.after.before = wait.before;
            }
            wait.before = null;
            wait.after = null;
            if (first == null && timer != NONE) {
                vertx.cancelTimer(timer);
                timer = NONE;
            }
        }

        /** What leaves the head of the line does not move the timer: it looks again, at whoever is there then. */
        private void watch() {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(first.dueNs - System.nanoTime()) + 1;
            timer = vertx.setTimer(Math.max(1, leftMs), id -> look());
        }

        private void look() {
            timer = NONE;
            try {
                while (first != null && first.dueNs - System.nanoTime() <= 0) {
                    Wait due = first;
                    remove(due);
                    due.late.run();
                }
            } finally { // whatever one of them throws, the others are looked at
                if (first != null && timer == NONE) {
                    watch();
                }
            }
        }
    }
}
