package io.tapedeck.server.storage;

/** The server cannot start; the message says why and what to do, for the person who starts it. */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartupException(String message, Throwable cause) {
        super(message, cause);
    }
}
