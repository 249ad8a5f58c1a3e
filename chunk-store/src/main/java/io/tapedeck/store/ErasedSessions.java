package io.tapedeck.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tapedeck.store.ErasureCatalog.ErasedSince;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
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
    private static final Duration KNOWN_FOR = Duration.ofMinutes(2);
    private static final long WAIT_MS = 1_000;
    private static final int THREADS = 2;
    private static final int QUEUE = 2_000;

    /** How often an answer is asked for that became old at once. */
    private static final int ATTEMPTS = 4;

    private final Catalog catalog;
    private final BoundedWorkers workers;
    private final ReentrantReadWriteLock learning = new ReentrantReadWriteLock();
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

    /**
     * Lets a chunk in unless its session was erased.
     *
     * @param in takes the chunk; short. Every chunk that is let in after {@link #learn} has returned was asked for with the
     *     knowledge of what was learnt
     * @param refused answers for a chunk that is not let in
     */
    <T> CompletableFuture<T> admit(
            SessionKey session, Supplier<CompletableFuture<T>> in, Supplier<CompletableFuture<T>> refused) {
        return admit(session, in, refused, ATTEMPTS);
    }

    private <T> CompletableFuture<T> admit(
            SessionKey session,
            Supplier<CompletableFuture<T>> in,
            Supplier<CompletableFuture<T>> refused,
            int attempts) {
        CompletableFuture<Boolean> known = cache.getIfPresent(session);
        CompletableFuture<Boolean> asked = known == null ? lookUp(session) : known;
        return answer(asked).thenCompose(isErased -> {
            if (isErased) {
                return refused.get();
            }
            learning.readLock().lock();
            try {
                // An answer that is not kept any more may be from before something was learnt. One that came too late,
                // or
                // not at all, says nothing: the commit decides.
                if (attempts == 1 || !isAnswered(asked) || cache.getIfPresent(session) == asked) {
                    return in.get();
                }
            } finally {
                learning.readLock().unlock();
            }
            return admit(session, in, refused, attempts - 1);
        });
    }

    private static boolean isAnswered(CompletableFuture<Boolean> asked) {
        return asked.isDone() && !asked.isCompletedExceptionally();
    }

    /** Never fails. */
    private static CompletableFuture<Boolean> answer(CompletableFuture<Boolean> asked) {
        if (isAnswered(asked)) {
            return asked;
        }
        return asked.copy().orTimeout(WAIT_MS, TimeUnit.MILLISECONDS).exceptionally(failure -> {
            LOG.debug("accepting a chunk without knowing whether its session was erased", failure);
            return false;
        });
    }

    /** Forgets what it takes for true of these sessions; what is being looked up is looked up again. */
    void learn(ErasedSince erased) {
        learning.writeLock().lock();
        try {
            if (!erased.complete()) {
                cache.invalidateAll();
                return;
            }
            cache.invalidateAll(erased.sessions());
            cache.asMap()
                    .entrySet()
                    .removeIf(entry -> !entry.getValue().isDone()
                            || erased.projects().contains(entry.getKey().project()));
        } finally {
            learning.writeLock().unlock();
        }
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
