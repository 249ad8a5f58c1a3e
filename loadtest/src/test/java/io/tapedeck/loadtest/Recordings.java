package io.tapedeck.loadtest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Small recordings for tests. */
final class Recordings {
    private Recordings() {}

    static Recording of(String... events) {
        try {
            return Recording.read(
                    new ByteArrayInputStream(String.join("\n", events).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String event(long timestamp, String text) {
        return "{\"type\":5,\"data\":{\"tag\":\"t\",\"payload\":\"" + text + "\"},\"timestamp\":" + timestamp + "}";
    }
}
