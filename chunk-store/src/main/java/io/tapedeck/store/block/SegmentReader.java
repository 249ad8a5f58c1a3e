package io.tapedeck.store.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads a segment's footer from the object's last bytes (the format is at {@link SegmentWriter}). Stateless. Takes
 * nothing on trust: whatever the bytes are, it answers with what was written, or fails with CORRUPT or
 * UNSUPPORTED_VERSION, and allocates no more than in proportion to what it was given.
 */
public final class SegmentReader {
    /** What to read first: the footer of most segments is within as many of the last bytes. */
    public static final int TAIL_BYTES = 256 * 1024;

    private SegmentReader() {}

    /**
     * How many of the object's last bytes {@link #footer} needs. If that is more than {@code tail} has, the caller reads
     * once more.
     *
     * @param objectBytes size of the object
     * @param tail its last bytes, at least {@code min(TAIL_BYTES, objectBytes)}
     * @throws io.tapedeck.store.StoreException CORRUPT
     */
    public static int tailBytes(long objectBytes, ByteBuffer tail) {
        int length = trailer(objectBytes, tail).getInt();
        BlockBounds.require(
                length > 0
                        && length <= SegmentWriter.FOOTER_BYTES_MAX
                        && length <= objectBytes - SegmentWriter.TRAILER_BYTES,
                "a segment with a footer of impossible length");
        return length + SegmentWriter.TRAILER_BYTES;
    }

    /**
     * @param objectBytes size of the object
     * @param tail at least as many of its last bytes as {@link #tailBytes} says; left as they were
     * @throws io.tapedeck.store.StoreException CORRUPT or UNSUPPORTED_VERSION
     */
    public static SegmentFooter footer(long objectBytes, ByteBuffer tail) {
        int needed = tailBytes(objectBytes, tail);
        if (tail.remaining() < needed) {
            throw new IllegalArgumentException("a tail of " + tail.remaining() + " bytes, not " + needed);
        }
        ByteBuffer trailer = trailer(objectBytes, tail);
        byte[] json = new byte[trailer.getInt()];
        int crc32c = trailer.getInt();
        int version = trailer.getInt();
        tail.duplicate().position(tail.limit() - needed).get(json);
        BlockBounds.require(
                SegmentWriter.checksum(ByteBuffer.wrap(json), version) == crc32c,
                "a segment's footer does not match its checksum");
        FormatVersion.require("a segment", version, FormatVersion.SEGMENT);
        return StoreJson.read("a segment's footer", json, 0, json.length, FooterDocument.class)
                .toFooter(objectBytes - needed);
    }

    /** The numbers of the trailer, whose magic has been checked. */
    private static ByteBuffer trailer(long objectBytes, ByteBuffer tail) {
        BlockBounds.require(
                objectBytes >= SegmentWriter.TRAILER_BYTES
                        && tail.remaining() >= SegmentWriter.TRAILER_BYTES
                        && tail.remaining() <= objectBytes,
                "a segment shorter than its trailer");
        ByteBuffer trailer =
                tail.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(tail.limit() - SegmentWriter.TRAILER_BYTES);
        byte[] magic = new byte[SegmentWriter.MAGIC.length];
        trailer.duplicate().position(tail.limit() - magic.length).get(magic);
        BlockBounds.require(Arrays.equals(magic, SegmentWriter.MAGIC), "no segment: its last bytes are others");
        return trailer;
    }
}
