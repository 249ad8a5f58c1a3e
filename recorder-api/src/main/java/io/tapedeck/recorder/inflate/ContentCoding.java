package io.tapedeck.recorder.inflate;

import io.tapedeck.http.Problem;
import io.tapedeck.http.ProblemCode;
import java.util.Locale;

/** How a body is compressed. */
public enum ContentCoding {
    IDENTITY,
    GZIP,
    /** Only inside of bodies. */
    ZLIB,
    ZSTD;

    /**
     * What the header {@code Content-Encoding} says or, if it says nothing, what the first bytes are.
     *
     * @param header may be null
     * @throws io.tapedeck.http.ProblemException UNSUPPORTED_ENCODING if the header names another one
     */
    public static ContentCoding of(String header, WireBody body) {
        String named = header == null ? "" : header.strip().toLowerCase(Locale.ROOT);
        return switch (named) {
            case "", "identity" -> sniff(body);
            case "gzip", "x-gzip" -> GZIP;
            case "zstd" -> ZSTD;
            default ->
                throw Problem.of(
                                ProblemCode.UNSUPPORTED_ENCODING, "the content encoding must be gzip, zstd or identity")
                        .asException();
        };
    }

    /** JSON begins with neither magic, so that a body which lost its header on the way is understood. */
    private static ContentCoding sniff(WireBody body) {
        if (body.byteAt(0) == 0x1f && body.byteAt(1) == 0x8b) {
            return GZIP;
        }
        boolean zstd =
                body.byteAt(0) == 0x28 && body.byteAt(1) == 0xb5 && body.byteAt(2) == 0x2f && body.byteAt(3) == 0xfd;
        return zstd ? ZSTD : IDENTITY;
    }
}
