package io.tapedeck.store;

/** What went wrong in the store, in the terms a caller can act on. */
public enum StoreErrorKind {
    /** What was asked for does not exist. Never used for an outage. */
    NOT_FOUND(false),
    /** Another writer was first, or what the caller based itself on has changed since. */
    CONFLICT(false),
    /** The object store, the catalog or the disk cannot be reached or does not work. */
    UNAVAILABLE(true),
    /** The object store asks for fewer requests. */
    THROTTLED(true),
    /** No answer in time; whether the operation took effect is unknown. */
    TIMEOUT(true),
    /** A bound of this process was reached: journal cap, free disk, buffers. */
    OVER_CAPACITY(true),
    /** The store's credentials were refused. */
    UNAUTHORIZED(false),
    /** Stored bytes do not match their checksum or format. */
    CORRUPT(false),
    /** Written by a later version of the format than this program reads. */
    UNSUPPORTED_VERSION(false),
    /** The session was erased or has expired; nothing may be stored for it again. */
    ERASED(false);

    private final boolean retryable;

    StoreErrorKind(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same call may succeed later without anything else being changed. */
    public boolean retryable() {
        return retryable;
    }
}
