package io.tapedeck.store;

import java.util.Objects;

/**
 * A page that a session was on. Immutable.
 *
 * @param url the page's address with the values of its query masked, at most 2,048 characters
 * @param at when, epoch ms
 */
public record PageVisit(String url, long at) {
    public PageVisit {
        Objects.requireNonNull(url);
    }
}
