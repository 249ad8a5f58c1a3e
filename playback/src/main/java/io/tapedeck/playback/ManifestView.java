package io.tapedeck.playback;

import io.tapedeck.store.Manifest;
import java.util.List;

/** A manifest as JSON: the components are the members, in this order. */
record ManifestView(
        SessionView session,
        long rev,
        long behindMs,
        List<WindowView> windows,
        List<FrameView> frames,
        List<GapView> gaps) {

    record WindowView(String id, long firstAt, long lastAt, long events, List<Long> fullSnapshots) {}

    record FrameView(
            String id,
            String window,
            long firstAt,
            long lastAt,
            int events,
            int bytes,
            int bytesRaw,
            List<Long> fullSnapshots) {}

    record GapView(String window, long afterSeq, long beforeSeq, long from, long to) {}

    static ManifestView of(Manifest manifest) {
        return new ManifestView(
                SessionView.of(manifest.session(), manifest.behindMs()),
                manifest.session().rev(),
                manifest.behindMs(),
                manifest.windows().stream().map(ManifestView::window).toList(),
                manifest.frames().stream().map(ManifestView::frame).toList(),
                manifest.gaps().stream().map(ManifestView::gap).toList());
    }

    private static WindowView window(Manifest.Window window) {
        return new WindowView(
                window.id().value(), window.firstAt(), window.lastAt(), window.events(), window.fullSnapshotTimes());
    }

    private static FrameView frame(Manifest.Frame frame) {
        return new FrameView(
                frame.id(),
                frame.window().value(),
                frame.firstAt(),
                frame.lastAt(),
                frame.events(),
                frame.bytes(),
                frame.bytesRaw(),
                frame.fullSnapshotTimes());
    }

    private static GapView gap(Manifest.Gap gap) {
        return new GapView(gap.window().value(), gap.afterSeq(), gap.beforeSeq(), gap.from(), gap.to());
    }
}
