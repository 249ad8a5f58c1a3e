package io.tapedeck.loadtest;

import java.util.Locale;

/**
 * How viewers watch.
 *
 * @param viewers people at once
 * @param speed how much faster than people they go through the pages
 * @param seed of everything that they leave to chance
 */
record ViewerSettings(int viewers, double speed, Encoding encoding, long seed) {
    /** What a viewer's browser takes. */
    enum Encoding {
        /** Chromium and Firefox over TLS: events come as they are stored. */
        ZSTD("gzip, deflate, br, zstd"),
        /** Any browser over plain HTTP. */
        GZIP("gzip, deflate"),
        IDENTITY("identity");

        private final String accepted;

        Encoding(String accepted) {
            this.accepted = accepted;
        }

        /** The {@code Accept-Encoding} header. */
        String accepted() {
            return accepted;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
