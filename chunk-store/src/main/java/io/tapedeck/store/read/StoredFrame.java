package io.tapedeck.store.read;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.Manifest;
import io.tapedeck.store.WindowId;
import java.util.BitSet;
import java.util.List;

/**
 * A zstd frame with events of one window, wherever it is: a frame of a recording, or a block of a segment, possibly with
 * lines that are cut out because another frame has them. Immutable.
 *
 * @param id opaque name within the session
 * @param objectKey the object that holds it
 * @param frame where it is and what it holds when read whole
 * @param block the block's own description; null for a frame of a recording
 * @param kept which of its lines count; null if all do
 * @param byTime whether its window is played in the order of time
 * @param moved whether its lines must be put in the order of time first
 * @param events number of lines that count
 * @param firstAt smallest event time that counts
 * @param lastAt greatest event time that counts
 * @param fullSnapshotTimes those that count
 */
record StoredFrame(
        String id,
        String objectKey,
        FrameRef frame,
        BlockRef block,
        BitSet kept,
        boolean byTime,
        boolean moved,
        int events,
        long firstAt,
        long lastAt,
        List<Long> fullSnapshotTimes) {

    static StoredFrame ofRecording(String id, LocatedRecording recording, FrameRef frame, boolean byTime) {
        return new StoredFrame(
                id,
                recording.key(),
                frame,
                null,
                null,
                byTime,
                false,
                frame.events(),
                frame.firstAt(),
                frame.lastAt(),
                frame.fullSnapshotTimes());
    }

    static StoredFrame ofBlock(LocatedBlock located, BlockRest rest, boolean byTime) {
        return new StoredFrame(
                "b" + located.blockId() + rest.suffix(),
                located.segmentKey(),
                located.block().frame(),
                located.block(),
                rest.kept(),
                byTime,
                byTime && !rest.isInOrder(),
                rest.events(),
                rest.firstAt(),
                rest.lastAt(),
                rest.fullSnapshotTimes());
    }

    WindowId window() {
        return frame.window();
    }

    /** Whether it can be sent as it is stored. */
    boolean isAsStored() {
        return kept == null && !moved;
    }

    /** Whether the bytes of {@code next} follow this frame's in the same object. */
    boolean isFollowedBy(StoredFrame next) {
        return isAsStored()
                && next.isAsStored()
                && objectKey.equals(next.objectKey)
                && frame.offset() + frame.length() == next.frame.offset();
    }

    Manifest.Frame inManifest() {
        return new Manifest.Frame(
                id, window(), firstAt, lastAt, events, frame.length(), frame.rawLength(), fullSnapshotTimes);
    }
}
