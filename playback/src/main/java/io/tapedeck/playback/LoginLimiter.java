package io.tapedeck.playback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Limits how often passwords can be tried: so many times for each name and so many times overall, each refilled
 * steadily. A login that succeeds gives back what its name has used. Thread-safe, bounded.
 */
final class LoginLimiter {
    /** Names remembered; far more than the overall limit lets anybody use up before the first ones are refilled. */
    private static final int NAMES_MAX = 10_000;

    private final LongSupplier clockMs;
    private final int triesPerName;
    private final long refillMs;
    private final Bucket overall;
    private final Cache<String, Bucket> byName;

    /**
     * @param triesPerName how many tries a name has at once
     * @param refillMs how long until it has one more
     * @param triesOverall how many tries all names have together at once
     * @param overallRefillMs how long until there is one more
     */
    LoginLimiter(LongSupplier clockMs, int triesPerName, long refillMs, int triesOverall, long overallRefillMs) {
        this.clockMs = clockMs;
        this.triesPerName = triesPerName;
        this.refillMs = refillMs;
        this.overall = new Bucket(triesOverall, overallRefillMs, clockMs.getAsLong());
        this.byName = Caffeine.newBuilder()
                .maximumSize(NAMES_MAX)
                .expireAfterAccess(Duration.ofMillis(triesPerName * refillMs))
                .build();
    }

    /**
     * Takes a try.
     *
     * @return 0, or for how many ms there is none
     */
    long tryLogin(String name) {
        long now = clockMs.getAsLong();
        // The name's first: a name that is being guessed must not use up what the others have.
        long waitMs =
                byName.get(name, any -> new Bucket(triesPerName, refillMs, now)).take(now);
        return waitMs > 0 ? waitMs : overall.take(now);
    }

    void succeeded(String name) {
        byName.invalidate(name);
        overall.giveBack();
    }

    /** Tokens that come back one after the other. */
    private static final class Bucket {
        private final int capacity;
        private final long refillMs;
        private int tokens;
        private long refilledAt;

        Bucket(int capacity, long refillMs, long now) {
            this.capacity = capacity;
            this.refillMs = refillMs;
            this.tokens = capacity;
            this.refilledAt = now;
        }

        synchronized long take(long now) {
            long refills = Math.max(0, (now - refilledAt) / refillMs);
            tokens = (int) Math.min(capacity, tokens + refills);
            refilledAt = tokens == capacity ? now : refilledAt + refills * refillMs;
            if (tokens == 0) {
                return refilledAt + refillMs - now;
            }
            tokens--;
            return 0;
        }

        synchronized void giveBack() {
            tokens = Math.min(capacity, tokens + 1);
        }
    }
}
