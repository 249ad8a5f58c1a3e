package io.tapedeck.store;

/**
 * How far a session has come: the little that tells whether there is more to read. Immutable.
 *
 * @param rev raised by every commit that touches the session
 * @param settled whether it is wholly in its recordings; more chunks make it live again
 */
public record SessionProgress(long rev, boolean settled) {}
