package io.tapedeck.store.upkeep;

import io.tapedeck.store.Catalog.SessionLayout;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.block.RecordingWriter;
import io.tapedeck.store.event.EventHead;
import io.tapedeck.store.event.MarkerDetector;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes one session's recording to a file, in one pass over its chunks in the order of a plan. Blocks. */
final class RecordingFile {
    private final SessionLayout layout;
    private final SettlePlan plan;
    private final DecodedFrames decoded;
    private final EventHead head = new EventHead();
    private final MarkerDetector markers = new MarkerDetector();
    private long events;
    private long bytesRaw;

    /** @param memoryBytesMax most bytes of decompressed events in memory; one frame is always kept */
    RecordingFile(SessionLayout layout, ObjectStore objectStore, long memoryBytesMax) {
        this.layout = layout;
        this.plan = SettlePlan.of(layout);
        this.decoded = new DecodedFrames(objectStore, memoryBytesMax);
    }

    /** @param file created; must not exist */
    RecordingIndex write(Path file) throws InterruptedException {
        try (RecordingWriter writer = new RecordingWriter(file, RecordingWriter.DEFAULT_LEVEL)) {
            for (Map.Entry<WindowId, List<SettlePlan.Piece>> window :
                    plan.windows().entrySet()) {
                writer.beginWindow(window.getKey());
                markers.beginWindow(window.getKey());
                for (SettlePlan.Piece piece : window.getValue()) {
                    piece.source().each(piece.firstLine(), piece.chunk().events(), decoded, (json, from, to) -> {
                        head.read(json, from, to);
                        writer.line(json, head);
                        markers.event(json, head);
                        events++;
                        bytesRaw += to - from + 1;
                    });
                }
            }
            MarkerDetector.Findings findings = markers.finish();
            SessionFacts facts = layout.facts().counting(events, bytesRaw, findings.counts());
            return writer.finish(layout.session(), 0, facts, plan.chunks(), findings);
        }
    }
}
