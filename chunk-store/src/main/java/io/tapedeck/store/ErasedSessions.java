package io.tapedeck.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows, as of a moment ago, which sessions were erased, so that their recorders can be told to stop. Thread-safe.
 *
 * <p>This is a courtesy: the commit looks again and leaves erased sessions out. So a catalog that does not answer soon
 * stops nobody from recording.
 */
final class ErasedSessions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ErasedSessions.class);
    private static final long SESSIONS_MAX = 100_000;
    private static final Duration KNOWN_FOR = Duration.ofSeconds(30);
    private static final long WAIT_MS = 1_000;
    private static final int THREADS = 2;
    private static final int QUEUE = 2_000;

    private final Catalog catalog;
    private final BoundedWorkers workers;
    private final Cache<SessionKey, CompletableFuture<Boolean>> cache = Caffeine.newBuilder()
            .maximumSize(SESSIONS_MAX)
            .expireAfterWrite(KNOWN_FOR)
            .executor(Runnable::run)
            .build();

    /** @param workers ask the catalog; closed with this */
    ErasedSessions(Catalog catalog, BoundedWorkers workers) {
        this.catalog = catalog;
        this.workers = workers;
    }

    static BoundedWorkers workers() {
        return new BoundedWorkers("tapedeck-erased", THREADS, QUEUE);
    }

    /** Never fails. */
    CompletableFuture<Boolean> isErased(SessionKey session) {
        CompletableFuture<Boolean> known = cache.getIfPresent(session);
        if (known == null) {
            known = lookUp(session);
        }
        if (known.isDone() && !known.isCompletedExceptionally()) {
            return known;
        }
        return known.copy().orTimeout(WAIT_MS, TimeUnit.MILLISECONDS).exceptionally(failure -> {
            LOG.debug("accepting a chunk without knowing whether its session was erased", failure);
            return false;
        });
    }

    private CompletableFuture<Boolean> lookUp(SessionKey session) {
        CompletableFuture<Boolean> asked = workers.submit(() -> catalog.isErased(session));
        cache.put(session, asked);
        asked.whenComplete((isErased, failure) -> {
            if (failure != null) {
                cache.asMap().remove(session, asked);
            }
        });
        return asked;
    }

    @Override
    public void close() {
        workers.close();
    }
}
