package io.tapedeck.loadtest;

import io.tapedeck.loadtest.SessionVerifier.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * Reads every session back and adds up what is wrong. A session that is not whole yet is read again until the time is up
 * in which what was acked has to be visible; what should never have been in it counts, whichever time it was there.
 */
final class ReadBack {
    private static final int THREADS = 4;
    private static final int AGAIN_MS = 500;
    /** One refusal among thousands of sessions does not make one of them unreadable. */
    private static final int ATTEMPTS_MIN = 3;
    /** For a whole pass, beyond the time until all must be visible: so much, and so much more for each session. */
    private static final Duration PASS = Duration.ofMinutes(10);

    private static final Duration PASS_PER_SESSION = Duration.ofSeconds(1);

    private final ReplayReader reader;
    private final long deadlineNanos;
    private final List<Verdict> verdicts = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();

    /**
     * @param sessions sessions read
     * @param unreadable sessions that could not be read, each with the reason
     */
    record Findings(
            int sessions,
            int chunksMissing,
            int eventsMissing,
            int duplicated,
            int corrupted,
            int outOfOrder,
            List<String> unreadable) {
        boolean promisesKept() {
            return eventsMissing == 0 && duplicated == 0 && corrupted == 0 && outOfOrder == 0 && unreadable.isEmpty();
        }

        static Findings none() {
            return new Findings(0, 0, 0, 0, 0, 0, List.of());
        }

        Findings plus(Findings other) {
            return new Findings(
                    sessions + other.sessions,
                    chunksMissing + other.chunksMissing,
                    eventsMissing + other.eventsMissing,
                    duplicated + other.duplicated,
                    corrupted + other.corrupted,
                    outOfOrder + other.outOfOrder,
                    Stream.concat(unreadable.stream(), other.unreadable.stream())
                            .toList());
        }
    }

    ReadBack(ReplayReader reader, Duration visibleWithin) {
        this.reader = reader;
        this.deadlineNanos = System.nanoTime() + visibleWithin.toNanos();
    }

    Findings run(List<PlayedSession> sessions) throws InterruptedException {
        long endNanos = Math.max(deadlineNanos, System.nanoTime())
                + PASS.plus(PASS_PER_SESSION.multipliedBy(sessions.size())).toNanos();
        Queue<PlayedSession> left = new ConcurrentLinkedQueue<>(sessions);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> drain(left, endNanos), "read-back-" + i);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        addUnread(sessions.size());
        return findings();
    }

    private synchronized Findings findings() {
        return new Findings(
                verdicts.size(),
                verdicts.stream().mapToInt(Verdict::chunksMissing).sum(),
                verdicts.stream().mapToInt(Verdict::eventsMissing).sum(),
                verdicts.stream().mapToInt(Verdict::duplicated).sum(),
                verdicts.stream().mapToInt(Verdict::corrupted).sum(),
                verdicts.stream().mapToInt(Verdict::outOfOrder).sum(),
                List.copyOf(unreadable));
    }

    private void drain(Queue<PlayedSession> left, long endNanos) {
        try {
            for (PlayedSession played = left.poll();
                    played != null && System.nanoTime() < endNanos;
                    played = left.poll()) {
                read(played);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(PlayedSession played) throws InterruptedException {
        Surplus surplus = new Surplus();
        for (int attempts = 1; ; attempts++) {
            boolean last = System.nanoTime() >= deadlineNanos;
            try {
                Verdict verdict = reader.verify(played);
                surplus.add(verdict);
                if (verdict.sound() || last) {
                    add(surplus.in(verdict));
                    return;
                }
            } catch (IOException e) {
                if (last && attempts >= ATTEMPTS_MIN) {
                    addUnreadable(played.id() + ": " + e);
                    return;
                }
            } catch (RuntimeException | Error e) {
                if (last) {
                    addUnreadable(played.id() + ": " + e);
                    return;
                }
            }
            Thread.sleep(AGAIN_MS);
        }
    }

    private synchronized void add(Verdict verdict) {
        verdicts.add(verdict);
    }

    private synchronized void addUnreadable(String what) {
        unreadable.add(what);
    }

    /** A session that nobody judged is not one that is well. */
    private synchronized void addUnread(int asked) {
        int unread = asked - verdicts.size() - unreadable.size();
        if (unread > 0) {
            unreadable.add(unread + " sessions were not read");
        }
    }
}
