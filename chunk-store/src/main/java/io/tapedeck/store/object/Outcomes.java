package io.tapedeck.store.object;

import io.tapedeck.store.StoreErrorKind;
import io.tapedeck.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Futures that fail with a bare {@link StoreException}, also where they were chained from others. */
final class Outcomes {
    private Outcomes() {}

    static <T> CompletableFuture<T> of(CompletableFuture<T> source) {
        return of(source, Outcomes::unexpected);
    }

    static <T> CompletableFuture<T> of(
            CompletableFuture<T> source, Function<Throwable, StoreException> toStoreException) {
        CompletableFuture<T> result = new CompletableFuture<>();
        source.whenComplete((value, error) -> {
            if (error == null) {
                result.complete(value);
            } else {
                Throwable cause = unwrap(error);
                result.completeExceptionally(
                        cause instanceof StoreException known ? known : toStoreException.apply(cause));
            }
        });
        return result;
    }

    static Throwable unwrap(Throwable error) {
        Throwable cause = error;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static StoreException unexpected(Throwable error) {
        return new StoreException(StoreErrorKind.UNAVAILABLE, "the object store failed: " + error, error);
    }
}
