package io.tapedeck.store.read;

import io.tapedeck.store.Catalog.LocatedRecording;
import io.tapedeck.store.MarkerTrack;
import io.tapedeck.store.WindowId;
import io.tapedeck.store.block.RecordingReader;
import io.tapedeck.store.event.EventHead;
import io.tapedeck.store.event.MarkerDetector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds a session's markers: those that settling wrote, or, while there are events that are not settled, by looking through
 * all events again; of a session in parts only through those that are not settled. Blocks; holds one frame's events at a
 * time.
 */
final class MarkerReader {
    private final FrameReader frames;

    MarkerReader(FrameReader frames) {
        this.frames = frames;
    }

    MarkerTrack read(SessionView view) throws InterruptedException {
        if (!view.isSettled() && !view.isInParts()) {
            return detected(view, frame -> true);
        }
        List<MarkerTrack> tracks = new ArrayList<>();
        for (LocatedRecording recording : view.layout().recordings()) {
            tracks.add(settled(view, recording));
        }
        if (!view.isSettled()) {
            tracks.add(detected(view, frame -> frame.block() != null));
        }
        return JoinedMarkers.of(view.layout().rev(), tracks);
    }

    private MarkerTrack settled(SessionView view, LocatedRecording recording) throws InterruptedException {
        ByteBuffer track = frames.get(
                recording.key(),
                recording.index().markersOffset(),
                recording.index().markersLength());
        return RecordingReader.markers(view.layout().rev(), track);
    }

    private MarkerTrack detected(SessionView view, Predicate<StoredFrame> wanted) throws InterruptedException {
        MarkerDetector detector = new MarkerDetector();
        EventHead head = new EventHead();
        for (WindowId window : view.windows()) {
            detector.beginWindow(window);
            List<StoredFrame> ofWindow =
                    view.frames(window).stream().filter(wanted).toList();
            frames.each(ofWindow, (json, from, to) -> {
                head.read(json, from, to);
                detector.event(json, head);
            });
        }
        MarkerDetector.Findings findings = detector.finish();
        return new MarkerTrack(view.layout().rev(), findings.markers(), findings.truncated());
    }
}
