package io.tapedeck.store.read;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Makes few look-ups of the many that ask for the same thing at once, as a hundred viewers of one session do when it has
 * grown. While one is under way, all who ask wait for it to end and share the next one, so that every answer is of a look
 * that began after it was asked for. Thread-safe.
 *
 * @param <V> is shared: immutable
 */
final class SharedLookups<K, V> {
    private final Function<K, CompletableFuture<V>> lookup;
    /** What is being looked up, and who waits for the next look. Guarded by this. */
    private final Map<K, Waiting<V>> underWay = new HashMap<>();

    private static final class Waiting<V> {
        /** Null while nobody waits. */
        private CompletableFuture<V> next;
    }

    /** @param lookup does not throw; what fails is the future */
    SharedLookups(Function<K, CompletableFuture<V>> lookup) {
        this.lookup = lookup;
    }

    /** The future is the caller's own: completing or cancelling it changes nobody else's. */
    CompletableFuture<V> get(K key) {
        synchronized (this) {
            Waiting<V> waiting = underWay.get(key);
            if (waiting != null) {
                if (waiting.next == null) {
                    waiting.next = new CompletableFuture<>();
                }
                return waiting.next.copy();
            }
            underWay.put(key, new Waiting<>());
        }
        return look(key, new CompletableFuture<>());
    }

    /** The next look begins before this one's answer is used: that may take its time on the same thread. */
    private CompletableFuture<V> look(K key, CompletableFuture<V> answer) {
        lookup.apply(key).whenComplete((value, failure) -> {
            CompletableFuture<V> next = takeWaiting(key);
            if (next != null) {
                look(key, next);
            }
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private synchronized CompletableFuture<V> takeWaiting(K key) {
        Waiting<V> waiting = underWay.get(key);
        CompletableFuture<V> next = waiting.next;
        waiting.next = null;
        if (next == null) {
            underWay.remove(key);
        }
        return next;
    }
}
