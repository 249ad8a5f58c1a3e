package io.tapedeck.store.read;

import io.tapedeck.store.BlockRef;
import io.tapedeck.store.Catalog.LocatedBlock;
import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.Manifest;
import io.tapedeck.store.WindowId;
import java.util.BitSet;
import java.util.List;

/**
 * A zstd frame with events of one window, wherever it is: a frame of a recording, or a block of a segment, possibly with
 * chunks that are cut out because another frame has them. Immutable.
 *
 * @param id opaque name within the session
 * @param objectKey the object that holds it
 * @param frame where it is and what it holds when read whole
 * @param block the block's own description; null for a frame of a recording
 * @param kept which of the block's chunks count; null if all do
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
        int events,
        long firstAt,
        long lastAt,
        List<Long> fullSnapshotTimes) {

    static StoredFrame ofRecording(String id, LocatedRecording recording, FrameRef frame) {
        return new StoredFrame(
                id,
                recording.key(),
                frame,
                null,
                null,
                frame.events(),
                frame.firstAt(),
                frame.lastAt(),
                frame.fullSnapshotTimes());
    }

    static StoredFrame ofBlock(String id, LocatedBlock located) {
        BlockRef block = located.block();
        return new StoredFrame(
                id,
                located.segmentKey(),
                block.frame(),
                block,
                null,
                block.events(),
                block.firstAt(),
                block.lastAt(),
                block.fullSnapshotTimes());
    }

    /** A block of which only some chunks count. */
    static StoredFrame ofBlock(String id, LocatedBlock located, BitSet kept) {
        BlockRef block = located.block();
        List<ChunkRef> chunks = kept.stream()
                .mapToObj(block.chunks()::get)
                .filter(chunk -> chunk.events() > 0)
                .toList();
        return new StoredFrame(
                id,
                located.segmentKey(),
                block.frame(),
                block,
                kept,
                chunks.stream().mapToInt(ChunkRef::events).sum(),
                chunks.stream().mapToLong(ChunkRef::firstAt).min().orElse(block.firstAt()),
                chunks.stream().mapToLong(ChunkRef::lastAt).max().orElse(block.lastAt()),
                block.fullSnapshotTimes().stream()
                        .filter(at -> chunks.stream().anyMatch(chunk -> at >= chunk.firstAt() && at <= chunk.lastAt()))
                        .toList());
    }

    WindowId window() {
        return frame.window();
    }

    /** Whether it cannot be sent as it is stored. */
    boolean isCut() {
        return kept != null;
    }

    /** Whether the bytes of {@code next} follow this frame's in the same object. */
    boolean isFollowedBy(StoredFrame next) {
        return !isCut()
                && !next.isCut()
                && objectKey.equals(next.objectKey)
                && frame.offset() + frame.length() == next.frame.offset();
    }

    Manifest.Frame inManifest() {
        return new Manifest.Frame(
                id, window(), firstAt, lastAt, events, frame.length(), frame.rawLength(), fullSnapshotTimes);
    }
}
