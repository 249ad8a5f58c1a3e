package io.tapedeck.server;

/** The server cannot start; the message says why and what to do, for the person who starts it. */
final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartupException(String message, Throwable cause) {
        super(message, cause);
    }
}
