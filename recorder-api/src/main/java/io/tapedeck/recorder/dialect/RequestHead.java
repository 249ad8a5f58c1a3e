package io.tapedeck.recorder.dialect;

import io.vertx.core.MultiMap;

/**
 * What is known of an upload before its body is read. Immutable by agreement.
 *
 * @param query the query's parameters, decoded
 * @param headers the headers
 */
public record RequestHead(MultiMap query, MultiMap headers) {}
