package io.tapedeck.recorder.inflate;

/**
 * How far a body may be inflated. Immutable.
 *
 * @param bytesMax bytes that may come out
 * @param ratioFreeBytes up to this many bytes any ratio is fine: one long repeated string compresses a thousandfold
 * @param ratioMax bytes that may come out for each byte that went in, beyond that
 */
public record InflateLimits(int bytesMax, int ratioFreeBytes, int ratioMax) {
    /** The usual bounds on the ratio, below a cap. */
    public static InflateLimits upTo(int bytesMax) {
        return new InflateLimits(bytesMax, 32 << 20, 200);
    }

    /** The bytes that may come out of a body of {@code wireBytes}. */
    int bytesMaxOf(int wireBytes) {
        return (int) Math.min(bytesMax, Math.max(ratioFreeBytes, (long) wireBytes * ratioMax));
    }
}
