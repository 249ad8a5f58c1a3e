package io.tapedeck.recorder.dialect;

import io.vertx.core.MultiMap;
import java.util.Map;

/**
 * What is known of a request before its body is read. Immutable by agreement.
 *
 * @param path the named parts of the path, decoded
 * @param query the query's parameters, decoded
 * @param headers the headers
 */
public record RequestHead(Map<String, String> path, MultiMap query, MultiMap headers) {}
