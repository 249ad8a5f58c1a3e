package io.tapedeck.store;

import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** A failed operation of the store. Its message names the operation and never holds recorded content. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final StoreErrorKind kind;

    public StoreException(StoreErrorKind kind, String message) {
        this(kind, message, null);
    }

    public StoreException(StoreErrorKind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind);
    }

    /** The store's exception behind what a future failed with; UNAVAILABLE if there is none. */
    public static StoreException of(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof StoreException known) {
            return known;
        }
        if (cause instanceof TimeoutException) {
            return new StoreException(StoreErrorKind.TIMEOUT, "no answer in time", cause);
        }
        return new StoreException(StoreErrorKind.UNAVAILABLE, "unexpected failure: " + cause, cause);
    }

    public StoreErrorKind kind() {
        return kind;
    }

    public boolean retryable() {
        return kind.retryable();
    }
}
