package io.tapedeck.store;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loop on a thread of its own. Thread-safe. */
final class LoopThread implements Loops.Loop {
    private static final Logger LOG = LoggerFactory.getLogger(LoopThread.class);
    /** How long a loop rests after a step that failed, unless it is woken. */
    private static final long FAILED_REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Loops.Step step;
    private final Counter failures;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken;
    private boolean stopped;

    LoopThread(String name, Loops.Step step, Counter failures) {
        this.step = step;
        this.failures = failures;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long restNanos = 0;
        while (restNanos != Loops.ENDED && rest(restNanos)) {
            restNanos = run(step);
        }
    }

    /** Whatever a step ends with, the next one follows: nobody else does its work, and memory that ran out may be there again. */
    private long run(Loops.Step next) {
        try {
            return next.run();
        } catch (RuntimeException | Error e) {
            failures.increment();
            LOG.error("a step of {} failed; the next one follows", thread.getName(), e);
            return FAILED_REST_NANOS;
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
