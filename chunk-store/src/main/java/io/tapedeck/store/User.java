package io.tapedeck.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;

/**
 * Who a session belongs to, as the site says. Immutable; {@code traits} must not be changed by anyone.
 *
 * @param id the site's own user id, not empty, at most 200 characters
 * @param traits a JSON object, possibly empty, at most 8 KB, 64 levels deep
 * @param identifiedAt when the site said so; of two statements the later one holds
 */
public record User(String id, JsonNode traits, long identifiedAt) {
    public User {
        Objects.requireNonNull(id);
        Objects.requireNonNull(traits);
    }
}
