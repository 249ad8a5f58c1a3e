package io.tapedeck.loadtest;

import java.net.URI;
import java.time.Duration;

/**
 * What to play against which server.
 *
 * @param target the server's base address, which may hold a path
 * @param speed how much faster than it was recorded
 * @param repeatShare share of acked chunks that are sent a second time, as recorders do after a lost answer
 * @param patience how long a chunk is tried before it is given up
 */
record LoadSettings(
        URI target,
        String key,
        int recorders,
        Duration duration,
        double speed,
        double repeatShare,
        Duration patience,
        String maskingLevel) {
    String basePath() {
        return target.getPath() == null ? "" : target.getPath().replaceAll("/+$", "");
    }

    boolean tls() {
        return "https".equals(target.getScheme());
    }

    int port() {
        int standard = tls() ? 443 : 80;
        return target.getPort() < 0 ? standard : target.getPort();
    }
}
