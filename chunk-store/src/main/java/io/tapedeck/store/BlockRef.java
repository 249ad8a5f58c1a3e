package io.tapedeck.store;

import java.util.List;

/**
 * Where one block is and what it holds: consecutive chunks of one (session, window) as one zstd frame in a segment.
 *
 * @param window whose events
 * @param offset first byte of the frame in the segment
 * @param length bytes of the frame
 * @param rawLength bytes of its lines when decompressed
 * @param crc32c CRC-32C of the frame's bytes
 * @param events number of lines
 * @param firstAt smallest event time, epoch ms
 * @param lastAt greatest event time, epoch ms
 * @param fullSnapshotTimes times of its full snapshots, ascending
 * @param chunks the chunks whose lines it holds, in the order of the lines
 */
public record BlockRef(
        WindowId window,
        long offset,
        int length,
        int rawLength,
        int crc32c,
        int events,
        long firstAt,
        long lastAt,
        List<Long> fullSnapshotTimes,
        List<ChunkRef> chunks) {
    /** The block as a frame, without its chunks. */
    public FrameRef frame() {
        return new FrameRef(window, offset, length, rawLength, crc32c, events, firstAt, lastAt, fullSnapshotTimes);
    }
}
