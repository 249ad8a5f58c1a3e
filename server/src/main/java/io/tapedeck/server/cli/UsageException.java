package io.tapedeck.server.cli;

/** A command was called in a way that makes no sense; the message says why. Exit code 2. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
