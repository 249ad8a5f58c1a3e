package io.tapedeck.store.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** The numbers of the recording format, drawn at {@link RecordingWriter}. */
final class RecordingLayout {
    /** Skippable frames: any of 0x184D2A50 to 0x184D2A5F is passed over by zstd. */
    static final int MARKERS_MAGIC = 0x184D2A54;

    static final int INDEX_MAGIC = 0x184D2A55;
    /** Given by the zstd seekable format. */
    static final int SEEK_TABLE_MAGIC = 0x184D2A5E;

    static final int SEEKABLE_MAGIC = 0x8F92EAB1;
    /** Magic and length. */
    static final int SKIPPABLE_HEADER_BYTES = 2 * Integer.BYTES;
    /** Compressed and raw length. */
    static final int SEEK_ENTRY_BYTES = 2 * Integer.BYTES;
    /** Number of frames, descriptor and magic. */
    static final int SEEK_FOOTER_BYTES = 2 * Integer.BYTES + 1;

    static final byte[] INDEX_NAME = "TAPEDREC".getBytes(StandardCharsets.US_ASCII);
    /** Name, version and checksum before the index's JSON. */
    static final int INDEX_HEADER_BYTES = INDEX_NAME.length + 2 * Integer.BYTES;

    /** The most that a reader takes for an index frame. */
    static final int INDEX_BYTES_MAX = 64 * 1024 * 1024;
    /** The most that a reader takes for a marker track, raw. */
    static final int MARKERS_RAW_MAX = 64 * 1024 * 1024;
    /** The most frames that a reader takes a recording to have. */
    static final int FRAMES_MAX = 1 << 20;

    private RecordingLayout() {}

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer skippableHeader(int magic, int length) {
        return allocate(SKIPPABLE_HEADER_BYTES).putInt(magic).putInt(length).flip();
    }

    /** CRC-32C of the index's version and JSON. */
    static int indexChecksum(int version, byte[] json) {
        CRC32C crc = new CRC32C();
        crc.update(allocate(Integer.BYTES).putInt(version).flip());
        crc.update(json);
        return (int) crc.getValue();
    }
}
