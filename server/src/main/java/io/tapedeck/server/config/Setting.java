package io.tapedeck.server.config;

import java.util.Locale;

/**
 * One setting: its name, what it means, how it is read. Immutable.
 *
 * <p>A name has three spellings: {@code http-port} in the YAML file, {@code TAPEDECK_HTTP_PORT} in the environment and
 * {@code --http-port} on the command line. A secret has a fourth: with {@code -file} or {@code _FILE} at the end it
 * names a file that holds the value.
 *
 * @param name in kebab case
 * @param description one sentence for people, with unit and range
 * @param byDefault the value as text if nobody sets it, or null for "not set"
 * @param parser how text becomes a value
 * @param secret whether the value is never printed
 */
public record Setting<T>(String name, String description, String byDefault, Parser<T> parser, boolean secret) {
    private static final String VARIABLE_PREFIX = "TAPEDECK_";

    /** Turns a setting's text into its value. */
    @FunctionalInterface
    public interface Parser<T> {
        /** @throws IllegalArgumentException with a message that says what is allowed, without the text itself */
        T parse(String text);
    }

    public String variable() {
        return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    public String flag() {
        return "--" + name;
    }
}
