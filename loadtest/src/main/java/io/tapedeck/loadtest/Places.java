package io.tapedeck.loadtest;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A bound on what is under way at once. Who finds no place free waits in line: to ask again and again would cost more, the more of
 * them wait, when there is the least to spare. The line is as long as its users let it become. Thread-safe.
 */
final class Places {
    private final Queue<Runnable> line = new ArrayDeque<>();
    private int free;

    Places(int count) {
        free = count;
    }

    /**
     * Takes a place now, or else later.
     *
     * @param taken is run once a place is taken later, by the thread that gave it back
     * @return whether it was taken now
     */
    synchronized boolean take(Runnable taken) {
        if (free == 0) {
            line.add(taken);
            return false;
        }
        free--;
        return true;
    }

    /** Gives a place back, to the first in line if there is one. */
    void giveBack() {
        Runnable next;
        synchronized (this) {
            next = line.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.run();
    }
}
