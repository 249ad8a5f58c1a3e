package io.tapedeck.store;

import java.util.Objects;

/**
 * Who did something and when, for the audit trail.
 *
 * @param actor name of an account or an API token, or of the program, such as {@code tapedeck erase}
 * @param at epoch ms
 */
public record By(String actor, long at) {
    public By {
        Objects.requireNonNull(actor);
    }
}
