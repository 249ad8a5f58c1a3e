package io.tapedeck.store;

import java.util.List;
import java.util.Map;

/**
 * The index of a recording: all that is needed to read it, also kept in the catalog.
 *
 * @param session whose
 * @param part which part of the session, 0 for the first
 * @param facts the session's facts, counted over the whole part
 * @param activeMs time in which something was happening
 * @param frames the event frames in the order of the file: a window's frames together, windows by first event
 * @param chunks per window the chunks it holds, in the order of the lines
 * @param markersOffset first byte of the zstd frame with the marker track (inside its skippable frame)
 * @param markersLength bytes of that zstd frame
 */
public record RecordingIndex(
        SessionKey session,
        int part,
        SessionFacts facts,
        long activeMs,
        List<FrameRef> frames,
        Map<WindowId, List<ChunkRef>> chunks,
        long markersOffset,
        int markersLength) {}
