package io.tapedeck.store;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A loop on a thread of its own. Thread-safe. */
final class LoopThread implements Loops.Loop {
    private final Loops.Step step;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;
    private boolean stopped;

    LoopThread(String name, Loops.Step step) {
        this.step = step;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long restNanos = 0;
        while (restNanos != Loops.ENDED && rest(restNanos)) {
            restNanos = step.run();
        }
    }

    /** Returns whether another step is to follow. */
    private boolean rest(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (!woken && !stopped && left > 0) {
                if (left == Loops.UNTIL_WOKEN) {
                    changed.await();
                } else {
                    left = changed.awaitNanos(left);
                }
            }
            woken = false;
            return !stopped;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop(Duration wait) {
        lock.lock();
        try {
            stopped = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        try {
            thread.join(wait.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
