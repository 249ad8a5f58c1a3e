package io.tapedeck.store.block;

import io.tapedeck.store.ChunkRef;
import io.tapedeck.store.FrameRef;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.SessionKey;
import io.tapedeck.store.WindowId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A recording's index as JSON has it. */
record IndexDocument(
        String project,
        String session,
        int part,
        SessionFacts facts,
        long activeMs,
        List<FrameRef> frames,
        List<WindowChunks> windows,
        long markersOffset,
        int markersLength) {
    record WindowChunks(WindowId window, List<ChunkRef> chunks) {}

    static IndexDocument of(RecordingIndex index) {
        return new IndexDocument(
                index.session().project(),
                index.session().session(),
                index.part(),
                index.facts(),
                index.activeMs(),
                index.frames(),
                index.chunks().entrySet().stream()
                        .map(entry -> new WindowChunks(entry.getKey(), entry.getValue()))
                        .toList(),
                index.markersOffset(),
                index.markersLength());
    }

    /** @param end one past the last byte that frames and markers may have */
    RecordingIndex toIndex(long end) {
        BlockBounds.require(frames != null && windows != null, "an index without frames or windows");
        BlockBounds.check(facts);
        frames.forEach(frame -> BlockBounds.check(frame, end));
        BlockBounds.require(
                markersOffset >= 0 && markersLength > 0 && markersOffset <= end - markersLength,
                "markers outside of the object");
        Map<WindowId, List<ChunkRef>> chunks = new LinkedHashMap<>();
        for (WindowChunks each : windows) {
            BlockBounds.require(each != null && each.window() != null, "chunks without window");
            BlockBounds.checkChunks(each.chunks());
            BlockBounds.require(chunks.put(each.window(), each.chunks()) == null, "a window twice");
        }
        try {
            return new RecordingIndex(
                    new SessionKey(project, session),
                    part,
                    facts,
                    activeMs,
                    frames,
                    Collections.unmodifiableMap(chunks),
                    markersOffset,
                    markersLength);
        } catch (IllegalArgumentException e) {
            throw Frames.corrupt("an index of an impossible session", e);
        }
    }
}
