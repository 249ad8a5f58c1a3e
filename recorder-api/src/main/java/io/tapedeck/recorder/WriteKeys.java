package io.tapedeck.recorder;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.tapedeck.store.AdminCatalog;
import io.tapedeck.store.AdminCatalog.Project;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the project of a write key: asks the catalog off the event loop and remembers the answer. Thread-safe.
 *
 * <p>What an admin changes is seen within {@value #HOLDS_S} seconds, also for a key that is seldom used: an older answer
 * is not given before the catalog was asked again. While the catalog can't be reached, keys that are in use stay known:
 * recordings go on into the journal.
 */
final class WriteKeys {
    private static final Logger LOG = LoggerFactory.getLogger(WriteKeys.class);

    /** In use, a key is asked for again in the background this long after it was. */
    private static final Duration REFRESHED_AFTER = Duration.ofSeconds(5);
    /** What was said longer ago is asked again before it is passed on. */
    private static final int HOLDS_S = 10;
    /** A catalog that does not answer soon stops nobody from recording. */
    private static final long WAIT_MS = 1_000;

    private static final Duration KNOWN_FOR = Duration.ofHours(1);
    /** A recorder that is refused stops for good, so a key that was just made must work soon. */
    private static final Duration UNKNOWN_FOR = Duration.ofSeconds(5);
    /** So that a catalog in trouble is not asked again by every request. */
    private static final Duration FAILED_FOR = Duration.ofSeconds(1);

    private static final int ENTRIES_MAX = 10_000;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.-]{1,200}");

    private final AdminCatalog catalog;
    private final Ticker ticker;
    private final AsyncLoadingCache<String, Answer> cache;

    /** @param blocking runs the catalog's calls, which may take their time */
    WriteKeys(AdminCatalog catalog, Executor blocking, Ticker ticker) {
        this.catalog = catalog;
        this.ticker = ticker;
        this.cache = Caffeine.newBuilder()
                .maximumSize(ENTRIES_MAX)
                .refreshAfterWrite(REFRESHED_AFTER)
                .expireAfter(Expiry.<String, Answer>writing((key, answer) -> answer.validFor()))
                .ticker(ticker)
                .executor(blocking)
                .buildAsync(new CacheLoader<String, Answer>() {
                    @Override
                    public Answer load(String key) {
                        return ask(key);
                    }

                    @Override
                    public Answer reload(String key, Answer known) {
                        Answer fresh = ask(key);
                        return fresh.failure == null ? fresh : known.askedAt(ticker.read());
                    }
                });
    }

    /** Empty if there is no such key; fails as the catalog does. */
    CompletableFuture<Optional<Project>> find(String key) {
        if (!FORM.matcher(key).matches()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return cache.get(key)
                .thenCompose(answer -> holds(answer) ? CompletableFuture.completedFuture(answer) : again(key, answer))
                .thenApply(Answer::projectOrFailure);
    }

    private boolean holds(Answer answer) {
        return ticker.read() - answer.askedAtNs <= TimeUnit.SECONDS.toNanos(HOLDS_S);
    }

    private CompletableFuture<Answer> again(String key, Answer known) {
        return cache.synchronous().refresh(key).copy().completeOnTimeout(known, WAIT_MS, TimeUnit.MILLISECONDS);
    }

    private Answer ask(String key) {
        long askedAtNs = ticker.read();
        try {
            return new Answer(catalog.projectOfKey(key), null, askedAtNs);
        } catch (RuntimeException e) {
            LOG.warn("a write key cannot be looked up: {}", e.toString());
            return new Answer(Optional.empty(), e, askedAtNs);
        }
    }

    /** What the catalog said, or how it failed. */
    private record Answer(Optional<Project> project, RuntimeException failure, long askedAtNs) {
        Answer askedAt(long ns) {
            return new Answer(project, failure, ns);
        }

        Duration validFor() {
            if (failure != null) {
                return FAILED_FOR;
            }
            return project.isPresent() ? KNOWN_FOR : UNKNOWN_FOR;
        }

        Optional<Project> projectOrFailure() {
            if (failure != null) {
                throw failure;
            }
            return project;
        }
    }
}
