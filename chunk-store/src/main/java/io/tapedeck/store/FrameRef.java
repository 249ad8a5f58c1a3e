package io.tapedeck.store;

import java.util.List;

/**
 * Where one frame of a recording is and what it holds: consecutive lines of one window as one zstd frame.
 *
 * @param window whose events
 * @param offset first byte of the frame in the recording
 * @param length bytes of the frame
 * @param rawLength bytes of its lines when decompressed
 * @param crc32c CRC-32C of the frame's bytes
 * @param events number of lines
 * @param firstAt smallest event time, epoch ms
 * @param lastAt greatest event time, epoch ms
 * @param fullSnapshotTimes times of its full snapshots, ascending
 */
public record FrameRef(
        WindowId window,
        long offset,
        int length,
        int rawLength,
        int crc32c,
        int events,
        long firstAt,
        long lastAt,
        List<Long> fullSnapshotTimes) {}
