package io.tapedeck.server.cli;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** Says every few seconds how far a command has got. Used by one thread. */
final class Progress {
    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(2);

    private final PrintWriter err;
    private final String what;
    private long saidAt = System.nanoTime();
    private long count;

    Progress(PrintWriter err, String what) {
        this.err = err;
        this.what = what;
    }

    void reached(String place) {
        count++;
        if (System.nanoTime() - saidAt >= INTERVAL_NS) {
            saidAt = System.nanoTime();
            err.println(what + " " + count + ", at " + place);
            err.flush();
        }
    }
}
