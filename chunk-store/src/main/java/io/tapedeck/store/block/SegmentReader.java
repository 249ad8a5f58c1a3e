package io.tapedeck.store.block;

import java.nio.ByteBuffer;

/** Reads a segment's footer from the object's last bytes. Stateless. */
@SuppressWarnings("DoNotCallSuggester")
public final class SegmentReader {
    /** What to read first: the footer of most segments is within as many of the last bytes. */
    public static final int TAIL_BYTES = 256 * 1024;

    private SegmentReader() {}

    /**
     * How many of the object's last bytes {@link #footer} needs: at most the remaining bytes of {@code tail} means that
     * they suffice, more means that the caller reads once more.
     *
     * @param objectBytes size of the object
     * @param tail its last bytes, at least {@code min(TAIL_BYTES, objectBytes)}
     * @throws io.tapedeck.store.StoreException CORRUPT or UNSUPPORTED_VERSION
     */
    public static int tailBytes(long objectBytes, ByteBuffer tail) {
        throw new UnsupportedOperationException();
    }

    /** @throws io.tapedeck.store.StoreException CORRUPT or UNSUPPORTED_VERSION */
    public static SegmentFooter footer(long objectBytes, ByteBuffer tail) {
        throw new UnsupportedOperationException();
    }
}
