package io.tapedeck.store.object;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for another store's calls, on threads that may block. */
final class Calls {
    private Calls() {}

    /** @throws StoreException what the call failed with; UNAVAILABLE if this thread is interrupted meanwhile */
    static <T> T await(CompletableFuture<T> call) {
        try {
            return call.get();
        } catch (ExecutionException e) {
            throw StoreException.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "interrupted while waiting for the object store", e);
        }
    }
}
