package io.tapedeck.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for an object store's calls, on threads that may block. */
public final class Calls {
    private Calls() {}

    /** @throws StoreException what the call failed with */
    public static <T> T await(CompletableFuture<T> call) throws InterruptedException {
        try {
            return call.get();
        } catch (ExecutionException e) {
            throw StoreException.of(e);
        }
    }

    /**
     * The same where an interruption is a failure like others.
     *
     * @throws StoreException what the call failed with; UNAVAILABLE if this thread is interrupted meanwhile
     */
    public static <T> T awaitOrFail(CompletableFuture<T> call) {
        try {
            return await(call);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreErrorKind.UNAVAILABLE, "interrupted while waiting for the object store", e);
        }
    }
}
