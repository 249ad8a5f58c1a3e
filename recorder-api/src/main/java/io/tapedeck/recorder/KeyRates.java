package io.tapedeck.recorder;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;

/** Bounds the requests of each write key: a token bucket a key. Thread-safe. */
final class KeyRates {
    private static final int KEYS_MAX = 10_000;
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final int burst;
    private final Ticker ticker;
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(KEYS_MAX)
            .expireAfterAccess(FORGOTTEN_AFTER)
            // What it does now and then takes less than handing it to another thread.
            .executor(Runnable::run)
            .build();

    KeyRates(double perSecond, int burst, Ticker ticker) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.ticker = ticker;
    }

    /**
     * Takes one request of the key's share.
     *
     * @return 0 if there was one, else the seconds after which there will be
     */
    int take(String key) {
        return buckets.get(key, fresh -> new Bucket()).take();
    }

    private final class Bucket {
        private double tokens = burst;
        private long filledAt = ticker.read();

        synchronized int take() {
            long now = ticker.read();
            tokens = Math.min(burst, tokens + (now - filledAt) / NANOS_PER_SECOND * perSecond);
            filledAt = now;
            if (tokens >= 1) {
                tokens--;
                return 0;
            }
            return (int) Math.ceil((1 - tokens) / perSecond);
        }
    }
}
