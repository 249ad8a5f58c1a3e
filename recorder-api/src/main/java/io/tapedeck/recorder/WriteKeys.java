package io.tapedeck.recorder;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdminCatalog.Project;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/**
 * Finds the project of a write key: asks the catalog off the event loop and remembers the answer. Thread-safe.
 *
 * <p>What an admin changes is seen within seconds. While the catalog can't be reached, keys that were known stay known
 * for an hour: recordings go on into the journal.
 */
final class WriteKeys {
    private static final Duration REFRESHED_AFTER = Duration.ofSeconds(10);
    private static final Duration KNOWN_FOR = Duration.ofHours(1);
    /** A recorder that is refused stops for good, so a key that was just made must work soon. */
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(5);

    private static final int ENTRIES_MAX = 10_000;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.-]{1,200}");

    private final AsyncLoadingCache<String, Optional<Project>> cache;

    /** @param blocking runs the catalog's calls, which may take their time */
    WriteKeys(AdminCatalog catalog, Executor blocking, Ticker ticker) {
        this.cache = Caffeine.newBuilder()
                .maximumSize(ENTRIES_MAX)
                .refreshAfterWrite(REFRESHED_AFTER)
                .expireAfter(Expiry.<String, Optional<Project>>writing(
                        (key, project) -> project.isPresent() ? KNOWN_FOR : UNKNOWN_FOR))
                .ticker(ticker)
                .executor(blocking)
                .buildAsync(catalog::projectOfKey);
    }

    /** Empty if there is no such key; fails as the catalog does. */
    CompletableFuture<Optional<Project>> find(String key) {
        if (!FORM.matcher(key).matches()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return cache.get(key);
    }
}
