package io.tapedeck.playback;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The encodings in which events are sent, best first. */
enum ContentCoding {
    /** The stored frames as they are. */
    ZSTD("zstd"),
    GZIP("gzip"),
    /** NDJSON as it is. */
    IDENTITY("identity");

    private static final double UNSTATED = -1;

    private final String token;

    ContentCoding(String token) {
        this.token = token;
    }

    String token() {
        return token;
    }

    /**
     * The encoding that a client likes best, of equally good ones the first of this enum; empty if it takes none.
     *
     * @param acceptEncoding values of the header {@code Accept-Encoding} (RFC 9110, 12.5.3). Without one anything would
     *     be allowed; a client that does not speak of encodings gets identity, as it may not know any.
     */
    static Optional<ContentCoding> negotiate(List<String> acceptEncoding) {
        String header = String.join(",", acceptEncoding);
        ContentCoding best = null;
        double bestQuality = 0;
        for (ContentCoding coding : values()) {
            double quality = coding.quality(header);
            if (quality > bestQuality) {
                best = coding;
                bestQuality = quality;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Whether a client takes this encoding at all. */
    boolean isAccepted(List<String> acceptEncoding) {
        return quality(String.join(",", acceptEncoding)) > 0;
    }

    private double quality(String header) {
        double own = UNSTATED;
        double any = UNSTATED;
        for (String element : header.split(",", -1)) {
            String[] parts = element.split(";", -1);
            String name = parts[0].trim().toLowerCase(Locale.ROOT);
            if (name.equals(token) || (this == GZIP && name.equals("x-gzip"))) {
                own = Math.max(own, weight(parts));
            } else if (name.equals("*")) {
                any = Math.max(any, weight(parts));
            }
        }
        if (own != UNSTATED) {
            return own;
        }
        if (this == IDENTITY) {
            // Allowed unless ruled out, but anything that the client names comes before it.
            return any == 0 ? 0 : Double.MIN_VALUE;
        }
        return any == UNSTATED ? 0 : any;
    }

    /** The q-value; one that is malformed rules the encoding out. */
    private static double weight(String[] parts) {
        double weight = 1;
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim();
            if (parameter.matches("[qQ]=.*")) {
                String value = parameter.substring(2).trim();
                weight = value.matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(value) : 0;
            }
        }
        return weight;
    }
}
