package io.tapedeck.playback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Limits how often passwords can be tried, in buckets that are refilled steadily. Thread-safe, bounded.
 *
 * <p>The strict one is a client's for a name: who guesses shuts out nobody but themselves. Guesses for one name from many
 * clients and of one client for many names are slowed by buckets {@value #SHARED_TIMES} times as large and as quick, all guesses
 * together by one {@value #OVERALL_TIMES} times so. A login that succeeds gives back what it has used, and what its client
 * has used for its name.
 */
final class LoginLimiter {
    private static final int SHARED_TIMES = 10;
    private static final int OVERALL_TIMES = 100;
    /** Buckets of a kind that are remembered; where there are more, those asked for least are forgotten. */
    private static final int BUCKETS_MAX = 10_000;

    private final LongSupplier clockMs;
    private final Buckets<Pair> byPair;
    private final Buckets<String> byClient;
    private final Buckets<String> byName;
    private final Bucket overall;

    private record Pair(String name, String client) {}

    /**
     * @param tries how many tries a client has for a name at once
     * @param refillMs how long until it has one more
     */
    LoginLimiter(LongSupplier clockMs, int tries, long refillMs) {
        this.clockMs = clockMs;
        this.byPair = new Buckets<>(tries, refillMs);
        this.byClient = new Buckets<>(SHARED_TIMES * tries, Math.max(1, refillMs / SHARED_TIMES));
        this.byName = new Buckets<>(SHARED_TIMES * tries, Math.max(1, refillMs / SHARED_TIMES));
        this.overall = new Bucket(OVERALL_TIMES * tries, Math.max(1, refillMs / OVERALL_TIMES), clockMs.getAsLong());
    }

    /**
     * Takes a try.
     *
     * @return 0, or for how many ms there is none
     */
    long tryLogin(String name, String client) {
        long now = clockMs.getAsLong();
        // The client's own first: one that has none left takes no memory for names.
        Bucket ofClient = byClient.get(client, now);
        long waitMs = ofClient.take(now);
        if (waitMs > 0) {
            return waitMs;
        }
        List<Bucket> taken = new ArrayList<>(List.of(ofClient));
        for (Bucket bucket : List.of(byPair.get(new Pair(name, client), now), byName.get(name, now), overall)) {
            waitMs = bucket.take(now);
            if (waitMs > 0) {
                taken.forEach(Bucket::giveBack);
                return waitMs;
            }
            taken.add(bucket);
        }
        return 0;
    }

    void succeeded(String name, String client) {
        long now = clockMs.getAsLong();
        byPair.forget(new Pair(name, client));
        byClient.get(client, now).giveBack();
        byName.get(name, now).giveBack();
        overall.giveBack();
    }

    /** Buckets of one size. One that has not been asked for long enough to be full again is forgotten. */
    private static final class Buckets<K> {
        private final int capacity;
        private final long refillMs;
        private final Cache<K, Bucket> buckets;

        Buckets(int capacity, long refillMs) {
            this.capacity = capacity;
            this.refillMs = refillMs;
            this.buckets = Caffeine.newBuilder()
                    .maximumSize(BUCKETS_MAX)
                    .expireAfterAccess(Duration.ofMillis(capacity * refillMs))
                    .build();
        }

        Bucket get(K key, long now) {
            return buckets.get(key, any -> new Bucket(capacity, refillMs, now));
        }

        void forget(K key) {
            buckets.invalidate(key);
        }
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
