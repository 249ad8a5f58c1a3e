package io.tapedeck.store.upkeep;

import io.tapedeck.store.Calls;
import io.tapedeck.store.Catalog.SettlingLayout;
import io.tapedeck.store.ChunkOrder;
import io.tapedeck.store.Lines;
import io.tapedeck.store.ObjectStore;
import io.tapedeck.store.RecordingIndex;
import io.tapedeck.store.SessionFacts;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.block.RecordingReader;
import io.tapedeck.store.block.RecordingWriter;
import io.tapedeck.store.event.EventHead;
import io.tapedeck.store.event.Marker;
import io.tapedeck.store.event.MarkerDetector;
import io.tapedeck.store.merge.MergeMeters;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes one recording to a file, in one pass over its chunks in the order of a plan. Blocks. */
final class RecordingFile {
    private final SettlingLayout layout;
    private final SettlePlan plan;
    private final ObjectStore objectStore;
    private final UpkeepSettings settings;
    private final MergeMeters meters;
    private final DecodedFrames decoded;
    private final EventHead head = new EventHead();
    private final MarkerDetector markers = new MarkerDetector();
    private long events;
    private long bytesRaw;

    RecordingFile(
            SettlingLayout layout,
            SettlePlan plan,
            ObjectStore objectStore,
            UpkeepSettings settings,
            MergeMeters meters) {
        this.layout = layout;
        this.plan = plan;
        this.objectStore = objectStore;
        this.settings = settings;
        this.meters = meters;
        this.decoded = new DecodedFrames(objectStore, settings.memoryBytesOfEach());
    }

    /** @param file created; must not exist */
    RecordingIndex write(Path file) throws InterruptedException {
        Map<String, String> pages = pagesBefore();
        try (RecordingWriter writer = new RecordingWriter(file, settings.level())) {
            for (Map.Entry<WindowId, List<SettlePlan.Piece>> window :
                    plan.windows().entrySet()) {
                writer.beginWindow(window.getKey());
                markers.beginWindow(window.getKey(), pages.get(window.getKey().value()));
                eachLine(window.getKey(), window.getValue(), (json, from, to) -> {
                    head.read(json, from, to);
                    writer.line(json, head);
                    markers.event(json, head);
                    events++;
                    bytesRaw += to - from + 1;
                });
            }
            MarkerDetector.Findings findings = markers.finish();
            SessionFacts facts = layout.facts().counting(events, bytesRaw, findings.counts());
            return writer.finish(layout.session(), plan.part(), facts, plan.chunks(), findings);
        }
    }

    /** The window's lines in the order in which they are played. */
    private void eachLine(WindowId window, List<SettlePlan.Piece> pieces, Lines.LineConsumer consumer)
            throws InterruptedException {
        if (ChunkOrder.hasOwnSeqs(pieces, SettlePlan.Piece::chunk)) {
            for (SettlePlan.Piece piece : pieces) {
                piece.source().expect(piece.firstLine(), piece.chunk().events(), decoded);
            }
            for (SettlePlan.Piece piece : pieces) {
                piece.source().each(piece.firstLine(), piece.chunk().events(), decoded, consumer);
            }
            return;
        }
        decoded.clear();
        String replaced = plan.replaced() == null ? null : plan.replaced().key();
        List<SettlePlan.StoredFrame> others = plan.others().getOrDefault(window, List.of());
        long bytesMax = settings.memoryBytesOfEach() / 2;
        new MergedWindow(new DecodedFrames(objectStore, bytesMax), bytesMax, meters)
                .each(pieces, replaced, others, consumer);
    }

    /** The page that each window is on when this part begins, so that being told of it again is no navigation. */
    private Map<String, String> pagesBefore() throws InterruptedException {
        Map<String, String> pages = new HashMap<>();
        for (PartOutline before : plan.before()) {
            boolean isOfUse = plan.windows().keySet().stream()
                    .anyMatch(window -> before.windows().containsKey(window) && !pages.containsKey(window.value()));
            if (isOfUse) {
                Map<String, String> last = new HashMap<>();
                for (Marker marker : markers(before)) {
                    MarkerDetector.page(marker).ifPresent(page -> last.put(marker.window(), page));
                }
                last.forEach(pages::putIfAbsent);
            }
        }
        return pages;
    }

    private List<Marker> markers(PartOutline part) throws InterruptedException {
        ByteBuffer track = Calls.await(objectStore.get(part.key(), part.markersOffset(), part.markersLength()));
        return RecordingReader.markers(0, track).markers();
    }
}
