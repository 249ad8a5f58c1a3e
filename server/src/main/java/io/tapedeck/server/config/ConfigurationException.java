package io.tapedeck.server.config;

import java.util.List;

/** The configuration cannot be used; holds every problem found. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
    }
}
