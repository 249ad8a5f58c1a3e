package io.tapedeck.store;

import java.util.Objects;

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

    public StoreErrorKind kind() {
        return kind;
    }

    public boolean retryable() {
        return kind.retryable();
    }
}
