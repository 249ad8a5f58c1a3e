package io.tapedeck.loadtest;

import io.vertx.core.http.HttpClientResponse;

/** When a refusal says to come back. */
final class RetryAfter {
    private RetryAfter() {}

    /** Milliseconds from now; 0 if the answer does not say. */
    static long millis(HttpClientResponse response) {
        String seconds = response.getHeader("Retry-After");
        return seconds != null && seconds.matches("\\d{1,5}") ? Long.parseLong(seconds) * 1_000 : 0;
    }
}
